# %% [markdown]
# # What is in the data, and what is missing
#
# **Question.** How much do the registers really say about an enterprise, and what may one conclude from what they do
# not say?
#
# The province is simulated, so that for once the truth behind the registers can be laid beside them.

# %%
import os

os.environ["OSHRISK_LANGUAGE"] = "en"

import tempfile
from pathlib import Path

import pandas as pd

import oshrisk

folder = oshrisk.make_demo(Path(tempfile.mkdtemp()) / "demo", "en")
reading = oshrisk.read_registry(folder.source, read_on="2026-11-30")

# %% [markdown]
# ## Quarantine: what could not be read
#
# A row with a bad cell is set aside whole, with place, value and what is wrong. Accepted and quarantined rows add
# up to what was read, always.

# %%
counts = reading.counts
assert (counts["accepted"] + counts["quarantined"] == counts["read"]).all()
counts

# %%
from oshrisk.messages import text

bad = reading.quarantine
said = bad["code"].map(lambda code: text(f"registry.errors.{code}.title", "en"))
bad.assign(wrong=said)[["sheet", "row", "column", "value", "wrong"]].head(8)

# %% [markdown]
# ## Features: most of what one would like to know is unknown
#
# `NaN` is unknown, never zero. Below, the share of enterprises of which each feature is known.

# %%
known = reading.registry.known("2026-11-30")
features = oshrisk.build_features(known, "2026-11-30")
share = features.notna().mean().sort_values()
titles = {feature.name: feature.title("en") for feature in oshrisk.features.FEATURES}

ax = share[share < 0.95].rename(titles).plot.barh(figsize=(7, 7), color="0.4", width=0.7)
ax.set(xlim=(0, 1), xlabel="Share of enterprises of which it is known")
_ = ax.set_title("What the registers know (SIMULATED DATA)")
# %% [markdown]
# The features that are missing here come from the annual OSH report, and few enterprises file one.
#
# ## The reporting regime: who files accident reports?

# %%
regime = next(feature for feature in oshrisk.features.FEATURES if feature.name == "periodic_report")
counts = features["periodic_report"].value_counts(dropna=False)
counts.rename(index={state: regime.state_name(state, "en") for state in regime.states})

# %% [markdown]
# ## Is a silent enterprise a safe one?
#
# In the simulation the true accident rate of everybody is known. Compare those who reported in the last five years
# with those who never did.

# %%
province = oshrisk.demo_province()
truth, reported = province.truth, province.registry["accident_reports"]["enterprise_id"].unique()
group = pd.Series("never reported", truth.index).mask(truth.index.isin(reported), "reported at least once")


def accidents_of(rows):
    return rows.groupby("enterprise_id")["count"].sum().reindex(truth.index, fill_value=0)


happened = accidents_of(province.truth_accidents)
on_record = accidents_of(province.registry["accidents"])

pd.DataFrame(
    {
        "enterprises": group.groupby(group).size(),
        "true accidents in 5 years": happened.groupby(group).sum(),
        "of them on record": on_record.groupby(group).sum(),
        "true accidents per 1,000 worker-years (mean)": 1000 * truth["accident_rate"].groupby(group).mean(),
    }
).round(1)

# %% [markdown]
# Those who never reported have accidents too, and most of these are on no record. So oshrisk counts reported periods
# only: a silent enterprise keeps the rate that its sector and structure suggest, and silence never scores below a
# report of no accidents.
#
# ## Ghosts: on the register, but gone

# %%
still_listed = known["enterprises"].set_index("enterprise_id")["closed_on"].isna()
exists = truth["exists"].reindex(still_listed.index).fillna(True).astype(bool)
ghosts = still_listed & ~exists
visits = known["inspections"]
print(f"{still_listed.sum():,} enterprises are open on the register; {ghosts.sum()} of them are gone (simulated truth)")
print(visits["done"].value_counts().to_dict())

# %% [markdown]
# The register cannot tell ghosts from the living; only a visit can, and its result ("closed", "not found") is kept.
#
# **Answer.** Of a typical enterprise the registers know its sector, place, age and about its size, and little else.
# Missing values are shown as missing, bad rows are quarantined and counted, and silence is never read as safety.

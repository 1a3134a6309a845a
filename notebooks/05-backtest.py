# %% [markdown]
# # The backtest, and how to read it
#
# **Question.** Would these lists have found more in the past than chance, than a rule of one line, than the visits
# really made? And what can nobody know?
#
# Simulated data, 500 enterprises: for once the truth is there, so that what a department would see can be compared
# with it.

# %%
import os

os.environ["OSHRISK_LANGUAGE"] = "en"

import pandas as pd

import oshrisk

province = oshrisk.demo_province(500)
programme = oshrisk.Programme.model_validate({"capacity": {"inspector_days": 60}, "selection": {"seconds": 0.1}})
first, last = oshrisk.Quarter.parse("2025Q2"), oshrisk.Quarter.parse("2025Q3")

# %% [markdown]
# ## What a department would see
#
# Each past quarter is planned again with what was known on the day before it, at the programme's own capacity.
# Outcomes are those that became known in the twelve months after.

# %%
models = {"expert": oshrisk.load_table()}
seen = oshrisk.backtest(province.registry, programme, first=first, last=last, models=models, draws=150)
seen

# %% [markdown]
# *Too few to say* is a result, too: with fewer than ten labelled enterprises on the lists no figure is given.
#
# ## Selective labels
#
# A violation is known only where somebody went. Of the enterprises on these lists few were visited later, so the
# share of violations that the list would have found lies between a worst case (all others in order) and a best case
# (none).

# %%
rows = seen.table[(seen.table["model"] == "expert") & (seen.table["outcome"] == "violation")]
rows = rows[rows["metric"].isin(["precision_worst", "precision", "precision_best"])]
rows[["metric", "value", "low", "high", "labelled", "of"]].round(2)

# %% [markdown]
# No statistics can narrow this. Only visits that do not follow the list can: that is what the lottery is for.
#
# ## What really happened
#
# The same lists against the true accidents of the simulation, reported or not.

# %%
true = oshrisk.backtest(
    province.registry,
    programme,
    first=first,
    last=last,
    models=models,
    truth_accidents=province.truth_accidents,
    draws=150,
)
_ = true.plot("accident")


# %%
def capture(backtest):
    rows = backtest.table[(backtest.table["outcome"] == "accident") & (backtest.table["metric"] == "capture")]
    return rows.set_index("model")


both = pd.DataFrame(
    {
        "known to the department": capture(seen)["value"],
        "true": capture(true)["value"],
        "true, from": capture(true)["low"],
        "to": capture(true)["high"],
    }
)
both.loc[["expert", "size", "osha_sst", "random", "visits_made"]].round(2)

# %% [markdown]
# Columns are shares of accidents that fall on the lists; `from` and `to` are 95 % limits from resampled enterprises.

# %%
print(true.sentence("en"))

# %% [markdown]
# **Answer.** Read a backtest by its intervals and its count of labels, never by its point. In a province of this
# size two quarters cannot tell good rules apart; they can tell a list from chance at best. What is not known
# because nobody went there stays unknown, and is shown as a range.

# %% [markdown]
# # The lottery and the unbiased rate
#
# **Question.** What share of all enterprises has a serious violation? Visits by risk cannot say: they go where
# violations are expected. Can a few visits drawn by lot?
#
# The province is simulated, so the truth is known and the estimate can be judged.

# %%
import os

os.environ["OSHRISK_LANGUAGE"] = "en"

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import oshrisk
from oshrisk.evaluate.prevalence import estimate_rate
from oshrisk.planning.draw import draw_lots

province = oshrisk.demo_province()
quarter = oshrisk.Quarter.parse("2027Q1")
programme = oshrisk.Programme.model_validate({"selection": {"seconds": 0.1}, "draw": {"random_share": 0.4}})
ranking = oshrisk.rank(province.registry, programme)
plan = oshrisk.plan(ranking.known, ranking.features, ranking.assessment, programme, quarter)
plan.visits["arm"].value_counts()

# %% [markdown]
# Here 40 % of the days are left to chance (a fifth is the default), so that one quarter already says something.
#
# ## Everybody has a chance, and it is known
#
# Slots are kept among teams and months before anything is chosen; the draw takes place among those who were not
# chosen. So the chance of each enterprise is exact.

# %%
chance = plan.eligibility["inclusion_probability"]
in_draw = chance[(chance > 0) & (chance < 1)]
print(f"{len(in_draw):,} enterprises in the draw; chances from {in_draw.min():.5f} to {in_draw.max():.5f}")
print(f"sum of the chances {in_draw.sum():.2f} = number of lots {plan.eligibility['drawn'].sum()}")

# %% [markdown]
# ## One quarter
#
# Suppose all visits are made. What they find is taken from the simulated truth. `estimate` weighs each drawn
# enterprise by one over its chance.

# %%
truth = province.truth.reindex(plan.eligibility.index)


def results_of(visited):
    found = truth.loc[visited]
    done = np.where(found["exists"], "done", "closed")
    columns = {"done": done, "found": found["violation"].astype(float), "unreported": np.nan}
    return pd.DataFrame(columns, index=visited)


estimates = oshrisk.estimate(plan.eligibility, results_of(plan.visits.index))
rates = estimates.table
columns = ["by", "value", "places", "draws_answered", "hajek", "low", "high", "verdict"]
rates[[name for name in columns if name in rates]].head(4).round(3)

# %%
population = plan.eligibility.index[chance > 0]
alive = truth.loc[population, "exists"].astype(bool)
true_rate = truth.loc[population[alive], "violation"].mean()
by_risk = plan.visits.index[plan.visits["arm"] != "random"]
naive = truth.loc[by_risk, "violation"].mean()
print(f"true rate {true_rate:.3f}; among the visits chosen by risk and law {naive:.3f}")

# %% [markdown]
# ## Two hundred quarters
#
# One draw can be lucky. So the lots are drawn again two hundred times, with other seeds and everything else
# unchanged.

# %%
covered = plan.eligibility[chance > 0].assign(band=plan.eligibility["band"].fillna(0).astype(int))
closed = ~truth.loc[covered.index, "exists"].astype(bool)
outcome = truth.loc[covered.index, "violation"].astype(float)
frame = covered[covered["inclusion_probability"] < 1]
found = []
for seed in range(200):
    drawn = draw_lots(frame, plan.slots, seed, quarter)["drawn"].reindex(covered.index, fill_value=False)
    visited = drawn | (covered["inclusion_probability"] == 1)
    answer = outcome.where(visited & ~closed)  # of whom nobody visited, nothing is known
    found.append(
        estimate_rate(
            covered["inclusion_probability"].to_numpy(),
            drawn.to_numpy(),
            covered["band"].to_numpy(),
            answer.to_numpy(),
            (visited & closed).to_numpy(),
        )
    )
found = pd.DataFrame(found)

held = ((found["low"] <= true_rate) & (found["high"] >= true_rate)).mean()
print(f"mean of {len(found)} estimates {found['hajek'].mean():.3f}; true {true_rate:.3f}")
width = (found["high"] - found["low"]).mean()
print(f"the 95 % interval held the truth in {held:.0%} of them; mean width {width:.2f}")

# %%
fig, ax = plt.subplots(figsize=(7, 3.2), layout="constrained")
ax.hist(found["hajek"], bins=20, color="0.8", edgecolor="0.3")
ax.axvline(true_rate, color="k", label="true rate")
ax.axvline(naive, color="k", linestyle=":", label="visits chosen by risk and law")
ax.set(xlabel="Estimated rate of serious violations", ylabel="Draws")
_ = ax.set_title("200 draws of one quarter (SIMULATED DATA)", fontsize=10)
_ = ax.legend(frameon=False)

# %% [markdown]
# **Answer.** Yes, but not precisely. The lots' estimate is right on average, and its interval is honest about how
# few they are. The rate among the visits chosen by law and risk is a rate of those places: it says nothing about
# the province, not even where it happens to lie near. Anybody can redo the draw with `oshrisk redraw`.

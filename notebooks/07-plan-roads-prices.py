# %% [markdown]
# # The plan: roads, quotas, and what each limit costs
#
# **Question.** A quarter has so many inspector-days, and half of the province is half a day away. Which list is the
# best within that, how do we know, and what would one limit less bring?
#
# Simulated data, 900 enterprises, so that everything runs in seconds.

# %%
import os

os.environ["OSHRISK_LANGUAGE"] = "en"

import pandas as pd

import oshrisk
from oshrisk.planning.prices import prices
from oshrisk.planning.state import candidates_of

registry = oshrisk.demo_province(900).registry
quarter = oshrisk.Quarter.parse("2027Q1")
settings = {"capacity": {"inspector_days": 60}, "selection": {"seconds": 0.5}}
programme = oshrisk.Programme.model_validate(settings)
ranking = oshrisk.rank(registry, programme)


def make(programme):
    return oshrisk.plan(ranking.known, ranking.features, ranking.assessment, programme, quarter)


plan = make(programme)
plan

# %% [markdown]
# ## The roads
#
# Visits along a road share it. Driving times are estimated from coordinates until the department gives its own table
# (`roads.table`), and every page says so.

# %%
_ = plan.plot()
# %%
trips = plan.trips[["team", "month", "visits", "work_days", "road_hours", "days", "nights", "inspector_days"]]
trips.round(1)

# %% [markdown]
# ## How good is it?
#
# The search carries a bound that no plan can exceed, so the gap is known, not hoped for. For comparison: greedy
# choice on the same roads.

# %%
report = plan.selection.report
worth = pd.Series(
    {
        "this plan": report["objective"],
        "greedy choice on the same roads": report["greedy_objective"],
        "no plan is worth more than": report["bound"],
    }
)
pd.DataFrame({"worth": worth.round(), "of the bound": (worth / report["bound"]).map("{:.1%}".format)})

# %% [markdown]
# ## A quota
#
# A floor is a line of the settings: here at least ten visits to micro enterprises, which the worth alone would
# leave to chance.

# %%
floor = {"by": "size", "value": "micro", "least": 10}
with_floor = oshrisk.Programme.model_validate({**settings, "selection": {"seconds": 0.5, "limits": [floor]}})
quota = make(with_floor)


def by_size(plan):
    return plan.eligibility["size"].reindex(plan.visits.index).value_counts()


pd.DataFrame({"without": by_size(plan), "with the floor": by_size(quota)}).fillna(0).astype(int)

# %% [markdown]
# ## The price of each limit
#
# The choice is solved again without each limit. The difference in expected serious violations is its price: what
# the limit costs a quarter. A negative price is possible: the list is made for the harm that it may prevent, and a
# floor can send it to places with less harm and more violations.

# %%
candidates = candidates_of(quota.eligibility[~quota.eligibility["drawn"]], with_floor)
table = prices(candidates, quota.roads, quota.slots.days_left, with_floor, quota.selection, "en")
for sentence in table["sentence"]:
    print(sentence)

# %% [markdown]
# **Answer.** The list is within the printed gap of the best there can be; the roads and nights cost what the last
# cell says; and a quota has a price that can be read before anybody signs it. `oshrisk prices 2027Q1` prints the
# same.

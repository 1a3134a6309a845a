# %% [markdown]
# # Why this enterprise?
#
# **Question.** The list says that an enterprise comes first. Can every reason be taken apart, checked against a dated
# record, and put together again to exactly the same number?
#
# Simulated data: the names are made up.

# %%
import os

os.environ["OSHRISK_LANGUAGE"] = "en"

import pandas as pd

import oshrisk

pd.set_option("display.max_colwidth", None)
registry = oshrisk.demo_province().registry
programme = oshrisk.Programme()
ranking = oshrisk.rank(registry, programme, "2026-11-30")
ranking

# %% [markdown]
# ## One enterprise, taken apart
#
# The model is additive on the log scale, so each factor has one multiplier, and what is not known multiplies by
# exactly 1.

# %%
first = ranking.assessment["rank"].idxmin()
why = ranking.explain(first)
why

# %%
_ = why.plot("accident")
# %% [markdown]
# ## Put together again
#
# The average enterprise, times all multipliers, is this enterprise: not approximately, but to the last digit.

# %%
levels = oshrisk.base_levels(ranking.table)
product = why.reasons.groupby("outcome")["multiplier"].prod() * levels
odds = product["violation"]

print(f"accidents per worker-year:  {product['accident']:.10f} = {why.assessed['accident_rate']:.10f}")
print(f"deaths per worker-year:     {product['fatal']:.10f} = {why.assessed['fatal_rate']:.10f}")
print(f"P(serious violation):        {odds / (1 + odds):.10f} = {why.assessed['violation_probability']:.10f}")

# %% [markdown]
# ## The records behind the reasons
#
# A reason that cannot be looked up is no reason. These are the dated records behind each factor.

# %%
records = oshrisk.records(ranking.known, [first])
records.assign(record=records.apply(oshrisk.features.record_text, axis=1, language="en"))[
    ["factor", "table", "on", "record"]
].head(15)

# %% [markdown]
# ## How sure is the first place?
#
# The order rests on what is known. Each enterprise's own true priority has an 80 % interval, and the intervals
# overlap widely: the first ten are all worth a visit, but who is fifth and who is seventh is not known.

# %%
_ = ranking.plot(first=20)

# %% [markdown]
# **Answer.** Yes. Multipliers times the average give the rate exactly; each factor points to dated records; what is
# missing is named; and the interval says how little a single rank means.

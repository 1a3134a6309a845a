# %% [markdown]
# # Fairness of the list
#
# **Question.** Does the list favour, or burden, a size, a sector, an area, or those who were visited before, more
# than the harm that lies there explains? And does the ranking err more in one group than in another?
#
# Simulated data, 500 enterprises.

# %%
import os

os.environ["OSHRISK_LANGUAGE"] = "en"

import matplotlib.pyplot as plt

import oshrisk
from oshrisk.evaluate import pictures

province = oshrisk.demo_province(500)
programme = oshrisk.Programme.model_validate({"capacity": {"inspector_days": 60}, "selection": {"seconds": 0.1}})
first, last = oshrisk.Quarter.parse("2025Q2"), oshrisk.Quarter.parse("2025Q3")
models = {"expert": oshrisk.load_table()}
backtest = oshrisk.backtest(province.registry, programme, first=first, last=last, models=models, draws=50)
for line in backtest.findings("en"):
    print("-", line)

# %% [markdown]
# ## Shares of visits against shares of expected harm
#
# Hatched bars are where chance alone would put the shares of all groups together, 95 times in 100. A dot outside a
# bar is a group that the list treats otherwise than its expected harm does; a quarter of mandatory visits can do
# that, too.

# %%
rows = len(backtest.fairness[backtest.fairness["reference"] == "expected_harm"])
fig, ax = plt.subplots(figsize=(8, 1.6 + 0.24 * rows), layout="constrained")
_ = pictures.fairness(backtest, "en", ax=ax)

# %% [markdown]
# ## Against the number of enterprises
#
# The same list held against what a flat rota would do. That it differs here is its purpose: it goes where harm is
# expected.

# %%
told = backtest.fairness[backtest.fairness["reference"] == "enterprises"]
told[["dimension", "group", "visits", "share", "reference_share", "p", "verdict"]].sort_values("p").head(8).round(3)

# %% [markdown]
# ## Errors of the ranking
#
# Missed violations and false alarms can only be compared on visits that were drawn at random: elsewhere only those
# have a label whom somebody chose. `labelled` says of how many enterprises each rate is.

# %%
columns = ["error", "dimension", "group", "labelled", "rate", "low", "high", "verdict"]
print(f"groups with a visit that was drawn at random: {len(backtest.errors)}")
backtest.errors[columns].sort_values("labelled", ascending=False).head(8).round(2)

# %% [markdown]
# ## Who is never a feature
#
# Some things are not in the score at all, whatever they would predict: the inspector, and the ethnicity of anybody,
# which the registers do not even hold.

# %%
names = [feature.name for feature in oshrisk.features.FEATURES]
assert not [name for name in names if "inspector" in name or "ethnic" in name]
print(f"{len(names)} features, none of them the inspector or an ethnicity")

# %% [markdown]
# **Answer.** The audit says for each group whether the list differs from what harm explains, with a verdict that
# accounts for the number of groups looked at. Errors of the ranking need random visits; with few of them the honest
# verdict is that there is not enough data.

# %% [markdown]
# # Your own factor and your own model in twenty lines
#
# **Question.** A colleague believes that repeated complaints tell of trouble, and another wants to try a model of
# scikit-learn. Can both do so without touching oshrisk, and how do we know that they did it right?
#
# Simulated data.

# %%
import os

os.environ["OSHRISK_LANGUAGE"] = "en"

from sklearn.linear_model import LogisticRegression, PoissonRegressor

import oshrisk
from oshrisk.testing import NotConformingError, check_factor, check_risk_model

# %% [markdown]
# ## A factor: a function and a table entry
#
# The function gets what was known on the day, and nothing later. Who is not named is unknown. The entry says what
# each bin does to the risk, how sure you are, and which sign data may not turn.

# %%
ENTRY = """
name = "complaints_ever"
feature = "complaints_ever"
kind = "numeric"
title_vi = "Số phản ánh đã nhận"
title_en = "Complaints received"

[[bin]]
state = "one"
to = 2.0
share = 0.8
phrase_vi = "Đã có một phản ánh"
phrase_en = "One complaint"
accident = { log_rr = 0.0, sd = 0.1, sign = "0", mark = "assumed" }
fatal = { log_rr = 0.0, sd = 0.1, sign = "0", mark = "assumed" }
violation = { log_rr = 0.0, sd = 0.1, sign = "0", mark = "assumed" }

[[bin]]
state = "more"
from = 2.0
share = 0.2
phrase_vi = "Đã có nhiều phản ánh"
phrase_en = "Several complaints"
accident = { log_rr = 0.2, sd = 0.2, sign = "+", mark = "assumed" }
fatal = { log_rr = 0.2, sd = 0.2, sign = "+", mark = "assumed" }
violation = { log_rr = 0.5, sd = 0.3, sign = "+", mark = "assumed" }

[unknown]
phrase_vi = "Chưa rõ có phản ánh hay không"
phrase_en = "No complaint known"
accident = "population_mean"
fatal = "population_mean"
violation = "population_mean"
"""


def complaints_ever(known):
    return known["signals"].groupby("enterprise_id").size()


factor = oshrisk.OwnFactor("complaints_ever", complaints_ever, unit="signals", entry=ENTRY)
check_factor(factor)  # silent: it keeps the contract

# %% [markdown]
# It counts at once, in the score and in the reasons.

# %%
province = oshrisk.demo_province(400)
registry = province.registry
programme = oshrisk.Programme.model_validate({"capacity": {"inspector_days": 40}, "selection": {"seconds": 0.1}})
ranking = oshrisk.rank(registry, programme, extra=[factor])
several = ranking.features.loc[ranking.assessment.index, "complaints_ever"].idxmax()
why = ranking.explain(several)
why.wide.loc[["complaints_ever"]].round(2)

# %% [markdown]
# ## What the check catches
#
# The most natural mistake is to fill the gaps with zeros: then silence looks like a clean record.

# %%
careless = oshrisk.OwnFactor("filled", lambda known: complaints_ever(known).reindex(known.ids).fillna(0))
try:
    check_factor(careless)
except NotConformingError as error:
    print(error.message("en"))

# %% [markdown]
# ## A model: any estimator of scikit-learn
#
# `EstimatorModel` feeds it the features you name, reads unknown as the average of the known, and ranks by its
# prediction. First a logistic regression on the violations that visits found.

# %%
columns = ["strict_equipment_count", "signals_1y", "open_remedies"]
try:
    check_risk_model(oshrisk.EstimatorModel(LogisticRegression(), "violation", columns))
except NotConformingError as error:
    print(error.message("en"))

# %% [markdown]
# Fifty visits are few: it learned that more strict machines mean fewer violations, and so an enterprise of which
# nothing is known would fare better than one that reports none. Such a model must not make a list. Now accidents in
# reported half-years, with worker-years as exposure, and two features.

# %%
columns = ["chemical_ratio", "strict_equipment_count"]
model = oshrisk.EstimatorModel(PoissonRegressor(alpha=0.001), "accident", columns)
check_risk_model(model)  # silent: right signs, nothing later, silence not rewarded

# %% [markdown]
# And the most natural mistake once more:


# %%
class Quiet(oshrisk.EstimatorModel):
    """A model that holds the unknown to be zero."""

    def predict(self, X):
        return super().predict(X.fillna(dict.fromkeys(columns, 0.0)))


try:
    check_risk_model(Quiet(PoissonRegressor(alpha=0.001), "accident", columns))
except NotConformingError as error:
    print(error.message("en"))

# %% [markdown]
# ## Does it find more?
#
# A backtest plans past quarters again, and trains the model anew before each one on what was known then. Here
# accidents are the true ones of the simulation, so that everybody is labelled.

# %%
quarter = oshrisk.Quarter.parse("2025Q3")
models = {"expert": oshrisk.load_table(), "two columns": model}
backtest = oshrisk.backtest(
    registry,
    programme,
    first=quarter,
    last=quarter,
    models=models,
    truth_accidents=province.truth_accidents,
    draws=100,
    extra=(factor,),
)
backtest

# %% [markdown]
# **Answer.** Yes: a few lines each, and a table entry. A factor or model is a guest that keeps the contract
# (nothing later, no order, no ids, right signs, silence never rewarded), and the check says in words where it does
# not. Whether it is *better* is another question, and one small quarter does not answer it: the intervals say so.
#
# To install a factor for all commands, name it in your own package under the entry point `oshrisk.factors`.

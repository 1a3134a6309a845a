"""The check of models: the built-in ones pass, planted defects do not."""

from functools import partial

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import PoissonRegressor

from oshrisk.risk import load_table
from oshrisk.risk.boosted import BoostedTable
from oshrisk.risk.estimator import EstimatorModel
from oshrisk.risk.fit import RiskTableFit, fit_table
from oshrisk.testing import NotConformingError, check_risk_model
from oshrisk.testing.model import _training_panels

EXPERT = load_table()
NUMBERS = ["strict_equipment_count", "signals_1y", "open_remedies"]
TREES = HistGradientBoostingClassifier(
    monotonic_cst=[1, 1, 1], max_iter=20, max_leaf_nodes=4, min_samples_leaf=5, early_stopping=False, random_state=0
)
BUILT_IN = {
    "expert table": EXPERT,
    "fitted table": partial(fit_table, EXPERT),
    "fit of accidents": RiskTableFit(EXPERT, "accident"),
    "fit of violations": RiskTableFit(EXPERT, "violation"),
    "boosted table": BoostedTable(EXPERT, "accident", cv=0, max_iter=15),
    "scikit-learn, trees": EstimatorModel(TREES, "violation", NUMBERS),
    "scikit-learn, linear": EstimatorModel(
        PoissonRegressor(alpha=0.001), "accident", ["chemical_ratio", "strict_equipment_count"]
    ),
}


@pytest.fixture(scope="module")
def panels():
    return _training_panels()


class Model:
    """Scores by the number of strict machines; the unknown by the mean of the known. Subclasses spoil it."""

    outcome = "accident"

    def fit(self, X, y, *, exposure=None, sample_weight=None, inspector=None):  # noqa: N803
        self.mean = X["strict_equipment_count"].mean()
        return self

    def predict(self, X):  # noqa: N803
        return 1 + X["strict_equipment_count"].fillna(self.mean).to_numpy(dtype=float)


class WrongSign(Model):
    def predict(self, X):  # noqa: N803
        return 100 - super().predict(X)


class Silent(Model):
    def predict(self, X):  # noqa: N803
        return 1 + X["strict_equipment_count"].fillna(-1.0).to_numpy(dtype=float)


class RewardsNoReport(Model):
    def predict(self, X):  # noqa: N803
        return super().predict(X) + X["reported_worker_years_5y"].to_numpy(dtype=float)


class UnknownIsZero(Model):
    def predict(self, X):  # noqa: N803
        return 1 + X["strict_equipment_count"].fillna(0.0).to_numpy(dtype=float)


class ByChance(Model):
    chance = np.random.default_rng(0)

    def predict(self, X):  # noqa: N803
        return super().predict(X) * self.chance.uniform(0.9, 1.1)


class ByRow(Model):
    def predict(self, X):  # noqa: N803
        return super().predict(X) + np.arange(len(X))


class ById(Model):
    def predict(self, X):  # noqa: N803
        return super().predict(X) + np.array([len(str(name)) * ("x" in str(name)) for name in X.index])


class Everything(Model):
    """Learns from whatever column is there, such as one that knows the outcome."""

    def fit(self, X, y, **extra):  # noqa: N803
        super().fit(X, y)
        numbers = X.select_dtypes("number").fillna(0.0)
        self.weights = numbers.apply(lambda column: np.nan_to_num(np.cov(column, y)[0, 1]))
        return self

    def predict(self, X):  # noqa: N803
        return super().predict(X) + np.abs(self.weights.sum())


class LearnsFromNobody(Model):
    def fit(self, X, y, **extra):  # noqa: N803
        super().fit(X, y)
        self.mean += len(X)
        return self


class Spoils(Model):
    def predict(self, X):  # noqa: N803
        X["workers"] = 0.0
        return super().predict(X)


class Infinite(Model):
    def predict(self, X):  # noqa: N803
        return super().predict(X) * np.inf


PLANTED = {
    "sign": WrongSign,
    "silence": Silent,
    "unknown_as_zero": UnknownIsZero,
    "repeat": ByChance,
    "order": ByRow,
    "identity": ById,
    "future": Everything,
    "unlabelled": LearnsFromNobody,
    "input": Spoils,
    "shape": Infinite,
}


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_models_conform(panels, name):
    check_risk_model(BUILT_IN[name], panels, name=name)


def test_the_sound_model_conforms(panels):
    check_risk_model(Model(), panels)


@pytest.mark.parametrize("check", PLANTED)
def test_planted_defects_are_caught(panels, check):
    with pytest.raises(NotConformingError) as caught:
        check_risk_model(PLANTED[check](), panels)
    assert check in {failure.check for failure in caught.value.failures}
    assert f"- {check}:" in caught.value.message("en")


def test_reports_of_no_accidents_may_not_be_punished(panels):
    with pytest.raises(NotConformingError) as caught:
        check_risk_model(RewardsNoReport(), panels)
    assert "no report" in caught.value.message("en")

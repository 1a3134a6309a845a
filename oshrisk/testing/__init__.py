"""Public checks for those who extend oshrisk: whether a factor, and whether a model, keeps the contract.

Each raises `NotConformingError` with everything that is wrong at once. What each check means: ``docs/extending.md``.
"""

from oshrisk.testing.factor import built_in, check_factor
from oshrisk.testing.failures import NotConformingError
from oshrisk.testing.model import check_risk_model

__all__ = ["NotConformingError", "built_in", "check_factor", "check_risk_model"]

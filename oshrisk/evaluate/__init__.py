"""Looking back: whether the lists were right, whom they visit, and which model may make the next one.

Pictures are in `oshrisk.evaluate.pictures`, which alone needs matplotlib.
"""

from oshrisk.evaluate.backtest import Backtest, run_backtest
from oshrisk.evaluate.fairness import audit, error_rates, groups
from oshrisk.evaluate.history import Past, panels, past_visits, training_dates
from oshrisk.evaluate.policies import Policy, policies
from oshrisk.evaluate.promotion import Comparison, compare

__all__ = [
    "Backtest",
    "Comparison",
    "Past",
    "Policy",
    "audit",
    "compare",
    "error_rates",
    "groups",
    "panels",
    "past_visits",
    "policies",
    "run_backtest",
    "training_dates",
]

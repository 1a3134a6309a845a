"""Whether a challenger may take the champion's place: only by a paired difference whose interval excludes zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from oshrisk.errors import OshriskError
from oshrisk.evaluate.backtest import Backtest
from oshrisk.evaluate.metrics import interval
from oshrisk.evaluate.names import model_name
from oshrisk.messages import Language, text

Verdict = Literal["promote", "keep", "not_shown", "too_few"]
MIN_EVENTS: Final = 10.0  # assumed: caught events of both lists together, below which nothing is compared


@dataclass(frozen=True)
class Comparison:
    """Challenger against champion at the programme's number of visits.

    Parameters
    ----------
    champion, challenger, outcome : str
        The models, and what was captured: "accident", "harm" or "violation".
    difference, low, high : float
        Capture of the challenger minus the champion's, with a 95 % interval of the paired difference.
    events : float
        About how many different events both lists caught together, for harm the accidents behind it: where the
        windows of the quarters overlap, an event counts once.
    true_outcomes : bool
        Whether accidents and harm are the true ones of a simulated province.
    verdict : {"promote", "keep", "not_shown", "too_few"}
        "promote": the interval lies above zero; "keep": below; "not_shown": it holds zero; "too_few": not compared.
    """

    champion: str
    challenger: str
    outcome: str
    difference: float
    low: float
    high: float
    events: float
    verdict: Verdict
    true_outcomes: bool = False

    def sentence(self, language: Language = "vi") -> str:
        """Say the verdict with its figures."""
        kind = "true_accident" if self.true_outcomes and self.outcome == "accident" else self.outcome
        points = {name: f"{100 * getattr(self, name):+.1f}" for name in ("difference", "low", "high")}
        values = {name: said.replace(".", ",") if language == "vi" else said for name, said in points.items()}
        return text(
            f"evaluate.verdicts.{self.verdict}",
            language,
            champion=model_name(self.champion, language),
            challenger=model_name(self.challenger, language),
            outcome=text(f"evaluate.outcomes.{kind}", language),
            events=f"{self.events:.0f}",
            **values,
        )


def compare(backtest: Backtest, champion: str, challenger: str, *, outcome: str = "accident") -> Comparison:
    """Compare two models of a backtest.

    Parameters
    ----------
    backtest : Backtest
        Where both took part, on the same resamples.
    champion, challenger : str
        Their names.
    outcome : {"accident", "harm", "violation"}, default "accident"
        What is captured. Harm hangs on a few deaths, violations on whom somebody chose to visit.

    Returns
    -------
    Comparison
        Difference, interval and verdict.

    Raises
    ------
    OshriskError
        If one of the models took no part.
    """
    drawn = backtest.samples
    for name in (champion, challenger):
        if (name, outcome, "capture") not in drawn:
            raise OshriskError("evaluate.no_model", model=name, models=", ".join(backtest.models))
    values = backtest.table.set_index(["model", "outcome", "metric"])["value"]
    difference = float(values[challenger, outcome, "capture"] - values[champion, outcome, "capture"])
    low, high = interval(drawn[challenger, outcome, "capture"] - drawn[champion, outcome, "capture"])
    counted = "accident" if outcome == "harm" else outcome
    caught = sum(float(values[name, counted, "found"]) for name in (champion, challenger)) * len(backtest.quarters)
    events = caught * min(1.0, 3.0 / backtest.horizon_months)  # a window spans several quarters of three months
    verdict = _verdict(low, high, events)
    return Comparison(champion, challenger, outcome, difference, low, high, events, verdict, backtest.true_outcomes)


def _verdict(low: float, high: float, events: float) -> Verdict:
    if not events >= MIN_EVENTS:
        return "too_few"
    if low > 0:
        return "promote"
    return "keep" if high < 0 else "not_shown"

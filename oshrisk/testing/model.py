"""Whether a model keeps the contract: scores from the features alone, right signs, and silence that never helps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.errors import OshriskError
from oshrisk.evaluate.history import Past, panels
from oshrisk.evaluate.replay import Model, fit
from oshrisk.risk import RiskTable, assess, load_table
from oshrisk.risk.panel import Panel
from oshrisk.risk.table import OUTCOMES, Bin, Factor
from oshrisk.simulate import simulate
from oshrisk.testing.failures import Failure, raise_if_any

Floats = NDArray[np.float64]
Scores = dict[str, Floats]  # outcome -> one score a row

PLACES: Final = 250
SEED: Final = 19
ROWS: Final = 40  # enterprises on which single values are changed
SAME: Final = 1e-9  # relative: scores of the same fitted model
REFITTED: Final = 1e-3  # relative: a fit stops within its own tolerance
REPORTED_YEARS: Final = 50.0  # worker-years of reports of no accidents, against which silence is held
PLANTED: Final = "outcome_that_came_later"
_COLUMN: Final = {"accident": "accident_rate", "fatal": "fatal_rate", "violation": "violation_probability"}


def check_risk_model(model: Model, panels_: Mapping[str, Panel] | None = None, *, name: str = "") -> None:
    """Check that a model keeps the contract.

    Parameters
    ----------
    model : RiskTable, callable or estimator
        As for `oshrisk.backtest`: a table; a callable that makes one from ``{outcome: Panel}``; or an estimator with
        ``outcome``, ``fit(X, y, *, exposure, sample_weight, inspector)`` and ``predict(X)``, where a higher prediction
        goes first.
    panels_ : mapping of outcome to Panel, optional
        Labels to learn from; by default those of a simulated province.
    name : str, optional
        What to call it.

    Raises
    ------
    NotConformingError
        With everything that is wrong: ``shape`` (not one finite score a row), ``repeat`` (fitted again it scores
        otherwise), ``input`` (features or labels were changed), ``order`` (depends on the order of the rows),
        ``identity`` (depends on the ids), ``future`` (uses whatever column is there, such as an outcome that came
        later), ``unlabelled`` (learns from rows without a label), ``unknown_as_zero``, ``silence`` (an unknown value,
        or no report, scores lower than the reference value, or than reports of no accidents), ``sign`` (a value that
        the expert holds dangerous lowers the score).

    Examples
    --------
    >>> check_risk_model(load_table())
    """
    title = name or getattr(model, "name", "") or type(model).__name__
    found = _training_panels() if panels_ is None else panels_
    rows = _some_rows(found)
    scorer = _fitted(model, found)
    expected = scorer(rows)
    bad = [outcome for outcome, scores in expected.items() if not _is_score(scores, len(rows))]
    raise_if_any(title, [Failure("shape", f"{outcome} of {len(rows)} rows") for outcome in bad])
    failures = [*_of_fitting(model, found, rows, expected), *_of_scoring(scorer, rows, expected)]
    raise_if_any(title, [*failures, *_of_values(scorer, rows)])


class _fitted:  # noqa: N801  # reads as a function: what scores rows once it has learned
    """A fitted model as a function from features to scores by outcome."""

    def __init__(self, model: Model, found: Mapping[str, Panel]) -> None:
        given = _copied(found)
        self.ranks, _ = fit(model, lambda: given)
        self.rates = isinstance(self.ranks, RiskTable)

    def __call__(self, rows: pd.DataFrame) -> Scores:
        return self.score(rows.copy(deep=True))

    def score(self, rows: pd.DataFrame) -> Scores:
        """Score the very frame that is given, which a bad model may spoil."""
        if isinstance(self.ranks, RiskTable):
            assessed = assess(rows, self.ranks)
            return {outcome: assessed[_COLUMN[outcome]].to_numpy() for outcome in OUTCOMES}
        return {self.ranks.outcome: np.asarray(self.ranks.predict(rows), dtype=float)}


def _copied(found: Mapping[str, Panel]) -> dict[str, Panel]:
    return {outcome: replace(panel, features=panel.features.copy(deep=True)) for outcome, panel in found.items()}


def _training_panels() -> dict[str, Panel]:
    registry = simulate(PLACES, seed=SEED).registry
    return panels(Past(registry), registry.read_on)


def _some_rows(found: Mapping[str, Panel]) -> pd.DataFrame:
    """Take enterprises to score, each under an id of its own, and let all have reported something."""
    features = next(iter(found.values())).features.iloc[:ROWS]
    ids = pd.Index([f"{number:010d}" for number in range(len(features))], name="enterprise_id")
    return features.set_axis(ids)


def _is_score(scores: Floats, rows: int) -> bool:
    return bool(scores.shape == (rows,) and np.isfinite(scores).all())


def _of_fitting(model: Model, found: Mapping[str, Panel], rows: pd.DataFrame, expected: Scores) -> Iterator[Failure]:
    given = _copied(found)
    fit(model, lambda: given)
    changed = [outcome for outcome, panel in given.items() if not panel.features.equals(found[outcome].features)]
    if changed:
        yield Failure("input", f"features of the labels of {', '.join(changed)}")
    yield from _compared("repeat", _fitted(model, found)(rows), expected, "fitted again", SAME)
    if isinstance(model, RiskTable):
        return
    chance = np.random.default_rng(SEED)
    mixed = {outcome: panel.take(chance.permutation(len(panel))) for outcome, panel in found.items()}
    more = {outcome: _with_unlabelled(panel) for outcome, panel in found.items()}
    leaky = {outcome: _with_future(panel) for outcome, panel in found.items()}
    later = rows.assign(**{PLANTED: 0.0})
    for check, learned, scored, where in (
        ("order", mixed, rows, "fitted on the rows in another order"),
        ("unlabelled", more, rows, "fitted with more of them"),
        ("future", leaky, later, "fitted beside a column that knows the outcome"),
    ):
        try:
            scores = _fitted(model, learned)(scored)
        except (KeyError, ValueError, OshriskError) as error:
            yield Failure(check, f"{where}, it breaks off: {error}")
        else:
            yield from _compared(check, scores, expected, where, REFITTED)


def _of_scoring(scorer: _fitted, rows: pd.DataFrame, expected: Scores) -> Iterator[Failure]:
    given = rows.copy(deep=True)
    scorer.score(given)
    if not given.equals(rows):
        yield Failure("input", "features that it scores")
    backwards = {outcome: scores[::-1] for outcome, scores in scorer(rows.iloc[::-1].copy()).items()}
    yield from _compared("order", backwards, expected, "scored in another order", SAME)
    renamed = rows.set_axis("x" + rows.index)
    yield from _compared("identity", scorer(renamed), expected, "scored under other ids", SAME)


def _of_values(scorer: _fitted, rows: pd.DataFrame) -> Iterator[Failure]:
    """Change one feature of all rows at a time, and see which way the scores go."""
    as_zero: dict[str, list[bool]] = {}
    for factor in load_table().factors:
        if factor.feature not in rows.columns or (factor.feature == "workers" and not scorer.rates):
            continue  # a number of accidents rises with the head-count whatever the rate does
        possible = [part for part in factor.bins if _has(rows[factor.feature], part)]
        scores = {part.state: scorer(_set(rows, factor, part)) for part in possible}
        unknown, zero = scorer(_set(rows, factor, None)), scorer(_zero(rows, factor))
        for outcome in (name for name in OUTCOMES if name in unknown):
            by_state = {state: found[outcome] for state, found in scores.items()}
            if _reference(factor, outcome).state in by_state:
                yield from _wrong_signs(factor, outcome, by_state)
                yield from _silence(factor, outcome, by_state, unknown[outcome])
            if factor.kind == "numeric" and not _alike(
                zero[outcome], by_state[possible[-1].state]
            ):  # the number makes a difference
                as_zero.setdefault(outcome, []).append(_alike(zero[outcome], unknown[outcome]))
    for outcome, alike in as_zero.items():
        if all(alike):
            yield Failure("unknown_as_zero", f"{outcome}, for each of {len(alike)} features that it uses")
    yield from _of_reports(scorer, rows)


def _of_reports(scorer: _fitted, rows: pd.DataFrame) -> Iterator[Failure]:
    silent = scorer(rows.assign(accidents_5y=0.0, reported_worker_years_5y=0.0, **_by_year(0.0)))
    reported = scorer(rows.assign(accidents_5y=0.0, reported_worker_years_5y=REPORTED_YEARS, **_by_year(1.0)))
    for outcome, scores in silent.items():
        if (scores < reported[outcome] * (1 - SAME)).any():
            yield Failure("silence", f"{outcome}: no report scores lower than reports of no accidents")


def _by_year(share: float) -> dict[str, float]:
    years = range(1, 6)
    reported = {f"reported_worker_years_y{year}": share * REPORTED_YEARS / len(years) for year in years}
    return {**{f"accidents_y{year}": 0.0 for year in years}, **reported}


def _wrong_signs(factor: Factor, outcome: str, scores: Scores) -> Iterator[Failure]:
    reference = _reference(factor, outcome)
    for part in (part for part in factor.bins if part.state in scores):
        sign = part.effects[outcome].sign
        change = scores[part.state] - scores[reference.state]
        if sign != "0" and (change * (1 if sign == "+" else -1) < -SAME * np.abs(scores[reference.state])).any():
            yield Failure("sign", f"{outcome}, {factor.feature}: {part.state} against {reference.state}")


def _silence(factor: Factor, outcome: str, scores: Scores, unknown: Floats) -> Iterator[Failure]:
    known = scores[_reference(factor, outcome).state]
    if (unknown < known * (1 - SAME)).any():
        yield Failure("silence", f"{outcome}, {factor.feature}: unknown scores lower than the reference")


def _alike(first: Floats, second: Floats) -> bool:
    return bool(np.allclose(first, second, rtol=SAME, atol=0.0))


def _has(column: pd.Series, part: Bin) -> bool:
    """Say whether the registers can give a state at all; some are kept for tables filled in by hand."""
    return not isinstance(column.dtype, pd.CategoricalDtype) or part.state in column.cat.categories


def _reference(factor: Factor, outcome: str) -> Bin:
    return min(factor.bins, key=lambda part: abs(part.effects[outcome].log_rr))


def _set(rows: pd.DataFrame, factor: Factor, part: Bin | None) -> pd.DataFrame:
    column = rows[factor.feature]
    if factor.kind == "numeric":
        return rows.assign(**{factor.feature: np.nan if part is None else _inside(part)})
    return rows.assign(**{factor.feature: pd.Series(None if part is None else part.state, rows.index, column.dtype)})


def _zero(rows: pd.DataFrame, factor: Factor) -> pd.DataFrame:
    """Set a number to zero; of a state nothing is asked."""
    return rows.assign(**{factor.feature: 0.0}) if factor.kind == "numeric" else rows


def _inside(part: Bin) -> float:
    if not np.isfinite(part.low):
        return part.high - 1e-6
    return part.low if not np.isfinite(part.high) else (part.low + part.high) / 2


def _with_unlabelled(panel: Panel) -> Panel:
    """Add as many rows again whose outcome is not known: whatever stands in their features is no lesson."""
    features = pd.concat([panel.features, panel.features.iloc[::-1]])
    count = len(panel)
    return replace(
        panel,
        features=features,
        outcome=np.append(panel.labels, np.full(count, np.nan)),
        exposure=None if panel.exposure is None else np.append(panel.exposures, np.ones(count)),
        weight=None if panel.weight is None else np.append(panel.weights, np.ones(count)),
        inspector=None if panel.inspector is None else pd.concat([panel.inspector, panel.inspector.iloc[::-1]]),
    )


def _with_future(panel: Panel) -> Panel:
    return replace(panel, features=panel.features.assign(**{PLANTED: np.nan_to_num(panel.labels)}))


def _compared(check: str, found: Scores, expected: Scores, where: str, tolerance: float) -> Iterator[Failure]:
    for outcome, scores in expected.items():
        apart: Any = np.abs(found[outcome] - scores) > tolerance * np.abs(scores) + 1e-12
        if apart.any():
            yield Failure(check, f"{outcome}, {where}: {int(apart.sum())} of {len(scores)} scores differ")

"""The backtest: past quarters planned again, measured, and said in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from oshrisk.atomic import whole_folder
from oshrisk.display import new_axes, shown_language
from oshrisk.errors import OshriskError
from oshrisk.evaluate.drift import recalibrated, shifted
from oshrisk.evaluate.fairness import audit, error_rates, groups
from oshrisk.evaluate.findings import findings
from oshrisk.evaluate.history import Past, date_before, past_visits, training_dates
from oshrisk.evaluate.names import model_name
from oshrisk.evaluate.policies import policies
from oshrisk.evaluate.replay import AUDITED, Model, Replay, replay
from oshrisk.evaluate.scorecard import MADE, Samples, Scorecard, scorecard
from oshrisk.evaluate.view import backtest_card
from oshrisk.features import OwnFactor
from oshrisk.messages import Language, text
from oshrisk.planning import Quarter
from oshrisk.planning.roads import Roads
from oshrisk.registry.registry import Registry
from oshrisk.risk import RiskTable, load_table
from oshrisk.risk.panel import Panel
from oshrisk.settings import Programme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

QUARTERS: Final = 8  # replayed by default: two years, so that every season counts twice
RANDOM: Final = "random"
SIMPLE: Final = "size"  # the rule of one line that every list is held against
FLAGGED: Final = 0.2  # assumed: share of a ranking that counts as flagged; the list itself is too short for rates
MIN_LABELLED: Final = 10.0  # assumed: labelled enterprises on the lists, below which no estimate is given


@dataclass(frozen=True)
class Backtest:
    """What lists would have found in past quarters.

    Parameters
    ----------
    quarters : tuple of Quarter
        The quarters that were planned again.
    model : str
        Name of the model that `sentence` and `fairness` are about.
    models : tuple of str
        Names of all models compared.
    visits : float
        The programme's mean number of visits a quarter.
    enterprises : float
        Mean number of enterprises a quarter that could be visited.
    horizon_months : int
        How long after the day before a quarter outcomes were counted [months].
    table : DataFrame
        model, outcome, metric, value, low, high, labelled, of: see `oshrisk.evaluate.scorecard.scorecard`.
    curve, calibration : DataFrame
        Capture by share visited; expected against observed in ten bands.
    lists : DataFrame
        The lists as planned: quarter, model, enterprise_id, order, arm, inspector_days.
    learned : DataFrame
        What each model had learned from: quarter, model, outcome, rows, events.
    fairness : DataFrame
        Audit of the lists of `model`: see `oshrisk.evaluate.fairness.audit`.
    errors : DataFrame
        Errors of the ranking of `model` between groups, on visits drawn at random alone: see
        `oshrisk.evaluate.fairness.error_rates`. Flagged is the first fifth of a quarter's ranking.
    drift : DataFrame
        Features of the day of the newest labels against those of the day of reading, and observed against expected
        from quarter to quarter, by `model`: see `oshrisk.evaluate.drift`.
    moved : DataFrame
        What data moved in the tables of the last quarter, with the model's name; empty if no model says.
    tables : dict of str to RiskTable
        The tables of the last quarter, by model.
    samples : dict
        Bootstrap values by (model, outcome, metric), paired over models.
    simulated : bool
        Whether the registers are simulated.
    true_outcomes : bool
        Whether accidents and harm are the true ones of a simulated province, not what came to be known.
    """

    quarters: tuple[Quarter, ...]
    model: str
    models: tuple[str, ...]
    visits: float
    enterprises: float
    horizon_months: int
    table: pd.DataFrame
    curve: pd.DataFrame
    calibration: pd.DataFrame
    lists: pd.DataFrame
    learned: pd.DataFrame
    fairness: pd.DataFrame
    errors: pd.DataFrame
    drift: pd.DataFrame
    moved: pd.DataFrame
    tables: dict[str, RiskTable]
    samples: Samples
    simulated: bool
    true_outcomes: bool

    def sentence(self, language: Language = "vi") -> str:
        """Say what the list would have found, beside random choice, the visits made and a rule of one line.

        Parameters
        ----------
        language : {"vi", "en"}, default "vi"
            Language.

        Returns
        -------
        str
            A sentence on known accidents and one on serious violations, with intervals.
        """
        values = {
            "visits": f"{self.visits:.0f}",
            "first": self.quarters[0],
            "last": self.quarters[-1],
            "quarters": len(self.quarters),
            "months": self.horizon_months,
            "model": model_name(self.model, language),
            "rule": model_name(SIMPLE, language),
            "kind": text(f"evaluate.sentence.{'true' if self.true_outcomes else 'known'}", language),
        }
        parts = [text("evaluate.sentence.simulated", language)] if self.simulated else []
        parts.append(text("evaluate.sentence.accidents", language, **values, **self._accidents(language)))
        parts.append(text("evaluate.sentence.violations", language, **values, **self._violations(language)))
        return " ".join(parts)

    def findings(self, language: Language = "vi") -> list[str]:
        """Say whom the list favours, where its ranking errs, and what has drifted: a sentence each.

        Parameters
        ----------
        language : {"vi", "en"}, default "vi"
            Language.

        Returns
        -------
        list of str
            See `oshrisk.evaluate.findings.findings`.
        """
        return findings(self, language)

    def plot(self, outcome: str = "accident", *, language: Language | None = None, ax: Axes | None = None) -> Axes:
        """Draw which share of an outcome the first of each ranking account for.

        Parameters
        ----------
        outcome : {"accident", "harm", "violation"}, default "accident"
            What is caught.
        language : {"vi", "en"}, optional
            As `oshrisk.display.shown_language`.
        ax : Axes, optional
            Where to draw; by default on a new figure.

        Returns
        -------
        Axes
            See `oshrisk.evaluate.pictures.capture_curve`.
        """
        from oshrisk.evaluate import pictures  # noqa: PLC0415  # matplotlib is heavy, and only drawing needs it

        axes = ax or new_axes(*pictures.SIZE)
        return pictures.capture_curve(self, shown_language(language), outcome=outcome, ax=axes)

    def _repr_html_(self) -> str:
        return backtest_card(self, shown_language(), least=MIN_LABELLED)

    def save(self, folder: str | Path, language: Language = "vi") -> Path:
        """Write tables (CSV) and pictures (PNG), all or none.

        Parameters
        ----------
        folder : str or Path
            Where; what stood there is replaced as a whole.
        language : {"vi", "en"}, default "vi"
            Language of file names, pictures and the sentence.

        Returns
        -------
        Path
            The folder.
        """
        from oshrisk.evaluate import pictures  # noqa: PLC0415  # matplotlib is heavy, and only drawing needs it

        with whole_folder(folder) as partial:
            for name in ("table", "curve", "calibration", "lists", "learned", "fairness", "errors", "drift", "moved"):
                frame = getattr(self, name)
                if len(frame):
                    frame.to_csv(partial / self._file(name, "csv", language), index=False, encoding="utf-8-sig")
            said = "\n".join([self.sentence(language), *self.findings(language)])
            (partial / self._file("sentence", "txt", language)).write_text(f"{said}\n", "utf-8")
            for name, figure in pictures.of_backtest(self, language).items():
                figure.savefig(partial / self._file(name, "png", language), dpi=150, metadata={"Software": None})
        return Path(folder)

    def _file(self, name: str, ending: str, language: Language) -> str:
        simulated = "-simulated" if self.simulated else ""
        return f"{text(f'evaluate.files.{name}', language)}{simulated}.{ending}"

    def _accidents(self, language: Language) -> dict[str, str]:
        found = self.table[(self.table["outcome"] == "accident") & (self.table["metric"] == "found")].set_index("model")
        return {role: _range(found.loc[name], 1.0, language) for role, name in self._roles().items()}

    def _violations(self, language: Language) -> dict[str, str]:
        rows = self.table[self.table["outcome"] == "violation"].set_index(["model", "metric"])
        said = {
            role: _range(rows.loc[(name, "precision")], self.visits, language) for role, name in self._roles().items()
        }
        own = rows.loc[(self.model, "precision")]
        bounds = {end: rows.loc[(self.model, f"precision_{end}"), "value"] * self.visits for end in ("worst", "best")}
        said |= {end: _number(value, language) for end, value in bounds.items()}
        return {**said, "labelled": f"{own['labelled']:.0f}", "of": f"{own['of']:.0f}"}

    def _roles(self) -> dict[str, str]:
        return {"found": self.model, "random": RANDOM, "made": MADE, "simple": SIMPLE}


def run_backtest(
    registry: Registry,
    programme: Programme,
    *,
    first: Quarter | None = None,
    last: Quarter | None = None,
    models: Mapping[str, Model] | None = None,
    model: str = "",
    table: RiskTable | None = None,
    roads: Roads | None = None,
    truth_accidents: pd.DataFrame | None = None,
    horizon_months: int = 12,
    draws: int = 300,
    seed: int | None = None,
    extra: tuple[OwnFactor, ...] | None = None,
) -> Backtest:
    """Plan past quarters again and measure what the lists would have found.

    Parameters
    ----------
    registry : Registry
        Everything that is known today.
    programme : Programme
        Settings: capacity, draw, ranking.
    first, last : Quarter, optional
        First and last quarter; by default the eight up to the last whose outcomes have matured.
    models : mapping of str to Model, optional
        What to compare beside the baselines of `oshrisk.evaluate.policies`: a `RiskTable`; a callable that makes
        one from ``{outcome: Panel}``, such as ``lambda panels: fit_table(prior, panels)``; or an estimator with
        ``outcome``, ``fit`` and ``predict``. By default `default_models` of the programme's own table.
    model : str, optional
        The model that the sentence and the fairness audit are about; by default the first of `models`.
    table : RiskTable, optional
        The programme's own table, whose plan says how many visits a quarter has; by default the one that the settings
        name.
    roads : Roads, optional
        The roads; by default those of the settings.
    truth_accidents : DataFrame, optional
        All true accidents of a simulated province (`oshrisk.simulate.Simulation`): the accidents and the harm are
        then these, and everybody is labelled. Models still learn from the registers alone.
    horizon_months : int, default 12
        How long after the day before a quarter outcomes are counted [months].
    draws : int, default 300
        Bootstrap resamples.
    seed : int, optional
        Of the bootstrap and of baselines that draw; by default the programme's.
    extra : tuple of OwnFactor, optional
        As for `oshrisk.features.build_features`.

    Returns
    -------
    Backtest
        The figures.

    Raises
    ------
    OshriskError
        If a quarter's outcomes have not matured, the quarters are in the wrong order, or the registers hold nothing
        from before them.
    """
    office = programme.office
    past = Past(registry, office.province_code, office.seat_commune, horizon_months, extra)
    quarters = _quarters(past, first, last)
    chance = programme.draw.seed if seed is None else seed
    own = load_table(programme.ranking.model) if table is None else table
    chosen = dict(models) if models else default_models(own)
    about = model or next(iter(chosen))
    every = {**chosen, **{name: rule for name, rule in policies(chance).items() if name not in chosen}}
    if about not in every:
        raise OshriskError("evaluate.no_model", model=about, models=", ".join(every))
    played = replay(past, programme, own, every, quarters, truth_accidents=truth_accidents, roads=roads)
    card = scorecard(played, draws=draws, seed=chance)
    result = _backtest(played, card, about, programme, past)
    drift = _drift(played, about, own, past)
    return replace(result, drift=drift, true_outcomes=truth_accidents is not None)


def default_models(table: RiskTable) -> dict[str, Model]:
    """Return the programme's table as it is, and moved anew for each quarter by what was known then.

    Parameters
    ----------
    table : RiskTable
        The table.

    Returns
    -------
    dict of str to Model
        Under the table's own name and ``"fitted"``.
    """

    def moved(found: Mapping[str, Panel]) -> object:
        from oshrisk.risk.fit import fit_table  # noqa: PLC0415  # scipy and scikit-learn are heavy

        return fit_table(table, found)

    return {table.name: table, "fitted": moved}


def _quarters(past: Past, first: Quarter | None, last: Quarter | None) -> tuple[Quarter, ...]:
    newest, since = past.last_quarter, past.first_evidence
    end = last or newest
    if end > newest:
        raise OshriskError("evaluate.not_matured", quarter=end, last=newest)
    if first is not None and first > end:
        raise OshriskError("evaluate.wrong_order", first=first, last=end)
    quarters = [end]
    while quarters[0] != first and quarters[0].previous.start > since and (first or len(quarters) < QUARTERS):
        quarters.insert(0, quarters[0].previous)
    if quarters[0].start <= since or (first and quarters[0] != first):
        raise OshriskError("evaluate.no_history", quarter=first or end, date=f"{since:%d/%m/%Y}")
    return tuple(quarters)


def _backtest(played: Replay, card: Scorecard, about: str, programme: Programme, past: Past) -> Backtest:
    visits = played.rows.groupby("quarter")["visits"].first().mean()
    moved = [frame.assign(model=name) for name, frame in played.moved.items()]
    names = pd.Series([str(quarter) for quarter in played.quarters])
    return Backtest(
        quarters=played.quarters,
        model=about,
        models=tuple(played.scores),
        visits=float(visits),
        enterprises=len(played.rows) / len(played.quarters),
        horizon_months=past.horizon_months,
        table=card.table,
        curve=card.curve,
        calibration=card.calibration,
        lists=_named(played.plans, names),
        learned=_named(played.learned, names),
        fairness=_fairness(played, about, programme),
        errors=_errors(played, about, programme, past),
        drift=pd.DataFrame(),
        moved=pd.concat(moved, ignore_index=True) if moved else pd.DataFrame(),
        tables=played.tables,
        samples=card.samples,
        simulated=past.registry.simulated,
        true_outcomes=False,
    )


def _named(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    return frame.assign(quarter=frame["quarter"].map(names)) if len(frame) else frame


def _fairness(played: Replay, about: str, programme: Programme) -> pd.DataFrame:
    """Audit the lists of a model: as planned where it makes plans, else the first of its ranking."""
    rows = played.rows
    listed = _listed(played, about)
    last = rows.drop_duplicates("enterprise_id", keep="last").set_index("enterprise_id")
    harm = played.scores[about]["expected_harm"].groupby(rows["enterprise_id"]).mean().reindex(last.index)
    group = groups(last[list(AUDITED)], province_code=programme.office.province_code)
    reference = pd.DataFrame({"enterprises": 1.0, "workers": last["workers"], "expected_harm": harm}, last.index)
    reference = reference.loc[:, reference.notna().any()]
    return audit(listed.reindex(last.index, fill_value=0.0), group, reference, seed=programme.draw.seed)


def _errors(played: Replay, about: str, programme: Programme, past: Past) -> pd.DataFrame:
    """Compare the ranking's errors between groups, on visits of these quarters that were drawn at random."""
    rows, opens = played.rows, [date_before(quarter) for quarter in played.quarters]
    by_quarter = played.scores[about]["priority"].groupby(rows["quarter"])
    first = by_quarter.rank(ascending=False, method="first") <= FLAGGED * by_quarter.transform("size")
    ranked = rows[["enterprise_id", *AUDITED]].assign(as_of=rows["quarter"].map(dict(enumerate(opens))), flagged=first)
    visits = past_visits(past, past.registry.read_on)[["found", "arm"]].reset_index()
    seen = visits.merge(ranked, on=["enterprise_id", "as_of"]).drop_duplicates("enterprise_id", keep="last")
    seen = seen.set_index("enterprise_id").rename(columns={"found": "violation"})
    group = groups(seen[list(AUDITED)], province_code=programme.office.province_code)
    return error_rates(seen, group, seed=programme.draw.seed)


def _drift(played: Replay, about: str, table: RiskTable, past: Past) -> pd.DataFrame:
    today = past.registry.read_on
    learned = next(iter(training_dates(past, today)), today)
    parts = [shifted(past.features(learned), past.features(today), table)]
    if "accident_rate" in played.scores[about]:
        found = recalibrated(played.rows, played.scores[about])
        parts.append(found.assign(name=found["name"].map(dict(enumerate(map(str, played.quarters))))))
    return pd.concat(parts, ignore_index=True)


def _listed(played: Replay, about: str) -> pd.Series:
    rows, plans = played.rows, played.plans
    if about in played.tables:
        return plans[plans["model"] == about].groupby("enterprise_id").size().astype("float64")
    place = played.scores[about]["priority"].groupby(rows["quarter"]).rank(method="first", ascending=False)
    return rows[place <= rows["visits"]].groupby("enterprise_id").size().astype("float64")


def _range(row: pd.Series, times: float, language: Language) -> str:
    if not row["labelled"] >= MIN_LABELLED or np.isnan(row["low"]):
        return text("evaluate.sentence.too_few", language)
    return f"{_number(row['low'] * times, language)}–{_number(row['high'] * times, language)}"


def _number(value: float, language: Language) -> str:
    shown = f"{value:.1f}"
    return shown.replace(".", ",") if language == "vi" else shown

"""The models' work: train, backtest, compare, promote; each a run in the store."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.evaluate.backtest import Backtest, run_backtest
from oshrisk.evaluate.history import Past, panels
from oshrisk.evaluate.promotion import Comparison, compare
from oshrisk.features import installed_factors
from oshrisk.messages import Language
from oshrisk.planning import Quarter
from oshrisk.planning.roads import make_roads
from oshrisk.registry.registry import Registry
from oshrisk.registry.snapshot import snapshot_hash
from oshrisk.risk import RiskTable, load_table
from oshrisk.risk.boosted import boosted_table
from oshrisk.risk.card import Lessons, model_card
from oshrisk.risk.fit import fit_table
from oshrisk.risk.own import with_own
from oshrisk.risk.panel import Panel
from oshrisk.risk.severity import fit_severity
from oshrisk.risk.similarity import similarity_to_inspected
from oshrisk.risk.tracking import (
    CHALLENGER,
    CHAMPION,
    TABLE_FILE,
    Store,
    comparisons,
    load_stored,
    log_run,
    open_store,
    point,
    register,
    stored_models,
)
from oshrisk.risk.violation import Weights, inspector_share, weigh_visits
from oshrisk.workspace import Workspace

Kind = Literal["fitted", "boosted"]
Learner = Callable[[Mapping[str, Panel]], Any]
EXPERT: Final = "expert"
PRIOR_FILE: Final = "prior-table.json"


@dataclass(frozen=True)
class Trained:
    """A new challenger.

    Parameters
    ----------
    version : int
        Its version in the store.
    run_id : str
        The MLflow run.
    lessons : Lessons
        The table, which points data moved, and what they rest on.
    """

    version: int
    run_id: str
    lessons: Lessons

    @property
    def table(self) -> RiskTable:
        """The model."""
        return self.lessons.table


def store_of(workspace: Workspace) -> Store:
    """Return the store of a working folder: the MLflow server of its settings, or a file under ``models/``."""
    models = workspace.programme.models
    return open_store(workspace.path("models"), models.name, models.tracking_uri)


def start_of(workspace: Workspace) -> RiskTable:
    """Return the table that learning starts from: that of the settings, or what their stored model started from.

    A stored model has seen its labels; learning from it again would count them twice.

    Parameters
    ----------
    workspace : Workspace
        The working folder.

    Returns
    -------
    RiskTable
        The table.

    Raises
    ------
    OshriskError
        If the settings name a stored model and there is none.
    """
    if workspace.model not in {CHAMPION, CHALLENGER}:
        return with_own(load_table(workspace.model), installed_factors())
    store = store_of(workspace)
    file = store.client().download_artifacts(load_stored(store, workspace.model).run_id, PRIOR_FILE)
    return load_table(file)


def learners(prior: RiskTable) -> dict[str, Learner]:
    """Return the ways to learn a table from panels, by kind."""
    return {"fitted": partial(fit_table, prior), "boosted": partial(boosted_table, prior)}


def train(
    workspace: Workspace,
    registry: Registry,
    *,
    as_of: pd.Timestamp | None = None,
    kind: Kind = "fitted",
    language: Language = "vi",
) -> Trained:
    """Learn a challenger from what was known on a date, and store it.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    registry : Registry
        Its registers.
    as_of : Timestamp, optional
        Date of learning: labels that matured later are left out; by default the day of reading.
    kind : {"fitted", "boosted"}
        How it learns.
    language : {"vi", "en"}, default "vi"
        Language of the model card.

    Returns
    -------
    Trained
        The challenger; the alias ``challenger`` points at it.
    """
    prior = start_of(workspace)
    date = registry.read_on if as_of is None else as_of
    office = workspace.programme.office
    learned = lessons(Past(registry, office.province_code, office.seat_commune), date, prior, kind)
    store = store_of(workspace)
    params = {
        "kind": kind,
        "model_id": learned.table.model_id,
        "prior": prior.model_id,
        "as_of": f"{date:%Y-%m-%d}",
        "snapshot": snapshot_hash(registry),
        "settings": workspace.programme.digest,
        "simulated": registry.simulated,
        "labels": json.dumps(learned.labels),
    }
    texts = {
        TABLE_FILE: learned.table.to_json(),
        PRIOR_FILE: prior.to_json(),
        "moved.csv": learned.moved.to_csv(index=False),
        "severity.csv": learned.severity.by_group.to_csv(),
        "inspectors.csv": "" if learned.inspectors is None else learned.inspectors.effects.to_csv(index=False),
        "model-card.md": model_card(learned, params, language),
    }
    with tempfile.TemporaryDirectory() as place:
        pictures = _pictures(learned, Path(place), language, simulated=registry.simulated)
        run_id = log_run(
            store, "train", params=params, metrics=_learned(learned), texts=texts, files={"pictures": pictures}
        )
    return Trained(register(store, run_id, CHALLENGER), run_id, learned)


def lessons(past: Past, date: pd.Timestamp, prior: RiskTable, kind: Kind) -> Lessons:
    """Learn a table from what was known on a date, and say from what.

    Parameters
    ----------
    past : Past
        The registers, seen from the past.
    date : Timestamp
        Date of learning.
    prior : RiskTable
        What to start from.
    kind : {"fitted", "boosted"}
        How it learns.

    Returns
    -------
    Lessons
        The table, with rates and probabilities by `kind` and lost days by `oshrisk.risk.severity.fit_severity`, and
        what it rests on.
    """
    weighed: list[Weights] = []

    def weigh(visits: pd.DataFrame) -> Any:
        weighed.append(weigh_visits(visits, past.features))
        return weighed[-1].weight

    data = panels(past, date, weigh=weigh)
    fitted = learners(prior)[kind](data)
    features = past.features(date)
    table, severity = fit_severity(fitted.table, past.registry.known(date)["accidents"], features)
    visits = data["violation"]
    recent = visits.features.index.get_level_values("as_of") > date - pd.DateOffset(years=1)
    alike = similarity_to_inspected(features, features["months_since_inspection"].notna(), table)
    return Lessons(
        table,
        prior,
        fitted.moved,
        {outcome: int(pd.notna(panel.outcome).sum()) for outcome, panel in data.items()},
        severity,
        weighed[-1],
        inspector_share(visits.take(recent), prior),
        alike["likeness"].value_counts().to_dict(),
    )


def backtest(
    workspace: Workspace,
    registry: Registry,
    *,
    first: Quarter | None = None,
    last: Quarter | None = None,
    kinds: tuple[Kind, ...] = ("fitted",),
    language: Language = "vi",
) -> tuple[Backtest, Path]:
    """Replay past quarters with the programme's table, models that learn, and the baselines; keep the evidence.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    registry : Registry
        Its registers.
    first, last : Quarter, optional
        As for `oshrisk.evaluate.backtest.run_backtest`.
    kinds : tuple of {"fitted", "boosted"}
        Models that learn, trained anew before every quarter.
    language : {"vi", "en"}, default "vi"
        Language of tables and pictures.

    Returns
    -------
    tuple of Backtest and Path
        The figures, and the folder with tables and pictures.
    """
    prior = start_of(workspace)
    played = run_backtest(
        registry,
        workspace.programme,
        first=first,
        last=last,
        models={EXPERT: prior, **{kind: learners(prior)[kind] for kind in kinds}},
        model=EXPERT,
        table=prior,
        roads=make_roads(workspace.programme, workspace.folder),
    )
    folder = played.save(workspace.path("backtests", _span(played)), language)
    params = {"first": played.quarters[0], "last": played.quarters[-1], "simulated": registry.simulated}
    log_run(
        store_of(workspace),
        "backtest",
        params={**params, "snapshot": snapshot_hash(registry)},
        metrics=_metrics(played),
        files={"evidence": folder},
        texts={f"tables/{name}.json": table.to_json() for name, table in played.tables.items()},
    )
    return played, folder


def compare_models(
    workspace: Workspace, registry: Registry, *, first: Quarter | None = None, last: Quarter | None = None
) -> Comparison:
    """Compare challenger and champion over past quarters, each trained anew before every one, and keep the verdict.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    registry : Registry
        Its registers.
    first, last : Quarter, optional
        As for `oshrisk.evaluate.backtest.run_backtest`.

    Returns
    -------
    Comparison
        The verdict.

    Raises
    ------
    OshriskError
        If there is no challenger.
    """
    store = store_of(workspace)
    challenger = load_stored(store, CHALLENGER)
    listed = stored_models(store)
    champions = listed[listed["aliases"].str.contains(CHAMPION)]
    prior = start_of(workspace)
    ways: dict[str, Any] = {**learners(prior), EXPERT: prior}
    kinds = {
        CHAMPION: champions["kind"].iloc[0] if len(champions) else EXPERT,
        CHALLENGER: listed.loc[challenger.version, "kind"],
    }
    models = {role: ways[kind] for role, kind in kinds.items()}
    played = run_backtest(
        registry,
        workspace.programme,
        first=first,
        last=last,
        models=models,
        model=CHALLENGER,
        table=prior,
        roads=make_roads(workspace.programme, workspace.folder),
    )
    found = compare(played, CHAMPION, CHALLENGER)
    with tempfile.TemporaryDirectory() as place:
        evidence = played.save(Path(place) / _span(played), workspace.programme.office.language)
        log_run(
            store,
            "compare",
            params={
                "challenger": challenger.version,
                "snapshot": snapshot_hash(registry),
                **{f"{role}_kind": kind for role, kind in kinds.items()},
            },
            metrics={"difference": found.difference, "low": found.low, "high": found.high},
            files={"evidence": evidence},
            texts={
                "verdict.json": json.dumps(asdict(found)),
                **{f"tables/{name}.json": table.to_json() for name, table in played.tables.items()},
            },
        )
    return found


def promote(workspace: Workspace) -> int:
    """Make the challenger the champion, if its newest comparison says so.

    Parameters
    ----------
    workspace : Workspace
        The working folder.

    Returns
    -------
    int
        The new champion's version.

    Raises
    ------
    OshriskError
        If it was never compared, or the interval of the difference does not lie above zero.
    """
    store = store_of(workspace)
    challenger = load_stored(store, CHALLENGER)
    verdicts = comparisons(store, challenger.version)
    if not verdicts:
        raise OshriskError("cli.not_compared", version=challenger.version)
    newest = Comparison(**verdicts[0])
    if newest.verdict != "promote":
        raise OshriskError("cli.not_promoted", version=challenger.version, said=newest.sentence)
    point(store, CHAMPION, challenger.version)
    return challenger.version


def _pictures(learned: Lessons, folder: Path, language: Language, *, simulated: bool) -> Path:
    """Draw what moved, a picture an outcome."""
    from oshrisk.evaluate import pictures  # noqa: PLC0415  # matplotlib is heavy

    mark = "-simulated" if simulated else ""
    for outcome, figure in pictures.of_moves(learned.moved, learned.table, language, simulated=simulated).items():
        figure.savefig(folder / f"moved-{outcome}{mark}.png", dpi=150, metadata={"Software": None})
    return folder


def _learned(learned: Lessons) -> dict[str, float]:
    """Return the figures of a training run."""
    inspectors = learned.inspectors
    return {
        **{f"labels_{outcome}": count for outcome, count in learned.labels.items()},
        **{f"enterprises_{name}": count for name, count in learned.likeness.items()},
        "days_per_accident": learned.severity.days,
        "visits_effective": learned.weights.effective,
        "visits_truncated": float(learned.weights.truncated.sum()),
        "inspector_latent_share": float("nan") if inspectors is None else inspectors.latent_share,
        "inspector_deviance_share": float("nan") if inspectors is None else inspectors.deviance_share,
    }


def _span(played: Backtest) -> str:
    return f"{played.quarters[0]}-{played.quarters[-1]}"


def _metrics(played: Backtest) -> dict[str, float]:
    rows = played.table
    names = rows["model"] + "." + rows["outcome"] + "." + rows["metric"]
    return dict(zip(names, rows["value"], strict=True))

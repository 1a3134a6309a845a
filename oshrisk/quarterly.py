"""The list of a quarter from end to end: registers, ranking, plan, files, and its version in the ledger."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from oshrisk.atomic import recover, whole_folder
from oshrisk.features import records
from oshrisk.messages import Language, text
from oshrisk.planning import Plan, Quarter, make_plan
from oshrisk.planning.redraw import FILE, FILE_SIMULATED, draw_facts, write_frame
from oshrisk.planning.roads import Roads, make_roads
from oshrisk.planning.seeds import Seed, seed_of
from oshrisk.reference.load import reference_hash
from oshrisk.registry.marked import write_marked
from oshrisk.registry.read import Reading
from oshrisk.registry.snapshot import snapshot_hash, write_snapshot
from oshrisk.report import ListInputs, write_workbook
from oshrisk.report.results_form import write_results_form
from oshrisk.risk import RiskTable, reasons, top_reasons
from oshrisk.risk.similarity import similarity_to_inspected
from oshrisk.settings import Programme, settings_file
from oshrisk.workflow import (
    Model,
    Progress,
    Ranking,
    date_of_knowledge,
    ledger_of,
    model_of,
    rank,
    registers_of,
    results_after,
    silent,
)
from oshrisk.workspace import SETTINGS, Workspace

if TYPE_CHECKING:
    from oshrisk.ledger import Ledger, StoredVersion

MODEL: Final = "model.json"
DECISIONS: Final = "decisions.json"
_PACKAGES: Final = ("oshrisk", "numpy", "pandas", "pyarrow", "scipy", "xlsxwriter")  # those that can change a list
_DECIDED: Final = ["action", "enterprise_id", "value", "reason_code", "text", "by", "at"]


@dataclass(frozen=True)
class QuarterlyList:
    """The list of a quarter and where it was written.

    Parameters
    ----------
    ranking : Ranking
        The ranking behind it.
    reading : Reading
        What was read, accepted and quarantined.
    inputs : ListInputs
        What the workbook was made from: the plan, exact reasons, records.
    folder : Path
        Where the files are.
    manifest : dict
        What made the list, and the hashes of what was written.
    effects : dict
        Against the version before: ``displaced`` (ids that fell off the list because of decisions) and ``price``
        (``worth`` in percent, ``findings``); empty where nothing was decided since.
    results_left_out : int
        Recorded visits that the registers are too old to know (``registers.read_on`` was not moved).
    """

    ranking: Ranking
    reading: Reading
    inputs: ListInputs
    folder: Path
    manifest: dict[str, Any]
    effects: dict[str, Any]
    results_left_out: int = 0

    @property
    def files(self) -> list[Path]:
        """The files that were written."""
        return sorted(self.folder.iterdir())


@dataclass(frozen=True)
class Made:
    """A list that is not written yet.

    Parameters
    ----------
    ranking, reading, inputs
        As `QuarterlyList`; the manifest in `inputs` lacks the hashes of the files.
    decisions : DataFrame
        The decisions that it was solved around.
    """

    ranking: Ranking
    reading: Reading
    inputs: ListInputs
    decisions: pd.DataFrame


def quarterly_list(
    workspace: Workspace,
    quarter: Quarter,
    *,
    as_of: pd.Timestamp | None = None,
    by: str = "",
    language: Language = "vi",
    progress: Progress = silent,
) -> QuarterlyList:
    """Make the inspection list of a quarter from the registers and the results of a working folder.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    quarter : Quarter
        The quarter to plan.
    as_of : Timestamp, optional
        Date of knowledge; by default `date_of_knowledge`.
    by : str, default ""
        The planner in whose name the list becomes a version in the ledger; empty: it becomes none, and nobody's
        decisions are looked at.
    language : {"vi", "en"}, default "vi"
        Language of the workbook.
    progress : callable, optional
        Called with the name of each step as it begins.

    Returns
    -------
    QuarterlyList
        The list; its files are in ``plans/<quarter>/``, put there as a whole.

    Raises
    ------
    OshriskError
        If the plan is approved, or somebody changed it meanwhile; nothing is changed then.
    """
    ledger = _entered(workspace, by) if by else None
    revision, latest, unsolved = _standing(ledger, quarter)
    progress("read")
    reading = registers_of(workspace)
    progress("snapshot")
    write_snapshot(workspace.path("snapshots", snapshot_hash(reading.registry)[:16]), reading.registry)
    progress("assess")
    date = date_of_knowledge(reading.registry, quarter) if as_of is None else as_of
    model = model_of(workspace)
    ranking = rank(reading.registry, workspace.programme, date, model.table)
    progress("plan")
    made = make_list(
        reading,
        ranking,
        Model(ranking.table, model.differences),
        workspace.programme,
        quarter,
        roads=make_roads(workspace.programme, workspace.folder),
        seed=seed_of(workspace.folder, quarter, workspace.programme),
        decisions=_decisions(ledger, quarter),
        language=language,
    )
    number = _number(made, latest, unsolved)
    effects = _effects(made, latest) if unsolved else {}
    by_decision = dict.fromkeys(map(str, unsolved), effects)
    if latest is not None and number == latest.number:  # written again, it stays the version that it is
        by_decision = latest.effects
    progress("write")
    folder = workspace.path("plans", str(quarter))
    with whole_folder(folder) as partial:
        manifest = write_list(partial, made, number, language)
        if ledger is not None:
            _save(ledger, made, manifest, by, revision=revision, effects=by_decision)
    left_out = 0 if ledger is None else results_after(reading.registry, workspace)
    return QuarterlyList(ranking, reading, made.inputs, folder, manifest, effects, left_out)


def make_list(
    reading: Reading,
    ranking: Ranking,
    model: Model,
    programme: Programme,
    quarter: Quarter,
    *,
    roads: Roads,
    seed: Seed,
    decisions: pd.DataFrame,
    language: Language = "vi",
) -> Made:
    """Make a list in memory: the same for the same arguments.

    Parameters
    ----------
    reading : Reading
        What was read.
    ranking : Ranking
        From `oshrisk.workflow.rank`.
    model : Model
        The table that ranked, and what it was made with.
    programme : Programme
        Settings.
    quarter : Quarter
        The quarter.
    roads, seed, decisions
        As `oshrisk.planning.make_plan`.
    language : {"vi", "en"}, default "vi"
        Language of the reasons.

    Returns
    -------
    Made
        The list and what explains it.
    """
    plan = make_plan(
        ranking.known,
        ranking.features,
        ranking.assessment,
        programme,
        quarter,
        roads=roads,
        seed=seed,
        decisions=decisions,
    )
    ids = plan.visits.index
    visited = ranking.features["months_since_inspection"].notna()
    alike = similarity_to_inspected(ranking.features, visited, ranking.table, ids)
    inputs = ListInputs(
        plan=plan,
        features=ranking.features,
        assessment=ranking.assessment.join(alike[["similarity", "likeness"]]),
        reasons=reasons(ranking.features, ranking.table, ids),
        main_reasons=top_reasons(
            ranking.features.loc[ids], ranking.table, k=3, priority=programme.ranking.priority, language=language
        ),
        records=records(ranking.known, ids),
        registry=ranking.known,
        table=ranking.table,
        programme=programme,
        manifest=_manifest(programme, reading, plan, model, language),
    )
    return Made(ranking, reading, inputs, decisions)


def write_list(folder: Path, made: Made, number: int, language: Language) -> dict[str, Any]:
    """Write the files of a list.

    Parameters
    ----------
    folder : Path
        An empty folder.
    made : Made
        The list.
    number : int
        Its version.
    language : {"vi", "en"}
        Language of what people read.

    Returns
    -------
    dict
        The manifest with the version and the hashes of the files, as it stands in ``manifest.json``.
    """
    inputs, plan = made.inputs, made.inputs.plan
    mark = "-simulated" if inputs.registry.simulated else ""
    write_workbook(folder / _file_name("list", inputs, language), inputs, language)
    write_results_form(folder / _file_name("results", inputs, language), inputs, version=number, language=language)
    tables = {
        _file_name("not_selected", inputs, language): plan.not_selected.set_index("enterprise_id"),
        f"visits{mark}.csv": plan.visits,
        f"trips{mark}.csv": plan.trips.assign(communes=plan.trips["communes"].map(" ".join)),
        f"letters{mark}.csv": plan.letters,
    }
    for name, table in tables.items():
        table.to_csv(folder / name, encoding="utf-8-sig")
    write_frame(folder / (FILE_SIMULATED if mark else FILE), _draw_frame(plan))
    if len(made.reading.quarantine):
        write_marked(folder / _file_name("marked", inputs, language), made.reading, language)
    (folder / SETTINGS).write_text(settings_file(inputs.programme.without_passwords, language), encoding="utf-8")
    (folder / MODEL).write_text(inputs.table.to_json(), encoding="utf-8")
    (folder / DECISIONS).write_text(_json(_plain(made.decisions)), encoding="utf-8")
    outputs = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}
    manifest = {**inputs.manifest, "plan_version": number, "outputs": outputs}
    (folder / "manifest.json").write_text(_json(manifest), encoding="utf-8")
    return manifest


def stored_manifest(folder: Path) -> dict[str, Any] | None:
    """Read the manifest of the list that was written last.

    Parameters
    ----------
    folder : Path
        The folder of the plan. Where a killed process has put it aside, it is brought back.

    Returns
    -------
    dict or None
        The manifest; None where there is no list.
    """
    recover(folder.parent)
    file = folder / "manifest.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def read_decisions(folder: Path) -> pd.DataFrame:
    """Read the decisions that a list was solved around.

    Parameters
    ----------
    folder : Path
        The folder of the plan.

    Returns
    -------
    DataFrame
        As `oshrisk.planning.overrides.decided` takes them; empty where there is no file.
    """
    file = folder / DECISIONS
    rows = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    frame = pd.DataFrame(rows, columns=_DECIDED)
    return frame.assign(at=pd.to_datetime(frame["at"], utc=True))


def _manifest(programme: Programme, reading: Reading, plan: Plan, used: Model, language: Language) -> dict[str, Any]:
    hours = plan.roads.hours
    return {
        "quarter": str(plan.quarter),
        "as_of": plan.as_of.date().isoformat(),
        "read_on": reading.registry.read_on.date().isoformat(),
        "simulated": reading.registry.simulated,
        "language": language,
        "snapshot": snapshot_hash(reading.registry),
        "settings": programme.digest,
        "reference": reference_hash(),
        "model": _model_facts(used.table, used.differences),
        "roads": {
            "estimated": plan.roads.estimated,
            "hours": hashlib.sha256(hours.round(6).to_csv(lineterminator="\n").encode()).hexdigest(),
        },
        "draw": draw_facts(plan.seed, plan.slots),
        "selection": {name: plan.selection.report[name] for name in ("objective", "bound", "gap", "proven")},
        "rows": {name: int(count) for name, count in reading.counts.sum().items()},
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
    }


def _model_facts(table: RiskTable, differences: tuple[str, ...]) -> dict[str, Any]:
    return {"name": table.name, "id": table.model_id, "made_with_other": list(differences)}


def _draw_frame(plan: Plan) -> pd.DataFrame:
    """Everybody who must or may be checked, and their chances."""
    everybody = plan.eligibility
    rows = everybody[everybody["status"].ne("not_now") | everybody["inclusion_probability"].gt(0)]
    return rows[["entity", "band", "stratum", "section", "inclusion_probability", "drawn"]]


def _plain(decisions: pd.DataFrame) -> list[dict[str, Any]]:
    rows = decisions.reindex(columns=_DECIDED)
    return [{**row, "at": pd.Timestamp(row["at"]).isoformat()} for row in rows.to_dict("records")]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _file_name(kind: str, inputs: ListInputs, language: Language) -> str:
    simulated = "-simulated" if inputs.registry.simulated else ""
    return text(f"cli.files.{kind}", language, quarter=inputs.plan.quarter, simulated=simulated)


def _entered(workspace: Workspace, by: str) -> Ledger:
    """Open the ledger; whoever may not plan hears it before the work, not after it."""
    from oshrisk.ledger import enter  # noqa: PLC0415  # Django takes half a second to import
    from oshrisk.ledger.people import require  # noqa: PLC0415  # as above

    ledger = ledger_of(workspace, create=True)
    enter(ledger, by)
    require(ledger, by, "planner")
    return ledger


def _standing(ledger: Ledger | None, quarter: Quarter) -> tuple[int, StoredVersion | None, list[int]]:
    """Return the revision, the latest version, and the decisions that it does not know of; refuse a frozen plan."""
    if ledger is None:
        return 0, None, []
    from oshrisk import ledger as book  # noqa: PLC0415  # as above
    from oshrisk.ledger.state import expect_open, version_of  # noqa: PLC0415

    status = book.status(ledger, quarter)
    if status["version"] is None:
        return int(status["revision"]), None, []
    expect_open(version_of(ledger, str(quarter)))
    return int(status["revision"]), book.stored_version(ledger, quarter), list(status["unsolved"])


def _decisions(ledger: Ledger | None, quarter: Quarter) -> pd.DataFrame:
    """Return the decisions that stand, and those of earlier quarters that put somebody off to this one."""
    if ledger is None:
        return pd.DataFrame(columns=_DECIDED)
    from oshrisk import ledger as book  # noqa: PLC0415  # as above

    own, earlier = book.decisions(ledger, quarter), book.deferred_to(ledger, quarter)
    resumed = earlier[~earlier["enterprise_id"].isin(own["enterprise_id"])].assign(action="resume")
    return pd.concat([part for part in (resumed, own) if len(part)] or [own])[_DECIDED].reset_index(drop=True)


def _number(made: Made, latest: StoredVersion | None, unsolved: list[int]) -> int:
    """Return the version that this list will be: the latest again where nothing has changed."""
    if latest is None:
        return 1
    apart = {"outputs", "plan_version"}
    before = {name: value for name, value in latest.manifest.items() if name not in apart}
    same = before == json.loads(json.dumps(made.inputs.manifest)) and not unsolved
    return latest.number if same else latest.number + 1


def _effects(made: Made, latest: StoredVersion | None) -> dict[str, Any]:
    """Return what the decisions since the latest version cost, and whom they displaced."""
    if latest is None:
        return {}
    now, before = made.inputs.plan.visits, latest.visits
    removed = made.decisions.loc[made.decisions["action"].isin(["drop", "defer"]), "enterprise_id"]
    displaced = before.index.difference(now.index).difference(pd.Index(removed))
    worth = [float(rows["priority"].sum()) for rows in (before, now)]
    findings = [float(rows["violation_probability"].sum()) for rows in (before, now)]
    price = {
        "worth_percent": round(100 * (worth[0] - worth[1]) / max(worth[0], 1e-12), 3),
        "findings": round(findings[0] - findings[1], 3),
    }
    return {"displaced": displaced.tolist(), "price": price}


def _save(
    ledger: Ledger,
    made: Made,
    manifest: Mapping[str, Any],
    by: str,
    *,
    revision: int,
    effects: dict[str, dict[str, Any]],
) -> None:
    from oshrisk import ledger as book  # noqa: PLC0415  # as above

    plan = made.inputs.plan
    proposed, chosen = (part.report["objective"] for part in (plan.proposed, plan.selection))
    price = {"objective": round(proposed - chosen, 6)} if len(made.decisions) else {}
    book.save_version(ledger, plan.quarter, plan.visits, manifest, by, based_on=revision, effects=effects, price=price)

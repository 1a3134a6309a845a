"""The quarter's work from end to end: the five rooms in their order, and the files that come of it."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pandas as pd

from oshrisk.atomic import whole_folder
from oshrisk.errors import OshriskError
from oshrisk.features import build_features, records
from oshrisk.messages import Language, text
from oshrisk.planning import Plan, Quarter, make_plan
from oshrisk.reference.load import reference_hash
from oshrisk.registry.marked import write_marked
from oshrisk.registry.read import Reading, read_registry
from oshrisk.registry.registry import Registry
from oshrisk.registry.snapshot import snapshot_hash, write_snapshot
from oshrisk.report import ListInputs, write_workbook
from oshrisk.risk import RiskTable, assess, covering, load_table, reasons, top_reasons
from oshrisk.settings import Programme
from oshrisk.workspace import Workspace

_STORED: Final = ("champion", "challenger")
_PACKAGES: Final = ("oshrisk", "numpy", "pandas", "pyarrow", "xlsxwriter")  # those that can change a list

Progress = Callable[[str], None]


def _silent(_step: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Ranking:
    """All enterprises, ranked by what was known on a date.

    Parameters
    ----------
    known : Registry
        What was known.
    features : DataFrame
        One row an enterprise, one column a feature.
    table : RiskTable
        The risk table that scored them.
    assessment : DataFrame
        Rates, harm, priority, index, class and rank, one row an enterprise.
    """

    known: Registry
    features: pd.DataFrame
    table: RiskTable
    assessment: pd.DataFrame


@dataclass(frozen=True)
class Model:
    """The risk table that a working folder ranks with.

    Parameters
    ----------
    table : RiskTable
        The table.
    differences : tuple of str
        What it was made with that this program has otherwise: ``"features"``, ``"reference"``; of stored models.
    """

    table: RiskTable
    differences: tuple[str, ...] = ()


def model_of(workspace: Workspace) -> Model:
    """Return the model that the settings name: a packaged table, a file, or one out of the store of models.

    Parameters
    ----------
    workspace : Workspace
        The working folder.

    Returns
    -------
    Model
        The table. Only ``champion`` and ``challenger`` look into the store, which takes seconds to open.
    """
    name = workspace.model
    if name not in _STORED:
        return Model(load_table(name))
    from oshrisk.risk.tracking import load_stored, open_store  # noqa: PLC0415  # MLflow is slow to import

    models = workspace.programme.models
    stored = load_stored(open_store(workspace.path("models"), models.name, models.tracking_uri), name)
    return Model(stored.table, stored.differences)


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
    """

    ranking: Ranking
    reading: Reading
    inputs: ListInputs
    folder: Path
    manifest: dict[str, Any]

    @property
    def files(self) -> list[Path]:
        """The files that were written."""
        return sorted(self.folder.iterdir())


def rank(registry: Registry, programme: Programme, as_of: pd.Timestamp, table: RiskTable) -> Ranking:
    """Rank all enterprises by what was known on a date.

    Parameters
    ----------
    registry : Registry
        The registry.
    programme : Programme
        Settings.
    as_of : Timestamp
        Date of knowledge.
    table : RiskTable
        The model; a sector base is fitted where it has none for the register's scheme.

    Returns
    -------
    Ranking
        The ranking, not sorted: ``assessment["rank"]`` has the order.
    """
    known = registry.known(as_of)
    if known["enterprises"].empty:
        raise OshriskError("cli.nobody", date=f"{as_of:%d/%m/%Y}")
    office = programme.office
    features = build_features(known, as_of, province_code=office.province_code, seat_commune=office.seat_commune)
    table = covering(table, features)
    how = programme.ranking
    still_open = features[known["enterprises"]["closed_on"].isna().to_numpy()]
    assessment = assess(still_open, table, priority=how.priority, class_limits=how.class_limits)
    return Ranking(known, features, table, assessment)


def date_of_knowledge(registry: Registry, quarter: Quarter) -> pd.Timestamp:
    """Return the day before the quarter, or the day of reading if that is earlier."""
    return min(registry.read_on, quarter.start - pd.Timedelta(days=1))


def quarterly_list(
    workspace: Workspace,
    quarter: Quarter,
    *,
    as_of: pd.Timestamp | None = None,
    language: Language = "vi",
    progress: Progress = _silent,
) -> QuarterlyList:
    """Make the inspection list of a quarter from the registers of a working folder.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    quarter : Quarter
        The quarter to plan.
    as_of : Timestamp, optional
        Date of knowledge; by default `date_of_knowledge`.
    language : {"vi", "en"}, default "vi"
        Language of the workbook.
    progress : callable, optional
        Called with the name of each step as it begins.

    Returns
    -------
    QuarterlyList
        The list; its files are in ``plans/<quarter>/``, put there as a whole.
    """
    programme = workspace.programme
    progress("read")
    reading = read_registry(
        workspace.source,
        read_on=programme.registers.read_on,
        mapping=workspace.mapping,
        province_code=programme.office.province_code,
    )
    progress("snapshot")
    snapshot = snapshot_hash(reading.registry)
    write_snapshot(workspace.path("snapshots", snapshot[:16]), reading.registry)
    progress("assess")
    date = date_of_knowledge(reading.registry, quarter) if as_of is None else as_of
    model = model_of(workspace)
    ranking = rank(reading.registry, programme, date, model.table)
    used = Model(ranking.table, model.differences)
    progress("plan")
    plan = make_plan(ranking.known, ranking.features, ranking.assessment, programme, quarter)
    inputs = ListInputs(
        plan=plan,
        assessment=ranking.assessment,
        reasons=reasons(ranking.features, ranking.table, plan.visits.index),
        main_reasons=_main_reasons(ranking, plan.visits.index, programme, language),
        records=records(ranking.known, plan.visits.index),
        registry=ranking.known,
        table=ranking.table,
        programme=programme,
        manifest=_manifest(programme, reading, plan, snapshot, used),
    )
    progress("write")
    folder = workspace.path("plans", str(quarter))
    manifest = _write(folder, inputs, reading, language)
    return QuarterlyList(ranking, reading, inputs, folder, manifest)


def _main_reasons(ranking: Ranking, ids: pd.Index, programme: Programme, language: Language) -> pd.DataFrame:
    return top_reasons(
        ranking.features.loc[ids], ranking.table, k=3, priority=programme.ranking.priority, language=language
    )


def _manifest(programme: Programme, reading: Reading, plan: Plan, snapshot: str, used: Model) -> dict[str, Any]:
    return {
        "quarter": str(plan.quarter),
        "as_of": plan.as_of.date().isoformat(),
        "read_on": reading.registry.read_on.date().isoformat(),
        "simulated": reading.registry.simulated,
        "snapshot": snapshot,
        "settings": programme.digest,
        "reference": reference_hash(),
        "model": {
            "name": used.table.name,
            "id": used.table.model_id,
            "made_with_other": list(used.differences),
        },
        "seed": programme.draw.seed,
        "rows": {name: int(count) for name, count in reading.counts.sum().items()},
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
    }


def _write(folder: Path, inputs: ListInputs, reading: Reading, language: Language) -> dict[str, Any]:
    with whole_folder(folder) as partial:
        write_workbook(partial / _file_name("list", inputs, language), inputs, language)
        left_out = inputs.plan.not_selected.set_index("enterprise_id")
        left_out.to_csv(partial / _file_name("not_selected", inputs, language), encoding="utf-8-sig")
        if len(reading.quarantine):
            write_marked(partial / _file_name("marked", inputs, language), reading, language)
        outputs = {file.name: _hash(file) for file in sorted(partial.iterdir())}
        manifest = {**inputs.manifest, "outputs": outputs}
        (partial / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2), encoding="utf-8")
    return manifest


def _file_name(kind: str, inputs: ListInputs, language: Language) -> str:
    simulated = "-simulated" if inputs.registry.simulated else ""
    return text(f"cli.files.{kind}", language, quarter=inputs.plan.quarter, simulated=simulated)


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()

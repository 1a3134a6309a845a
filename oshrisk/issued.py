"""The list of a quarter as it was issued: read back from its files and its snapshot, not solved again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.features import records
from oshrisk.messages import LANGUAGES, Language, text
from oshrisk.planning import Quarter
from oshrisk.planning.redraw import frame_file, read_frame
from oshrisk.quarterly import MODEL, read_decisions
from oshrisk.registry.registry import Registry
from oshrisk.registry.snapshot import read_snapshot
from oshrisk.risk import RiskTable, load_table, reasons
from oshrisk.settings import Programme, read_programme
from oshrisk.verification import read_manifest
from oshrisk.workflow import Ranking, ledger_if_any, rank
from oshrisk.workspace import SETTINGS, Workspace

_DATES: Final = ["on", "until"]
_MAYBE: Final = ["body", "other_body"]  # missing where nobody else is concerned; every other text is never missing


@dataclass(frozen=True)
class Issued:
    """A list as it stands in ``plans/<quarter>/``, with what was known when it was made.

    Parameters
    ----------
    quarter : Quarter
        The quarter.
    version : int
        Number of its version.
    state : str
        ``draft``, ``reviewed``, ``approved`` or ``reopened``; empty where no ledger knows the list.
    folder : Path
        Where its files are.
    manifest : dict
        What it was made from, and the hashes of its files.
    programme : Programme
        The settings that it was made with, not those of today.
    ranking : Ranking
        Registry (what was known on `as_of`), features, risk table, assessment.
    visits, trips, letters, not_selected : DataFrame
        As `oshrisk.planning.programme.Plan` has them.
    draw : DataFrame
        Everybody who must or may be checked, with their chances: ``entity``, ``band``, ``stratum``, ``section``,
        ``inclusion_probability``, ``drawn``.
    decisions : DataFrame
        The decisions that it was solved around.
    """

    quarter: Quarter
    version: int
    state: str
    folder: Path
    manifest: dict[str, Any]
    programme: Programme
    ranking: Ranking
    visits: pd.DataFrame
    trips: pd.DataFrame
    letters: pd.DataFrame
    not_selected: pd.DataFrame
    draw: pd.DataFrame
    decisions: pd.DataFrame

    @property
    def as_of(self) -> pd.Timestamp:
        """The date whose knowledge it rests on."""
        return pd.Timestamp(self.manifest["as_of"])

    @property
    def registry(self) -> Registry:
        """What was known."""
        return self.ranking.known

    @property
    def features(self) -> pd.DataFrame:
        """One row an enterprise, one column a feature."""
        return self.ranking.features

    @property
    def assessment(self) -> pd.DataFrame:
        """Rates, harm, priority, index, class and rank, one row an enterprise."""
        return self.ranking.assessment

    @property
    def table(self) -> RiskTable:
        """The model."""
        return self.ranking.table

    @property
    def simulated(self) -> bool:
        """Whether the registers are simulated: whatever is shown of them must say so."""
        return bool(self.manifest["simulated"])

    @property
    def language(self) -> Language:
        """The language of its files."""
        return next(language for language in LANGUAGES if language == self.manifest["language"])

    def reasons(self, ids: pd.Index) -> pd.DataFrame:
        """Return the exact reasons of some enterprises, as `oshrisk.risk.reasons`."""
        return reasons(self.features, self.table, ids)

    def records(self, ids: pd.Index) -> pd.DataFrame:
        """Return the dated records behind the features of some enterprises, as `oshrisk.features.records`."""
        return records(self.registry, ids)


def read_issued(workspace: Workspace, quarter: Quarter) -> Issued:
    """Read a list back.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    quarter : Quarter
        The quarter.

    Returns
    -------
    Issued
        The list; the ranking is made again from the snapshot and the stored model (no search, no draw).

    Raises
    ------
    OshriskError
        If there is no list, one of its files was changed, or its snapshot is missing or was changed.
    """
    folder = workspace.path("plans", str(quarter))
    manifest = read_manifest(folder)
    _expect_untouched(folder, manifest)
    programme = read_programme(folder / SETTINGS)
    known = read_snapshot(workspace.path("snapshots", manifest["snapshot"][:16]))
    ranking = rank(known, programme, pd.Timestamp(manifest["as_of"]), load_table(str(folder / MODEL)))
    mark = "-simulated" if manifest["simulated"] else ""
    others = text("cli.files.not_selected", manifest["language"], quarter=quarter, simulated=mark)
    return Issued(
        quarter=quarter,
        version=int(manifest["plan_version"]),
        state=_state(workspace, quarter, manifest),
        folder=folder,
        manifest=manifest,
        programme=programme,
        ranking=ranking,
        visits=_visits(folder / f"visits{mark}.csv", ranking.assessment),
        trips=_trips(folder / f"trips{mark}.csv"),
        letters=_read(folder / f"letters{mark}.csv").set_index("enterprise_id"),
        not_selected=_read(folder / others),
        draw=read_frame(frame_file(folder)),
        decisions=read_decisions(folder),
    )


def _expect_untouched(folder: Path, manifest: Mapping[str, Any]) -> None:
    for name, digest in manifest["outputs"].items():
        file = folder / name
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            raise OshriskError("results.plan_file_changed", file=name, folder=folder)


def _state(workspace: Workspace, quarter: Quarter, manifest: Mapping[str, Any]) -> str:
    """Return the state of the version that the files are of."""
    ledger = ledger_if_any(workspace)
    if ledger is None:
        return ""
    from oshrisk.ledger import versions  # noqa: PLC0415  # Django takes half a second to import

    known = versions(ledger, quarter).set_index("number")["state"]
    return str(known.get(manifest["plan_version"], ""))


def _visits(file: Path, assessment: pd.DataFrame) -> pd.DataFrame:
    visits = _read(file).set_index("enterprise_id")
    return visits.astype({"risk_class": assessment["risk_class"].dtype, "rank": "float64"})


def _trips(file: Path) -> pd.DataFrame:
    trips = _read(file).set_index("trip")
    return trips.assign(communes=trips["communes"].str.split().map(tuple))


def _read(file: Path) -> pd.DataFrame:
    """Read a table of the list; codes stay text, and only a date or another body may be missing."""
    head = pd.read_csv(file, nrows=0, encoding="utf-8-sig").columns
    texts = {name: "str" for name in head if name not in _NUMBERS and name not in _DATES}
    rows = pd.read_csv(file, encoding="utf-8-sig", dtype=texts, keep_default_na=False, na_values={"": []})
    for name in head.intersection(_DATES):
        rows[name] = pd.to_datetime(rows[name].replace("", pd.NA)).astype("datetime64[s]")
    for name in head.intersection(_MAYBE):
        rows[name] = rows[name].replace("", pd.NA).astype("str")
    return rows


_NUMBERS: Final = frozenset(
    (
        *("team", "month", "trip", "stop", "order", "place", "block", "visits"),
        *("visit_days", "travel_days", "inspector_days", "length_days", "work_days", "road_hours", "days", "nights"),
        *("workers_known", "travel_known", "sign", "letter"),
        *("inclusion_probability", "priority", "index", "rank", "violation_probability"),
    )
)

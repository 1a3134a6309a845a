"""What every command starts from: the registers with their results, the model, the ranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from oshrisk.display import shown_language
from oshrisk.errors import OshriskError
from oshrisk.features import OwnFactor, build_features, installed_factors
from oshrisk.messages import Language
from oshrisk.planning import Quarter
from oshrisk.registry.read import Reading, read_registry
from oshrisk.registry.registry import Registry
from oshrisk.risk import RiskTable, assess, covering, load_table, reasons
from oshrisk.risk.explanation import Explanation
from oshrisk.risk.own import with_own
from oshrisk.risk.view import DRAWN, assessment_card, names_of, priority_picture
from oshrisk.settings import Priority, Programme
from oshrisk.workspace import Workspace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from oshrisk.ledger import Ledger

LEDGER: Final = "ledger.sqlite3"
_STORED: Final = ("champion", "challenger")

Progress = Callable[[str], None]


def silent(_step: str) -> None:
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
    priority : str
        What the ranking is by: see `oshrisk.risk.assess`.
    """

    known: Registry
    features: pd.DataFrame
    table: RiskTable
    assessment: pd.DataFrame
    priority: Priority = "harm_x_violation"

    def explain(self, enterprise_id: str) -> Explanation:
        """Take the place of one enterprise apart.

        Parameters
        ----------
        enterprise_id : str
            Which.

        Returns
        -------
        Explanation
            Its exact reasons, which show themselves.

        Raises
        ------
        OshriskError
            If no such enterprise was ranked.
        """
        if enterprise_id not in self.assessment.index:
            raise OshriskError("views.not_ranked", id=enterprise_id, date=f"{self.known.date:%d/%m/%Y}")
        return Explanation(
            enterprise_id,
            str(names_of(self.known, pd.Index([enterprise_id])).iloc[0]),
            self.assessment.loc[enterprise_id],
            reasons(self.features, self.table, [enterprise_id]),
            self.table,
            len(self.assessment),
            self.known.simulated,
        )

    def plot(self, *, first: int = DRAWN, language: Language | None = None, ax: Axes | None = None) -> Axes:
        """Draw the priorities of the first, with their intervals.

        Parameters
        ----------
        first : int, default 25
            How many.
        language : {"vi", "en"}, optional
            As `oshrisk.display.shown_language`.
        ax : Axes, optional
            Where to draw; by default on a new figure.

        Returns
        -------
        Axes
            See `oshrisk.risk.view.priority_picture`.
        """
        return priority_picture(self.known, self.assessment, shown_language(language), first=first, ax=ax)

    def _repr_html_(self) -> str:
        lang = shown_language()
        return assessment_card(self.known, self.features, self.table, self.assessment, lang, priority=self.priority)


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
        return Model(with_own(load_table(name), installed_factors()))
    from oshrisk.risk.tracking import load_stored, open_store  # noqa: PLC0415  # MLflow is slow to import

    models = workspace.programme.models
    stored = load_stored(open_store(workspace.path("models"), models.name, models.tracking_uri), name)
    return Model(stored.table, stored.differences)


def ledger_of(workspace: Workspace, *, create: bool) -> Ledger:
    """Open the ledger that the settings name; by default a file in the working folder.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    create : bool
        Make it where there is none.

    Returns
    -------
    Ledger
        The ledger.
    """
    from oshrisk.ledger import open_ledger  # noqa: PLC0415  # Django takes half a second to import

    database = workspace.programme.ledger.database or LEDGER
    return open_ledger(database if "://" in database else workspace.path(database), create=create)


def ledger_if_any(workspace: Workspace) -> Ledger | None:
    """Open the ledger where there is one: None where nothing was ever decided or recorded in a file of its own.

    Parameters
    ----------
    workspace : Workspace
        The working folder.

    Returns
    -------
    Ledger or None
        The ledger.
    """
    database = workspace.programme.ledger.database or LEDGER
    if "://" not in database and not workspace.path(database).exists():
        return None
    return ledger_of(workspace, create=False)


def registers_of(workspace: Workspace) -> Reading:
    """Read the registers of a working folder, and add what its plans found.

    Parameters
    ----------
    workspace : Workspace
        The working folder.

    Returns
    -------
    Reading
        What was read, accepted and quarantined; the registry has the recorded results too.
    """
    programme = workspace.programme
    reading = read_registry(
        workspace.source,
        read_on=programme.registers.read_on,
        mapping=workspace.mapping,
        province_code=programme.office.province_code,
    )
    return replace(reading, registry=with_recorded(reading.registry, workspace))


def results_after(registry: Registry, workspace: Workspace) -> int:
    """Count recorded results that the registers are too old to know: those recorded after they were read.

    Parameters
    ----------
    registry : Registry
        The registers.
    workspace : Workspace
        The working folder.

    Returns
    -------
    int
        Visits.
    """
    ledger = ledger_if_any(workspace)
    if ledger is None:
        return 0
    from oshrisk import ledger as book  # noqa: PLC0415  # as above
    from oshrisk.registry.results_rows import results_of  # noqa: PLC0415  # as above

    return int((results_of(book.results(ledger)).visits["recorded_on"] > registry.date).sum())


def with_recorded(registry: Registry, workspace: Workspace) -> Registry:
    """Add to a registry what the ledger knows of the department's own visits.

    Parameters
    ----------
    registry : Registry
        The registers.
    workspace : Workspace
        The working folder.

    Returns
    -------
    Registry
        The same where nothing is recorded.
    """
    ledger = ledger_if_any(workspace)
    if ledger is None:
        return registry
    from oshrisk import ledger as book  # noqa: PLC0415  # as above
    from oshrisk.registry.results_rows import (  # noqa: PLC0415
        machines_for_registry,
        results_of,
        rows_for_registry,
        with_results,
    )

    recorded = book.results(ledger)
    for quarter, rows in recorded.groupby("quarter", sort=True):
        found = results_of(rows)
        inspections, findings = rows_for_registry(found, book.stored_version(ledger, str(quarter)).visits)
        registry = with_results(registry, inspections, findings, machines_for_registry(found))
    return registry


def rank(
    registry: Registry,
    programme: Programme,
    as_of: str | pd.Timestamp | None = None,
    table: RiskTable | None = None,
    *,
    extra: Sequence[OwnFactor] | None = None,
) -> Ranking:
    """Rank all enterprises by what was known on a date.

    Parameters
    ----------
    registry : Registry
        The registry.
    programme : Programme
        Settings.
    as_of : str or Timestamp, optional
        Date of knowledge; by default the day of reading.
    table : RiskTable, optional
        The model, by default the one that the settings name; a sector base is fitted where it has none for the
        register's scheme.
    extra : sequence of OwnFactor, optional
        Factors of your own, with their entries in the table; by default those that installed packages bring.

    Returns
    -------
    Ranking
        The ranking, not sorted: ``assessment["rank"]`` has the order.

    Raises
    ------
    OshriskError
        If nobody was known on the date.
    """
    date = registry.read_on if as_of is None else pd.Timestamp(as_of)
    known = registry.known(date)
    if known["enterprises"].empty:
        raise OshriskError("cli.nobody", date=f"{date:%d/%m/%Y}")
    office = programme.office
    own = installed_factors() if extra is None else extra
    features = build_features(
        known, date, province_code=office.province_code, seat_commune=office.seat_commune, extra=own
    )
    if table is None:
        table = with_own(load_table(programme.ranking.model), own)
    model = covering(with_own(table, extra or ()), features)  # a table that was given is as it was made
    how = programme.ranking
    still_open = features[known["enterprises"]["closed_on"].isna().to_numpy()]
    assessment = assess(still_open, model, priority=how.priority, class_limits=how.class_limits)
    return Ranking(known, features, model, assessment, how.priority)


def date_of_knowledge(registry: Registry, quarter: Quarter) -> pd.Timestamp:
    """Return the day before the quarter, or the day of reading if that is earlier."""
    return min(registry.read_on, quarter.start - pd.Timedelta(days=1))

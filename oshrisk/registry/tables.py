"""The ten tables of the registry: what a row is, which columns it has, and when it became known.

Only ``enterprises`` is required. A table or a column that is not there is *unknown*, never zero.
``occurred_on`` (or its like) says when a thing happened, ``known_on`` when the department could know it;
``known_on`` alone decides whether a row may be used at a past date.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from oshrisk.reference.sectors import schemes

Kind = Literal["id", "text", "code", "count", "number", "date", "flag", "period", "year"]

DTYPES: Final[dict[Kind, str]] = {
    "id": "str",
    "text": "str",
    "code": "str",  # see Column.codes: closed sets become categories
    "count": "float64",  # NaN is unknown
    "number": "float64",
    "date": "datetime64[s]",
    "flag": "boolean",
    "period": "str",  # half-year "2026H1" or year "2026"
    "year": "int16",
}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        Name in the frame. Titles and explanations in both languages: ``locale/*/tables.toml``.
    kind : {"id", "text", "code", "count", "number", "date", "flag", "period", "year"}
        What a cell holds; decides the dtype (`DTYPES`; a closed set of codes is a category).
    required : bool, default False
        Whether a row without it is quarantined.
    values : tuple of str
        The closed set of values of a code, where it is part of the program.
    lookup : str
        The reference list that the values of another code must stand in: ``"sector"``, ``"commune"``,
        ``"equipment_item"``, ``"cas"``, ``"finding"``, ``"sector_scheme"``.
    low, high : float or None
        Inclusive range of a number, in `unit`.
    unit : str
        Unit of a number: ``"persons"``, ``"kg"``, ``"days"``, ``"mVND"``, ``"hours"`` …
    future : bool, default False
        Whether a date may lie after the day of reading (a due date may, an accident may not).
    """

    name: str
    kind: Kind
    required: bool = False
    values: tuple[str, ...] = ()
    lookup: str = ""
    low: float | None = None
    high: float | None = None
    unit: str = ""
    future: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The closed set of values of a code: `values`, or the schemes of the reference data that hold now."""
        return tuple(schemes()) if self.lookup == "sector_scheme" else self.values

    @property
    def dtype(self) -> str:
        """Dtype in an accepted frame."""
        return "category" if self.codes else DTYPES[self.kind]


@dataclass(frozen=True)
class Table:
    """One table of the registry.

    Parameters
    ----------
    name : str
        Name of the table; sheet and file names in both languages are in ``locale/*/tables.toml``.
    columns : tuple of Column
        Its columns, in the order of the template.
    key : tuple of str
        Columns that together name a row once; empty where alike rows may stand twice.
    known_from : tuple of str
        Where a row has no `known_on`: the columns whose first date stands in for it.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    known_from: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """Column names, in order."""
        return [column.name for column in self.columns]


LEGAL_FORMS: Final = (
    "state",
    "joint_stock",
    "limited",
    "private",
    "foreign",
    "cooperative",
    "household",
    "branch",
    "site",
    "other",
)
BODIES: Final = (
    "home_affairs",
    "provincial_inspectorate",
    "industry_trade",
    "construction",
    "agriculture_environment",
    "health",
    "fire_police",
    "social_insurance",
    "commune",
    "other",
)
ARMS: Final = ("mandatory", "risk", "random", "complaint", "other")
TRAINING_GROUPS: Final = (1, 2, 3, 4, 5, 6)

_ID = Column("enterprise_id", "id", required=True)
_KNOWN = Column("known_on", "date")


def _count(name: str, unit: str = "persons", high: float = 1_000_000) -> Column:
    return Column(name, "count", low=0, high=high, unit=unit)


def _training_columns() -> tuple[Column, ...]:
    return tuple(_count(f"{what}_{group}") for group in TRAINING_GROUPS for what in ("required", "trained"))


_TABLES = (
    Table(
        "enterprises",
        (
            _ID,
            Column("parent_id", "id"),  # the legal entity, which legal caps count
            Column("name", "text", required=True),
            Column("legal_form", "code", values=LEGAL_FORMS),
            Column("sector_code", "code", lookup="sector"),
            Column("sector_scheme", "code", lookup="sector_scheme"),
            Column("registered_on", "date"),  # of the present sector code: dates a code without a scheme
            Column("commune_code", "code", lookup="commune"),
            Column("address", "text"),
            Column("lat", "number", low=-90, high=90, unit="degrees"),
            Column("lon", "number", low=-180, high=180, unit="degrees"),
            _count("workers"),  # head-count from another register (social insurance, tax)
            Column("workers_on", "date"),
            Column("founded_on", "date"),
            Column("closed_on", "date"),
        ),
        key=("enterprise_id",),
    ),
    Table(
        "annual_reports",
        (
            _ID,
            Column("year", "year", required=True, low=2000, high=2100),
            Column("filed_on", "date"),
            _count("workers"),
            _count("female_workers"),
            _count("seasonal_workers"),
            _count("unskilled_workers"),
            _count("strict_work_workers"),
            _count("hours_worked", "hours", 4e9),
            *_training_columns(),
            _count("safety_officers"),
            _count("health_staff"),
            Column("risk_assessed_on", "date"),
            Column("environment_measured_on", "date"),
            _count("osh_spending", "mVND", 1e7),
            _KNOWN,
        ),
        key=("enterprise_id", "year"),
        known_from=("filed_on",),
    ),
    Table(
        "equipment",  # one row a machine and certificate
        (
            _ID,
            Column("equipment_id", "text", required=True),
            Column("item", "code", required=True, lookup="equipment_item"),
            Column("in_use_from", "date"),
            Column("inspected_on", "date"),
            Column("next_due_on", "date", future=True),
            Column("result", "code", values=("passed", "failed")),
            Column("declared_on", "date"),
            Column("withdrawn_on", "date"),
            _KNOWN,
        ),
        key=("enterprise_id", "equipment_id", "inspected_on"),
        known_from=("inspected_on", "declared_on", "in_use_from"),
    ),
    Table(
        "hazmat",
        (
            _ID,
            Column("cas", "code", required=True, lookup="cas"),
            Column("quantity_kg", "number", required=True, low=0, high=1e9, unit="kg"),
            Column("recorded_on", "date", required=True),
            Column("plan_approved_on", "date"),
            _KNOWN,
        ),
        key=("enterprise_id", "cas", "recorded_on"),
        known_from=("recorded_on",),
    ),
    Table(
        "accidents",
        (
            _ID,
            Column("occurred_on", "date", required=True),
            Column("severity", "code", required=True, values=("fatal", "serious", "minor")),
            Column("deaths", "count", low=0, high=1000, unit="persons"),
            Column("seriously_injured", "count", low=0, high=10_000, unit="persons"),
            Column("victims", "count", low=0, high=10_000, unit="persons"),
            Column("lost_days", "count", low=0, high=1e6, unit="days"),
            Column("count", "count", low=1, high=1e6, unit="accidents"),
            _KNOWN,
        ),
    ),
    Table(
        "accident_reports",
        (
            _ID,
            Column("period", "period", required=True),
            Column("filed_on", "date"),
            Column("reported_zero", "flag"),
            _KNOWN,
        ),
        key=("enterprise_id", "period"),
        known_from=("filed_on",),
    ),
    Table(
        "inspections",
        (
            Column("inspection_id", "id", required=True),
            _ID,
            Column("body", "code", values=BODIES),
            Column("scope", "code", values=("osh", "labour", "fire", "chemicals", "environment", "other")),
            Column("kind", "code", values=("inspection", "check")),
            Column("arm", "code", values=ARMS),
            Column("inclusion_probability", "number", low=0, high=1, unit="probability"),
            Column("inspector", "text"),
            Column("started_on", "date", required=True),
            Column("found", "flag"),
            Column("done", "code", values=("done", "closed", "not_found", "refused", "not_done")),
            _KNOWN,
        ),
        key=("inspection_id",),
        known_from=("started_on",),
    ),
    Table(
        "findings",
        (
            Column("inspection_id", "id", required=True),
            Column("code", "code", required=True, lookup="finding"),
            Column("count", "count", low=1, high=10_000, unit="violations"),
            Column("severity", "code", values=("serious", "minor")),
            Column("fine_mvnd", "number", low=0, high=1e5, unit="mVND"),
            Column("remedy_due_on", "date", future=True),
            Column("remedied_on", "date"),
            _KNOWN,
        ),
    ),
    Table(
        "signals",
        (
            _ID,
            Column("occurred_on", "date", required=True),
            Column(
                "kind",
                "code",
                required=True,
                values=("complaint", "incident", "referral", "inconsistent_report", "direction"),
            ),
            Column("source", "text"),
            _KNOWN,
        ),
        known_from=("occurred_on",),
    ),
    Table(
        "other_plans",
        (
            _ID,
            Column("body", "code", required=True, values=BODIES),
            Column("year", "year", required=True, low=2000, high=2100),
            Column("quarter", "count", low=1, high=4, unit="quarter"),
            Column("kind", "code", values=("inspection", "check")),
            Column("scope", "code", values=("osh", "labour", "fire", "chemicals", "environment", "other")),
            _KNOWN,
        ),
        key=("enterprise_id", "body", "year", "quarter", "kind"),
    ),
)

TABLES: Final[dict[str, Table]] = {table.name: table for table in _TABLES}
HISTORY: Final[tuple[str, ...]] = tuple(name for name in TABLES if name != "enterprises")

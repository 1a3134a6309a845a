"""Rules over several columns of one row; a cell that is unknown or wrong breaks none of them.

A trained count above the required one is no error: workers leave after their course, and features cap the share at 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.registry.failures import Failures, Mask
from oshrisk.registry.times import last_month, period_start

Values = Mapping[str, Any]

# The longest interval between inspections on the list of Circular 36/2019/TT-BLĐTBXH: a machine is inspected before it
# is put in use (Law 84/2015 Art. 30), but a certificate older than this cannot belong to the use that began then.
LONGEST_INTERVAL_MONTHS: Final = 36


@dataclass(frozen=True)
class Rule:
    """One rule over the columns of a row.

    Parameters
    ----------
    code : str
        What a row that breaks it is told.
    column : str
        Column that is marked.
    other : tuple of str
        Columns it is compared with; the rule is silent where one of them is not there.
    breaks : callable
        Takes the values of `column` and of `other`, returns whether each row breaks the rule.
    """

    code: str
    column: str
    other: tuple[str, ...]
    breaks: Callable[..., Mask]


def _more(value: NDArray[Any], limit: NDArray[Any]) -> Mask:
    return np.asarray(value > limit)


def _earlier(value: NDArray[Any], limit: NDArray[Any]) -> Mask:
    return np.asarray(value < limit)


def _too_many_victims(part: NDArray[np.float64], other: NDArray[np.float64], victims: NDArray[np.float64]) -> Mask:
    return np.asarray(np.nan_to_num(part) + np.nan_to_num(other) > victims)


def _severity_against_deaths(severity: pd.Categorical, deaths: NDArray[np.float64]) -> Mask:
    fatal = np.asarray(severity == "fatal")
    return np.asarray((fatal & (deaths == 0)) | (~fatal & np.asarray(severity.notna()) & (deaths > 0)))


def _long_before(inspected: NDArray[np.datetime64], in_use: NDArray[np.datetime64]) -> Mask:
    months = np.timedelta64(LONGEST_INTERVAL_MONTHS, "M")
    return np.asarray(inspected.astype("datetime64[M]") + months < in_use.astype("datetime64[M]"))


def _filed_too_early(filed: NDArray[np.datetime64], period: NDArray[np.object_]) -> Mask:
    """Whether a report came before the last month of its period: a year's data window closes on 14 December (R1.11)."""
    return np.asarray(filed < last_month(period))


def _year_filed_too_early(filed: NDArray[np.datetime64], year: NDArray[np.float64]) -> Mask:
    return np.asarray(filed < _year_month(year, 11))


def _year_month(year: NDArray[np.float64], month: int) -> NDArray[np.datetime64]:
    months = (np.nan_to_num(year, nan=9999).astype(np.int64) - 1970) * 12 + month
    starts = months.astype("datetime64[M]").astype("datetime64[s]")
    return np.where(np.isnan(year), np.datetime64("NaT"), starts)


RULES: Final[dict[str, tuple[Rule, ...]]] = {
    "enterprises": (Rule("E321", "closed_on", ("founded_on",), _earlier),),
    "annual_reports": (
        Rule("E303", "seasonal_workers", ("workers",), _more),
        Rule("E303", "unskilled_workers", ("workers",), _more),
        Rule("E303", "female_workers", ("workers",), _more),
        Rule("E303", "strict_work_workers", ("workers",), _more),
        Rule("E323", "filed_on", ("year",), _year_filed_too_early),
    ),
    "equipment": (
        Rule("E310", "inspected_on", ("in_use_from",), _long_before),
        Rule("E312", "withdrawn_on", ("in_use_from",), _earlier),
        Rule("E313", "next_due_on", ("inspected_on",), _earlier),
    ),
    "accidents": (
        Rule("E301", "deaths", ("victims",), _more),
        Rule("E304", "seriously_injured", ("deaths", "victims"), _too_many_victims),
        Rule("E302", "severity", ("deaths",), _severity_against_deaths),
        Rule("E320", "known_on", ("occurred_on",), _earlier),
    ),
    "accident_reports": (Rule("E323", "filed_on", ("period",), _filed_too_early),),
    "inspections": (Rule("E320", "known_on", ("started_on",), _earlier),),
    "signals": (Rule("E320", "known_on", ("occurred_on",), _earlier),),
}


def check_rules(
    table: str, values: Values, texts: Callable[[str], tuple[str, NDArray[np.object_]]], failures: Failures
) -> None:
    """Apply the rules of a table.

    Parameters
    ----------
    table : str
        Name of the table.
    values : mapping of str to array
        Columns as they were read; NaN, NaT or None where unknown or wrong.
    texts : callable
        Heading and raw texts of a column, for the explanation.
    failures : Failures
        Takes the rows that break a rule.
    """
    for rule in RULES.get(table, ()):
        if any(name not in values for name in (rule.column, *rule.other)):
            continue
        mask = rule.breaks(values[rule.column], *(values[name] for name in rule.other))
        if rule.code == "E304":  # deaths alone above the victims are told as deaths
            mask = mask & ~_more(values["deaths"], values["victims"]) & (np.nan_to_num(values["seriously_injured"]) > 0)
        if mask.any():
            failures.add(rule.column, rule.code, mask, _other_cells(rule, texts))


def check_withdrawn(table: str, values: Values, header: str, failures: Failures) -> None:
    """Record withdrawals of machines that were inspected later, on that row or on another certificate (E311).

    The row of the withdrawal is the one to mend: were it believed, a machine in use would vanish.

    Parameters
    ----------
    table : str
        Name of the table.
    values : mapping of str to array
        Columns as they were read.
    header : str
        Heading of the day of inspection, for the explanation.
    failures : Failures
        Takes the rows.
    """
    machine = ["enterprise_id", "equipment_id"]
    if table != "equipment" or any(name not in values for name in (*machine, "inspected_on", "withdrawn_on")):
        return
    withdrawn = pd.Series(values["withdrawn_on"])
    if withdrawn.isna().all():
        return
    rows = pd.DataFrame({name: values[name].to_pandas() for name in machine}).assign(on=values["inspected_on"])
    last = rows.groupby(machine, sort=False)["on"].transform("max").fillna(rows["on"])
    detail = f"{header} = " + last.dt.strftime("%d/%m/%Y").fillna("")
    failures.add("withdrawn_on", "E311", (withdrawn < last).to_numpy(), detail.to_numpy(dtype=object))


def check_future(table: str, values: Values, today: pd.Timestamp, failures: Failures) -> None:
    """Record reports for a year or a period that has not begun on the day of reading (E131)."""
    now = today.to_datetime64()
    if table == "accident_reports" and "period" in values:
        failures.add("period", "E131", period_start(values["period"]) > now, f"{today:%d/%m/%Y}")
    if table == "annual_reports" and "year" in values:
        failures.add("year", "E131", _year_month(values["year"], 0) > now, f"{today:%d/%m/%Y}")


def _other_cells(rule: Rule, texts: Callable[[str], tuple[str, NDArray[np.object_]]]) -> NDArray[np.object_]:
    parts = [texts(name) for name in rule.other]
    joined = np.array([""], dtype=object)
    for place, (header, cells) in enumerate(parts):
        joined = joined + ("; " if place else "") + f"{header} = " + cells
    return joined

"""The reasons in full: each factor of every listed enterprise, its multipliers, its records, and what is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from oshrisk.features.wording import number_text, record_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.report.book import Book
from oshrisk.report.facts import identity
from oshrisk.report.inputs import ListInputs
from oshrisk.report.titles import title_block
from oshrisk.risk.explain import OWN_RECORD, SECTOR, base_levels, factor_title, phrase
from oshrisk.risk.table import OUTCOMES, RiskTable

_WIDTHS = (28, 44, 15, 15, 15, 64)
_RECORDS_SHOWN = 6  # of one factor; the rest is counted
RECORDS_OF = {SECTOR: "sector_group", OWN_RECORD: "accidents_5y"}  # feature whose records stand behind each


def write_reasons(book: Book, inputs: ListInputs, language: Language) -> None:
    """Write the sheet of reasons.

    For an enterprise and outcome the first line times all multipliers is the last line, exactly.

    Parameters
    ----------
    book : Book
        The workbook.
    inputs : ListInputs
        The list.
    language : {"vi", "en"}
        Language.
    """
    names = catalogue("report", language)["sheets"]["reasons"]
    sheet, top = book.sheet(names["name"], title_block(inputs, "reasons", language), _WIDTHS)
    book.heading(sheet, top, list(zip(names["columns"].values(), _WIDTHS, strict=True)))
    visits = inputs.plan.visits
    firms = identity(inputs.registry, visits.index, inputs.programme.office.province_code, language)
    wide = _wide(inputs)
    behind = _records(inputs, language)
    row = top + 1
    for enterprise, factors in wide.groupby("order", sort=True):
        visit = visits.iloc[int(str(enterprise)) - 1]
        head = _group(visit, firms.loc[visit.name], language)
        book.across(sheet, row, (0, len(_WIDTHS) - 1), head, "group")
        sheet.set_row(row, 22)
        lines = [
            _base_line(inputs.table, language),
            *_factor_lines(factors, inputs.table, behind, language),
            _result_line(inputs.assessment.loc[visit.name], language),
            *_likeness_lines(inputs.assessment.loc[visit.name], language),
            _missing_line(factors, inputs.table, language),
        ]
        for offset, line in enumerate(lines, start=1):
            _write_line(book, sheet, row + offset, line)
        row += 1 + len(lines)
    book.close(sheet, row - 1, len(_WIDTHS) - 1)


def _write_line(book: Book, sheet: Any, row: int, line: list[Any]) -> None:
    figures = ["centre" if isinstance(value, str) else "multiplier" for value in line[2:5]]
    book.row(sheet, row, line, ["text", "text", *figures, "text"], _WIDTHS)


def _wide(inputs: ListInputs) -> pd.DataFrame:
    """One row a visit and factor, known factors first, the strongest first."""
    visits = inputs.plan.visits
    tidy = inputs.reasons[inputs.reasons["enterprise_id"].isin(visits.index)]
    keys = ["enterprise_id", "factor", "state", "known"]
    wide = tidy.set_index([*keys, "outcome"])["multiplier"].unstack().reindex(columns=list(OUTCOMES)).reset_index()
    strength = np.abs(np.log(wide[list(OUTCOMES)])).max(axis="columns")
    first = wide["factor"].eq(SECTOR)
    wide = wide.assign(order=visits["order"].reindex(wide["enterprise_id"]).to_numpy(), strength=strength, first=first)
    return wide.sort_values(
        ["order", "first", "strength", "factor"], ascending=[True, False, False, True], kind="stable"
    )


def _group(visit: pd.Series, firm: pd.Series, language: Language) -> str:
    arms = catalogue("report", language)["arms"]
    return text(
        "report.sheets.reasons.group",
        language,
        order=visit["order"],
        name=firm["name"],
        tax_code=visit.name,
        index=number_text(round(visit["index"], 1), language),
        risk_class=visit["risk_class"],
        rank=number_text(visit["rank"], language),
        arm=arms[visit["arm"]],
    )


def _factor_lines(factors: pd.DataFrame, table: RiskTable, behind: pd.Series, language: Language) -> list[list[Any]]:
    lines = []
    for row in factors[factors["known"]].itertuples():
        name, state = str(row.factor), str(row.state)
        feature = RECORDS_OF.get(name) or table[name].feature
        said = phrase(table, name, state, language)
        records = behind.get((row.enterprise_id, feature), "")
        lines.append([factor_title(table, name, language), said, row.accident, row.fatal, row.violation, records])
    return lines


def _base_line(table: RiskTable, language: Language) -> list[Any]:
    levels = base_levels(table)
    odds = float(levels["violation"])
    words = catalogue("report", language)["sheets"]["reasons"]
    figures = _figures(float(levels["accident"]), float(levels["fatal"]), odds / (1 + odds), language)
    return [words["base"], words["base_note"], *figures, words["base_source"]]


def _result_line(assessed: pd.Series, language: Language) -> list[Any]:
    words = catalogue("report", language)["sheets"]["reasons"]
    figures = _figures(assessed["accident_rate"], assessed["fatal_rate"], assessed["violation_probability"], language)
    known = "known" if assessed["workers_known"] else "assumed"
    note = text(
        f"report.sheets.reasons.result_{known}",
        language,
        workers=number_text(assessed["workers_used"], language),
        harm=number_text(round(assessed["expected_harm"], 1), language),
        priority=number_text(assessed["priority"], language),
        low=number_text(assessed["priority_low"], language),
        high=number_text(assessed["priority_high"], language),
    )
    quiet = text("report.sheets.reasons.too_quiet", language) if assessed["too_quiet"] else ""
    return [words["result"], note, *figures, quiet]


def _likeness_lines(assessed: pd.Series, language: Language) -> list[list[Any]]:
    """Say how like those that were inspected it is, where the assessment holds it."""
    if "likeness" not in assessed:
        return []
    words, name = catalogue("report", language)["sheets"]["reasons"], assessed["likeness"]
    percent = number_text(round(100 * assessed["similarity"]), language)
    share = text("report.sheets.reasons.similarity", language, share=percent)
    said = f"{catalogue('risk', language)['likeness'][name]} ({share})"
    return [[words["likeness"], said, "", "", "", words[f"likeness_{name}"]]]


def _figures(accident: float, fatal: float, violation: float, language: Language) -> list[str]:
    return [
        text("report.figures.accident", language, rate=number_text(round(1e3 * accident, 2), language)),
        text("report.figures.fatal", language, rate=number_text(round(1e5 * fatal, 1), language)),
        text("report.figures.violation", language, share=number_text(round(100 * violation), language)),
    ]


def _missing_line(factors: pd.DataFrame, table: RiskTable, language: Language) -> list[Any]:
    words = catalogue("report", language)["sheets"]["reasons"]
    unknown = factors.loc[~factors["known"], "factor"]
    held = [name for name in unknown if name in RECORDS_OF or table[name].feature]
    titles = "; ".join(sorted(factor_title(table, name, language) for name in held))
    return [words["missing"], titles or words["nothing_missing"], "×1", "×1", "×1", words["missing_note"]]


def _records(inputs: ListInputs, language: Language) -> pd.Series:
    """Texts of the records behind each enterprise and feature, latest first."""
    used = {entry.feature for entry in inputs.table.factors} | set(RECORDS_OF.values())
    rows = inputs.records[inputs.records["factor"].isin(used)].sort_values("on", ascending=False, kind="stable")
    said = pd.Series([record_text(row, language) for row in rows.to_dict("records")], index=rows.index, dtype="str")
    groups = said.groupby([rows["enterprise_id"], rows["factor"]], sort=False)
    return groups.agg(lambda lines: _some(list(dict.fromkeys(lines)), language))


def _some(lines: list[str], language: Language) -> str:
    shown = "; ".join(lines[:_RECORDS_SHOWN])
    more = len(lines) - _RECORDS_SHOWN
    return f"{shown}; {text('report.more_records', language, count=more)}" if more > 0 else shown

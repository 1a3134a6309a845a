"""The form for what one visit found: its fields, what is recorded, what was typed, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from oshrisk.messages import Language, text
from oshrisk.recording import Answers
from oshrisk.registry.codes import listed_titles
from oshrisk.registry.results import ResultsReading
from oshrisk.registry.results_marked import explain_results
from oshrisk.registry.results_rows import Results
from oshrisk.registry.results_tables import SHEETS, column_texts, sheet_title
from oshrisk.registry.tables import Column
from oshrisk.registry.titles import code_title

EMPTY: Final = {"findings": 2, "machines": 1}  # rows offered besides those that are filled
MOST: Final = 40  # rows of a sheet
LONGEST: Final = 2000  # letters of a field
_FIELD: Final = re.compile(r"(?P<sheet>visits|findings|machines)-(?P<row>\d{1,2})-(?P<name>[a-z_]+)")
_TABLES: Final = {"visits": "inspections", "findings": "findings", "machines": "equipment"}
_INPUTS: Final = {"date": "date", "count": "number", "number": "decimal"}
_DATE: Final = "%d/%m/%Y"  # as people write it; a browser's own field shows dates in the browser's language

Typed = dict[str, str]


def as_typed(results: Results, enterprise: str) -> Typed:
    """Return what is recorded of a visit as it would be typed.

    Parameters
    ----------
    results : Results
        What is recorded of the quarter.
    enterprise : str
        The enterprise.

    Returns
    -------
    dict
        Name of a field to text; empty where nothing is recorded.
    """
    visits = results.visits.loc[results.visits.index == enterprise].reset_index()
    typed: Typed = {}
    for sheet, rows in (("visits", visits), ("findings", results.findings), ("machines", results.machines)):
        own = rows[rows["enterprise_id"].eq(enterprise)]
        for number, row in enumerate(own.to_dict("records")):
            for column in SHEETS[sheet][1:]:
                typed[f"{sheet}-{number}-{column.name}"] = _written(row[column.name])
    return typed


def answers_of(typed: Mapping[str, str], enterprise: str) -> Answers:
    """Return what was typed as rows of the sheets, for `oshrisk.recording.read_typed`.

    Parameters
    ----------
    typed : mapping of str to str
        Fields of the form; others are not looked at.
    enterprise : str
        The enterprise.

    Returns
    -------
    dict
        Rows by sheet; a row with nothing in it counts, so that numbers stay those of the form.
    """
    rows: dict[str, dict[int, dict[str, str]]] = {sheet: {} for sheet in SHEETS}
    for field, value in typed.items():
        if found := _FIELD.fullmatch(field):
            number = int(found["row"])
            if number < MOST and found["name"] in {column.name for column in SHEETS[found["sheet"]][1:]}:
                rows[found["sheet"]].setdefault(number, {})[found["name"]] = value.strip()[:LONGEST]
    answers = {
        sheet: [filled.get(number, {}) for number in range(max(filled, default=-1) + 1)]
        for sheet, filled in rows.items()
    }
    return {
        sheet: [row | {"enterprise_id": enterprise} if any(row.values()) else {} for row in found]
        for sheet, found in answers.items()
    }


def problems_of(reading: ResultsReading, language: Language) -> dict[str, str]:
    """Say what is wrong, by field.

    Parameters
    ----------
    reading : ResultsReading
        From `oshrisk.recording.read_typed`.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    dict
        Name of a field to what is wrong and how to mend it.
    """
    words = explain_results(reading.quarantine, language)
    said: dict[str, str] = {}
    for row, what, mend in zip(reading.quarantine.to_dict("records"), words["what"], words["mend"], strict=True):
        name = row["field"] if row["field"] != "enterprise_id" else SHEETS[row["table"]][1].name
        field = f"{row['table']}-{row['row'] - 1}-{name}"
        said[field] = " ".join(filter(None, (said.get(field), what, mend)))
    return said


def sections(typed: Mapping[str, str], problems: Mapping[str, str], language: Language) -> list[dict[str, Any]]:
    """Return the form, sheet by sheet.

    Parameters
    ----------
    typed : mapping of str to str
        What stands in its fields.
    problems : mapping of str to str
        From `problems_of`.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    list of dict
        ``sheet``, ``title``, ``rows`` of fields: ``name``, ``label``, ``help``, ``input`` (select, date, number,
        decimal, long, text), ``choices``, ``value``, ``problem``.
    """
    return [
        {
            "sheet": sheet,
            "title": sheet_title(sheet, language),
            "rows": [
                [_field(sheet, number, column, typed, problems, language) for column in SHEETS[sheet][1:]]
                for number in range(_size(sheet, typed))
            ],
        }
        for sheet in SHEETS
    ]


def _size(sheet: str, typed: Mapping[str, str]) -> int:
    if sheet == "visits":
        return 1
    found = [_FIELD.fullmatch(field) for field, value in typed.items() if value.strip()]
    filled = [int(one["row"]) + 1 for one in found if one and one["sheet"] == sheet]
    return min(max(filled, default=0) + EMPTY[sheet], MOST)


def _field(  # noqa: PLR0917  # a cell of the form: where it is, what it is, what stands there, what is wrong, language
    sheet: str, number: int, column: Column, typed: Mapping[str, str], problems: Mapping[str, str], language: Language
) -> dict[str, Any]:
    name = f"{sheet}-{number}-{column.name}"
    texts = column_texts(sheet, column.name, language)
    choices = _choices(sheet, column, language)
    value = typed.get(name, "")
    if choices and value and value not in dict(choices):
        choices.append((value, value))  # typed before, or sent by somebody: shown as it is, with what is wrong
    kind = "select" if choices else "long" if column.name == "note" else _INPUTS.get(column.kind, "text")
    return {
        "name": name,
        "label": texts["title"],
        "help": texts["help"],
        "input": kind,
        "choices": choices,
        "value": value,
        "problem": problems.get(name, ""),
    }


def _choices(sheet: str, column: Column, language: Language) -> list[tuple[str, str]]:
    if column.codes:
        return [(code, code_title(_TABLES[sheet], column.name, code, language)) for code in column.codes]
    if column.kind == "flag":
        return [(answer, text(f"cli.{answer}", language)) for answer in ("yes", "no")]
    if column.lookup:
        return list(listed_titles(column.lookup, "", language).items())
    return []


def _written(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return value.strftime(_DATE)
    if isinstance(value, float):
        return f"{value:g}" if value != int(value) else str(int(value))
    return str(value)

"""What may be chosen in the form: visits, their checks, and the catalogues of the results workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd

from oshrisk.field.rows import Row, both, said
from oshrisk.field.visits import visit_facts
from oshrisk.issued import Issued
from oshrisk.messages import LANGUAGES, Language, text
from oshrisk.reference.load import table
from oshrisk.reference.sanctions import sanctions
from oshrisk.registry.results_tables import SHEETS
from oshrisk.registry.tables import Column
from oshrisk.registry.titles import BETWEEN, code_title

# Facts of a visit that the form shows; those in words are there in both languages.
PLAIN: Final = ("team", "month", "visit_name", "address", "checks")
WORDED: Final = ("content", "ground", "length", "mode_said")
CHOICES: Final = (
    *("list_name", "name", "label::vi", "label::en"),
    *PLAIN,
    *(f"{name}_{language}" for name in WORDED for language in LANGUAGES),
)
_TABLES: Final = {"visits": "inspections", "findings": "findings", "machines": "equipment"}


def list_of(sheet: str, column: Column) -> str:
    """Return the name of the choices of a column; empty where anything may be entered.

    Examples
    --------
    >>> list_of("findings", SHEETS["findings"][1])
    'findings_code'
    """
    if column.kind == "flag":
        return "yes_no"
    return f"{sheet}_{column.name}" if column.codes or column.lookup else ""


def choice_rows(issued: Issued, checks: pd.DataFrame) -> list[Row]:
    """Return the sheet of choices.

    Parameters
    ----------
    issued : Issued
        The list.
    checks : DataFrame
        From `oshrisk.field.checks.checks_of`.

    Returns
    -------
    list of dict
        Rows with the columns of `CHOICES`.
    """
    return [*_visits(issued, checks), *_checks(checks), *_catalogues(issued)]


def _visits(issued: Issued, checks: pd.DataFrame) -> Iterator[Row]:
    facts = {language: visit_facts(issued, language) for language in LANGUAGES}
    own = checks.groupby("enterprise_id", sort=False)["check"].agg(" ".join)
    plain = facts["vi"]
    for group in ("team", "month"):
        for value in sorted(set(plain[group])):
            yield {"list_name": f"{group}s", "name": value, **said("label", f"field.form.{group}", value=value)}
    for enterprise, row in plain.iterrows():
        shown = f"{enterprise}{BETWEEN}{row['name']}"
        place = f"{BETWEEN}{row['commune']}" if row["commune"] else ""
        yield {
            "list_name": "visits",
            "name": enterprise,
            **both("label", dict.fromkeys(LANGUAGES, shown + place)),
            "team": row["team"],
            "month": row["month"],
            "visit_name": row["name"],
            "address": row["address"],
            "checks": own.get(enterprise, ""),
            **_worded(str(enterprise), facts),
        }


def _worded(enterprise: str, facts: Mapping[Language, pd.DataFrame]) -> Row:
    row: Row = {}
    for language, frame in facts.items():
        fact = frame.loc[enterprise]
        row |= {f"{name}_{language}": fact[name] for name in ("content", "ground", "length")}
        row[f"mode_said_{language}"] = text(f"report.modes.{fact['mode']}", language)
    return row


def _checks(checks: pd.DataFrame) -> Iterator[Row]:
    """Every check once; which are shown, the visit says."""
    for row in checks.drop_duplicates("check").sort_values("place", kind="stable").to_dict("records"):
        yield {"list_name": "checks", "name": row["check"], "label::vi": row["text_vi"], "label::en": row["text_en"]}


def _catalogues(issued: Issued) -> Iterator[Row]:
    for answer in ("yes", "no"):
        yield {"list_name": "yes_no", "name": answer, **said("label", f"field.form.{answer}")}
    for sheet, columns in SHEETS.items():
        for column in columns:
            for code, words in _titles(sheet, column, issued.quarter.start).items():
                yield {"list_name": list_of(sheet, column), "name": code, **both("label", words)}


def _titles(sheet: str, column: Column, date: pd.Timestamp) -> dict[str, dict[Language, str]]:
    """Return every code of a column with its name in both languages, as the results workbook offers it."""
    if column.codes:
        return {
            code: {language: code_title(_TABLES[sheet], column.name, code, language) for language in LANGUAGES}
            for code in column.codes
        }
    if not column.lookup:
        return {}
    if column.lookup == "finding":  # codes of the decree in force when the quarter begins
        rows = sanctions(date)
    else:
        rows = table("strict_equipment").dropna(subset="item").drop_duplicates("item").set_index("item")
    return {
        str(code): {language: f"{code}{BETWEEN}{row[f'name_{language}']}" for language in LANGUAGES}
        for code, row in rows.iterrows()
    }

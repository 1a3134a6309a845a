"""The parts of a dossier about the risk: the exact reasons, what is missing, and what would change the class."""

from __future__ import annotations

from itertools import groupby
from math import prod
from typing import Any

from oshrisk.documents.dossier_facts import Facts, boxed, cut
from oshrisk.documents.parts import Column, Part, Table
from oshrisk.features.wording import number_text
from oshrisk.messages import text
from oshrisk.report.reasons_sheet import RECORDS_OF
from oshrisk.risk.explain import OWN_RECORD, SECTOR, base_levels, factor_title, phrase
from oshrisk.risk.table import OUTCOMES

REASONS_SHOWN = 7  # factors in full; the others' multipliers are multiplied together
CHANGES_SHOWN = 3  # factors whose change would move the class
_MACHINES, _LATE = "strict_equipment_overdue", "equipment_overdue_count"  # of the overdue ones the records count
_RECORD_LONG = 72  # letters of a record that are shown


def reason_parts(facts: Facts, enterprise_id: str) -> list[Part]:
    """Set out every known factor with its multipliers: base times all of them is the estimate, exactly."""
    words = facts.words["reasons"]
    columns = [
        Column(words["factor"], 6.3),
        *(Column(words[outcome], 1.45, "centre") for outcome in OUTCOMES),
        Column(words["records"], 6.4),
    ]
    told = [row for row in facts.reasons[enterprise_id] if row["known"]]
    if not facts.scores:
        lines = [_line(facts, enterprise_id, row) for row in told if row["effect"] > 0][:REASONS_SHOWN]
        plain = [Column(words["raising"], 8.5), Column(words["records"], 8)]
        empty = words["empty"]
        return [
            Table(plain, [[line[0], line[-1]] for line in lines], empty=empty, small=True),
        ]
    rows = [[words["base"], *_levels(facts), words["base_note"]]]
    rows += [_line(facts, enterprise_id, row) for row in told[:REASONS_SHOWN]]
    others = told[REASONS_SHOWN:]
    rows += _others(facts, others)
    if enterprise_id in facts.issued.assessment.index:
        rows.append([words["result"], *_estimates(facts, enterprise_id), words["result_note"]])
    return [
        Table(columns, rows, small=True),
        *(
            [boxed(text("dossier.reasons.others", facts.language, count=len(others)), _titles(facts, others))]
            if others
            else []
        ),
    ]


def missing_parts(facts: Facts, enterprise_id: str) -> list[Part]:
    """Say what is not known, and that it counts neither for nor against."""
    unknown = [row for row in facts.reasons[enterprise_id] if not row["known"]]
    held = [row for row in unknown if row["factor"] in RECORDS_OF or facts.issued.table[row["factor"]].feature]
    words = facts.words["missing"]
    said = text("dossier.missing.some", facts.language, factors=_titles(facts, held)) if held else words["none"]
    return [boxed(facts.words["headings"]["missing"], said)]


def change_parts(facts: Facts, enterprise_id: str) -> list[Part]:
    """Say which single fact would put it into another class."""
    words = facts.words["changes"]
    if not facts.scores or enterprise_id not in facts.issued.assessment.index:
        return []
    rows = facts.changes[enterprise_id]
    title = facts.words["headings"]["changes"]
    if not rows:
        return [boxed(title, words["none"])]
    lines = [_change(facts, factor, list(group)) for factor, group in groupby(rows, lambda row: str(row["factor"]))]
    lines.sort(key=lambda line: line[0] != words["not_known"])  # what could be learned comes first
    shown = lines[:CHANGES_SHOWN]
    if len(lines) > CHANGES_SHOWN:
        shown.append(
            ["", text("dossier.changes.more", facts.language, count=len(lines) - CHANGES_SHOWN), words["alone"]]
        )
    return [Table([Column(words["now"], 2), Column(title, 5), Column(words["then"], 10)], shown, small=True)]


def _change(facts: Facts, factor: str, rows: list[dict[str, Any]]) -> list[str]:
    """Word the states of one factor that change the class."""
    words, table, language = facts.words["changes"], facts.issued.table, facts.language
    by_class: dict[str, list[str]] = {}
    for row in rows:
        own = factor == OWN_RECORD
        said = words["accidents"][row["state"]] if own else phrase(table, factor, row["state"], language)
        by_class.setdefault(row["class_then"], []).append(said)
    then = [
        text("dossier.changes.to", language, facts=_joined(said, words["or"]), risk_class=risk_class)
        for risk_class, said in by_class.items()
    ]
    known = bool(rows[0]["known"])
    return [words["known" if known else "not_known"], factor_title(table, factor, language), "; ".join(then)]


def _joined(said: list[str], between: str) -> str:
    return f" {between} ".join(line[:1].lower() + line[1:] for line in said)


def _line(facts: Facts, enterprise_id: str, row: dict[str, Any]) -> list[str]:
    factor = str(row["factor"])
    said = phrase(facts.issued.table, factor, str(row["state"]), facts.language)
    feature = RECORDS_OF.get(factor) or facts.issued.table[factor].feature
    feature = _LATE if feature == _MACHINES and row["state"] != "all_valid" else feature
    records = facts.records.get((enterprise_id, feature), [])
    behind = cut(records[0], _RECORD_LONG) if records and factor != SECTOR else ""  # the sector stands above
    if len(records) > 1:
        behind += "; " + text("report.more_records", facts.language, count=len(records) - 1)
    return [said, *(f"×{number_text(row[outcome], facts.language)}" for outcome in OUTCOMES), behind]


def _others(facts: Facts, rows: list[dict[str, Any]]) -> list[list[str]]:
    """Take the weaker factors together: the product of their multipliers."""
    if not rows:
        return []
    said = text("dossier.reasons.others", facts.language, count=len(rows))
    products = [prod(row[outcome] for row in rows) for outcome in OUTCOMES]
    return [
        [said, *(f"×{number_text(value, facts.language)}" for value in products), facts.words["reasons"]["product"]]
    ]


def _titles(facts: Facts, rows: list[dict[str, Any]]) -> str:
    return "; ".join(factor_title(facts.issued.table, row["factor"], facts.language) for row in rows) + "."


def _levels(facts: Facts) -> list[str]:
    levels = base_levels(facts.issued.table)
    odds = float(levels["violation"])
    return _figures(facts, float(levels["accident"]), float(levels["fatal"]), odds / (1 + odds))


def _estimates(facts: Facts, enterprise_id: str) -> list[str]:
    row = facts.issued.assessment.loc[enterprise_id]
    return _figures(facts, row["accident_rate"], row["fatal_rate"], row["violation_probability"])


def _figures(facts: Facts, accident: float, fatal: float, violation: float) -> list[str]:
    said = facts.language
    return [
        number_text(round(1e3 * accident, 1), said),
        number_text(round(1e5 * fatal, 1), said),
        f"{number_text(round(100 * violation), said)} %",
    ]

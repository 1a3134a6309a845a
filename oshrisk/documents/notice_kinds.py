"""The kinds of notices: machines to be inspected, reports to come and missing, people to be trained."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from oshrisk.documents.notice_facts import Notice, Registers
from oshrisk.documents.parts import Column as Cell
from oshrisk.documents.parts import Table
from oshrisk.duties.machines import machines_due
from oshrisk.duties.reports import ACCIDENT, KINDS, RULE_OF, Deadline, last_due, next_due, not_filed
from oshrisk.duties.training import training_needs, unknown_needs
from oshrisk.features.wording import date_text, item_name, number_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.registry.tables import TRAINING_GROUPS
from oshrisk.report.book import Column

_MACHINE_RULES = ("R1.1", "R1.2")
_TRAINING_RULE = "R1.30"


def machine_notice(registers: Registers) -> Notice:
    """List the machines that are overdue or fall due within 90 days, and write to their owners."""
    words, language = registers.words["columns"], registers.language
    rows = machines_due(registers.registry, registers.on)
    place = registers.by_place(pd.Index(rows["enterprise_id"].unique())).index
    rows = rows.assign(place=place.get_indexer(rows["enterprise_id"])).sort_values("place", kind="stable")
    states = catalogue("dossier", language)["machines"]["states"]
    shown = pd.DataFrame(
        {
            "machine": [item_name(item, language) for item in rows["item"]],
            "equipment_id": rows["equipment_id"].to_numpy(),
            "inspected_on": [_date(on, language) for on in rows["inspected_on"]],
            "due_on": [_date(on, language) for on in rows["due_on"]],
            "days": rows["days_left"].astype("object").where(rows["days_left"].notna(), None).to_numpy(),
            "state": [states[state] for state in rows["state"]],
        }
    )
    widths = {"machine": 34, "equipment_id": 18, "inspected_on": 14, "due_on": 14, "days": 13, "state": 20}
    columns = [
        *registers.who(pd.Index(rows["enterprise_id"]))[:4],
        *(Column(words[name], width, shown[name], _look(name)) for name, width in widths.items()),
    ]
    article = registers.article(*_MACHINE_RULES)
    note = text("notices.notes.machines", language, **registers.facts(article=article))
    heads = [Cell(words["machine"], 6), Cell(words["equipment_id"], 4), Cell(words["due_on"], 3, "centre")]
    heads.append(Cell(words["state"], 4))
    letters = {
        str(owner): registers.letter(
            "machines",
            str(owner),
            Table(heads, group[["machine", "equipment_id", "due_on", "state"]].to_numpy().tolist()),
            article,
        )
        for owner, group in shown.groupby(rows["enterprise_id"].to_numpy(), sort=False)
    }
    return Notice("machines", [registers.sheet("machines", columns, note)], letters, len(rows))


def missing_notice(registers: Registers) -> Notice:
    """List whose reports that had fallen due are not there, and ask for them."""
    return _reports(registers, "reports_missing", [last_due(registers.known.date, kind) for kind in KINDS])


def reminder_notice(registers: Registers, ahead: int) -> Notice | None:
    """List whose reports that fall due within so many days are not there yet, and remind them; None if none does."""
    coming = [next_due(registers.on, kind) for kind in KINDS]
    soon = [one for one in coming if (one.due_on - registers.on).days <= ahead]
    return _reports(registers, "reports_due", soon) if soon else None


def training_notice(registers: Registers, until: pd.Timestamp) -> Notice:
    """List who is to be trained until a day, by commune, sector and enterprise, and write to the enterprises."""
    language = registers.language
    needs = training_needs(registers.known, until)
    needs = needs[needs["needed"] > 0]
    unknown = unknown_needs(registers.known)
    article = registers.article(_TRAINING_RULE)
    said = registers.facts(article=article, unknown=number_text(len(unknown), language), until=_date(until, language))
    note = text("notices.notes.training", language, **said)
    subtitle = text("notices.sheets.subtitle_training", language, **said)
    groups = registers.features["sector_group"].astype("object")
    names = catalogue("features", language)["feature"]["sector_group"]["states"]
    sectors = groups.map(names).fillna(text("features.unknown", language))
    sheets = [
        registers.sheet(
            "training_communes",
            _needs_by(registers, needs, registers.firms["commune"], unknown, "commune"),
            note,
            subtitle,
        ),
        registers.sheet("training_sectors", _needs_by(registers, needs, sectors, unknown, "sector"), note, subtitle),
        registers.sheet("training_enterprises", _needs_of(registers, needs), note, subtitle),
    ]
    letters = {
        str(owner): registers.letter(
            "training", str(owner), _needs_table(registers, rows), article, until=said["until"]
        )
        for owner, rows in needs.groupby("enterprise_id", sort=False)
    }
    return Notice("training", sheets, letters, len(needs))


def _reports(registers: Registers, name: str, deadlines: list[Deadline]) -> Notice:
    words, language = registers.words["columns"], registers.language
    parts = [
        not_filed(registers.known, registers.features, one).assign(
            report=_report_name(one, language), due_on=_date(one.due_on, language)
        )
        for one in deadlines
    ]
    rows = pd.concat(parts)
    order = registers.by_place(rows.index.unique()).index
    rows = rows.iloc[np.argsort(order.get_indexer(rows.index), kind="stable")]
    unknown = text("features.unknown", language)
    workers = [unknown if pd.isna(count) else number_text(count, language) for count in rows["workers"]]
    columns = [
        *registers.who(rows.index)[:4],
        Column(words["workers"], 12, workers, "centre"),
        Column(words["report"], 44, rows["report"]),
        Column(words["due_on"], 14, rows["due_on"], "centre"),
        Column(words["last_period"], 16, rows["last_period"].fillna("–"), "centre"),
    ]
    article = registers.article(*(RULE_OF[one.kind] for one in deadlines))
    heads = [Cell(words["report"], 11), Cell(words["due_on"], 4, "centre")]
    letters = {
        str(owner): registers.letter(
            name, str(owner), Table(heads, group[["report", "due_on"]].to_numpy().tolist()), article
        )
        for owner, group in rows.groupby(level=0, sort=False)
    }
    note = text(f"notices.notes.{name}", language, **registers.facts())
    return Notice(name, [registers.sheet(name, columns, note)], letters, len(rows))


def _report_name(deadline: Deadline, language: Language) -> str:
    year, _, half = deadline.period.partition("H")
    whole = deadline.kind != ACCIDENT or half == "2"  # the report of January is on the year (R1.9)
    period = text(f"features.periods.{'year' if whole else half}", language, year=year)
    return text(f"notices.reports.{deadline.kind}", language, period=period)


def _needs_by(registers: Registers, needs: pd.DataFrame, key: pd.Series, unknown: pd.Index, title: str) -> list[Column]:
    """Sum the needs of every commune or sector, group by group; what is not known is counted beside."""
    words = registers.words["columns"]
    of_need = key.reindex(needs["enterprise_id"]).to_numpy()
    sums = needs.groupby([of_need, "group"])["needed"].sum().unstack(fill_value=0.0)
    sums = sums.reindex(columns=list(TRAINING_GROUPS), fill_value=0.0)
    still_open = registers.known.ids[registers.known["enterprises"]["closed_on"].isna().to_numpy()]
    known = pd.Series(still_open.difference(unknown)).map(key).value_counts()
    silent = pd.Series(unknown).map(key).value_counts()
    sums = sums.reindex(sums.index.union(silent.index), fill_value=0.0).sort_index()
    whole = sums.sum(axis="columns")
    total, none = words["total"], text("features.unknown", registers.language)

    def with_total(values: Any) -> list[float]:
        return [*map(float, values), float(sum(values))]

    return [
        Column(words[title], 40, [*(name or none for name in sums.index), total]),
        *(Column(words[f"group_{group}"], 11, with_total(sums[group]), "centre") for group in TRAINING_GROUPS),
        Column(words["total"], 11, with_total(whole), "centre"),
        Column(words["enterprises"], 14, with_total(known.reindex(sums.index, fill_value=0)), "centre"),
        Column(words["unknown"], 14, with_total(silent.reindex(sums.index, fill_value=0)), "centre"),
    ]


def _needs_of(registers: Registers, needs: pd.DataFrame) -> list[Column]:
    words, language = registers.words["columns"], registers.language
    order = registers.by_place(pd.Index(needs["enterprise_id"].unique())).index
    rows = needs.iloc[np.argsort(order.get_indexer(needs["enterprise_id"]), kind="stable")]
    numbers = ("required", "trained", "untrained", "lapsing", "needed")
    return [
        *registers.who(pd.Index(rows["enterprise_id"]))[:4],
        Column(words["group"], 34, [registers.words["groups"][str(group)] for group in rows["group"]]),
        Column(words["year"], 10, [f"{year:.0f}" for year in rows["year"]], "centre"),
        *(Column(words[name], 12, rows[name].astype("float64"), "centre") for name in numbers),
        Column(words["lapses_on"], 14, [_date(on, language) for on in rows["lapses_on"]], "centre"),
    ]


def _needs_table(registers: Registers, rows: pd.DataFrame) -> Table:
    words, language = registers.words["columns"], registers.language
    heads = [Cell(words["group"], 7), Cell(words["untrained"], 2.7, "centre"), Cell(words["lapsing"], 2.7, "centre")]
    heads.append(Cell(words["lapses_on"], 3, "centre"))
    lines = [
        [
            registers.words["groups"][str(row["group"])],
            number_text(row["untrained"], language),
            number_text(row["lapsing"], language),
            _date(row["lapses_on"], language),
        ]
        for row in rows.to_dict("records")
    ]
    return Table(heads, lines)


def _date(on: pd.Timestamp, language: Language) -> str:
    return "–" if pd.isna(on) else date_text(on, language)


def _look(name: str) -> Any:
    return "centre" if name in ("inspected_on", "due_on", "days") else "text"

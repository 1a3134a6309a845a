"""How the list was made: what anybody needs to make it again, and how sure its parts are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from oshrisk.features.wording import number_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning.texts import DATE_FORMATS
from oshrisk.reference.rules import rules
from oshrisk.report.book import SIZE, Book
from oshrisk.report.choice_facts import choice_figures, draw_figures
from oshrisk.report.heights import row_height
from oshrisk.report.inputs import ListInputs
from oshrisk.report.titles import title_block

_WIDTHS = (40, 52, 46, 16, 42)


def write_method(book: Book, inputs: ListInputs, language: Language) -> None:
    """Write the sheet on how the list was made.

    Parameters
    ----------
    book : Book
        The workbook.
    inputs : ListInputs
        The list.
    language : {"vi", "en"}
        Language.
    """
    names = catalogue("report", language)["sheets"]["method"]
    sheet, row = book.sheet(names["name"], title_block(inputs, "method", language), _WIDTHS)
    sheet.freeze_panes(row, 0)
    titles = names["sections"]
    row = _section(book, sheet, row, titles["plan"], _plan(inputs, language))
    row = _section(
        book, sheet, row, titles["choice"], _lines("choice_lines", choice_figures(inputs, language), language)
    )
    row = _section(book, sheet, row, titles["draw"], _lines("draw_lines", draw_figures(inputs, language), language))
    row = _rules(book, sheet, row, inputs, language)
    row = _section(book, sheet, row, titles["model"], _model(inputs, language))
    row = _section(book, sheet, row, titles["made"], list(_flat(inputs.manifest, language)))
    book.close(sheet, row - 2, len(_WIDTHS) - 1)


def _section(book: Book, sheet: Any, row: int, title: str, lines: list[tuple[str, str]]) -> int:
    last = len(_WIDTHS) - 1
    book.across(sheet, row, (0, last), title, "head")
    for offset, (name, value) in enumerate(lines, start=1):
        book.cell(sheet, row + offset, 0, name, book.formats["text"])
        book.across(sheet, row + offset, (1, last), value, "text")
        sheet.set_row(row + offset, row_height([(name, _WIDTHS[0]), (value, sum(_WIDTHS[1:]))], SIZE))
    return row + len(lines) + 2


def _plan(inputs: ListInputs, language: Language) -> list[tuple[str, str]]:
    summary, said = inputs.plan.summary, catalogue("report", language)
    arms = "; ".join(f"{said['arms'][arm]}: {number_text(count, language)}" for arm, count in summary["arms"].items())
    status = "; ".join(
        f"{said['status'][name]}: {number_text(count, language)}" for name, count in summary["status"].items()
    )
    figures = {
        name: number_text(float(summary[name]), language)
        for name in ("enterprises", "listed", "days_used", "capacity_days", "musts_without_days")
    }
    figures |= {
        "team": number_text(inputs.programme.capacity.team_size, language),
        "workers_unknown": number_text(summary["workers_unknown"], language),
        "travel_unknown": number_text(summary["travel_unknown"], language),
        "arms": arms,
        "status": status,
    }
    return _lines("plan_lines", figures, language)


def _model(inputs: ListInputs, language: Language) -> list[tuple[str, str]]:
    table = inputs.table
    visits = inputs.plan.visits.index
    reasons = inputs.reasons[inputs.reasons["enterprise_id"].isin(visits) & inputs.reasons["outcome"].eq("accident")]
    marks = pd.Series(
        [effect.mark for factor in table.factors for entry in factor.bins for effect in entry.effects.values()]
    )
    names = catalogue("report", language)["marks"]
    shares = "; ".join(
        f"{names.get(mark, mark)}: {number_text(round(100 * share, 1), language)} %"
        for mark, share in marks.value_counts(normalize=True).sort_index().items()
    )
    levels = {name: entry.mark for name, entry in table.base.level.items()}
    assumed = ", ".join(
        catalogue("report", language)["outcomes"][name] for name, mark in levels.items() if mark == "assumed"
    )
    figures = {
        "title": table.title_vi if language == "vi" else table.title_en,
        "model_id": table.model_id,
        "factors": str(len(table.factors)),
        "held": str(sum(bool(factor.feature) for factor in table.factors)),
        "known": number_text(reasons.groupby("enterprise_id")["known"].sum().mean() if len(visits) else 0.0, language),
        "marks": shares,
        "assumed_levels": assumed or "–",
        "labelled": number_text(_labelled(inputs), language),
        "enterprises": number_text(len(inputs.registry.ids), language),
    }
    return _lines("model_lines", figures, language)


def _labelled(inputs: ListInputs) -> int:
    visits = inputs.registry["inspections"]
    return int(visits.loc[visits["found"].notna(), "enterprise_id"].nunique())


def _lines(group: str, figures: Mapping[str, str], language: Language) -> list[tuple[str, str]]:
    entries = catalogue("report", language)["sheets"]["method"][group]
    return [(entry["name"], entry["value"].format(**figures)) for entry in entries.values()]


def _flat(values: Mapping[str, Any], language: Language, prefix: str = "") -> Iterator[tuple[str, str]]:
    titles = catalogue("report", language)["manifest"]
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, language, f"{prefix}{name}.")
        else:
            key = f"{prefix}{name}"
            numbered = titles.get(prefix.rstrip(".").replace(".", "_"), key).format(name=name)
            yield titles.get(key.replace(".", "_"), numbered), _shown(value, language)


def _shown(value: Any, language: Language) -> str:
    if isinstance(value, bool):
        return text(f"report.{'yes' if value else 'no'}", language)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return number_text(value, language) if isinstance(value, float) else str(value) or "–"


def _rules(book: Book, sheet: Any, row: int, inputs: ListInputs, language: Language) -> int:
    """List the legal rules that decided something in this plan, with their source and how surely they are known."""
    names = catalogue("report", language)["sheets"]["method"]
    in_force = rules(inputs.plan.quarter.start)
    used = pd.Index(inputs.plan.eligibility["rule_id"].unique()).union(inputs.plan.not_selected["rule_id"].unique())
    found = in_force[in_force.index.isin(used)]
    book.across(sheet, row, (0, len(_WIDTHS) - 1), names["sections"]["rules"], "head")
    for position, title in enumerate(names["rule_columns"].values()):
        book.cell(sheet, row + 1, position, title, book.formats["head"])
    suffix = "" if language == "vi" else "_en"
    confidence = catalogue("report", language)["confidence"]
    day = DATE_FORMATS[language]
    for offset, (rule_id, rule) in enumerate(found.iterrows(), start=2):
        since = rule["valid_from"].strftime(day) if pd.notna(rule["valid_from"]) else "–"
        sure = confidence.get(rule["confidence"], rule["confidence"])
        cells = [
            f"{rule_id} · {rule[f'article{suffix}']}",
            rule[f"text_{language}"],
            _source(rule["source"], language),
            since,
            sure,
        ]
        book.row(sheet, row + offset, cells, ["text"] * len(cells), _WIDTHS)
    return row + len(found) + 3


def _source(source: str, language: Language) -> str:
    """Put the standing phrases of a source into the language; names of pages and repositories stay."""
    english, own = (catalogue("report", name)["sources"] for name in ("en", language))
    for key, phrase in english.items():
        source = source.replace(phrase, own[key])
    return source

"""The questions of the form: which visit, what to look at, what was found."""

from __future__ import annotations

from typing import Final

from oshrisk.field.choices import WORDED, list_of
from oshrisk.field.rows import Row, both, said
from oshrisk.issued import Issued
from oshrisk.messages import LANGUAGES, Language, text
from oshrisk.registry.results_exports import COUNTS, FORM_CODE
from oshrisk.registry.results_rows import WENT
from oshrisk.registry.results_tables import SHEETS, column_texts, form_code
from oshrisk.registry.tables import Column

SURVEY: Final = (
    *("type", "name", "label::vi", "label::en", "hint::vi", "hint::en", "required"),
    *("required_message::vi", "required_message::en", "relevant", "constraint"),
    *("constraint_message::vi", "constraint_message::en", "choice_filter", "calculation", "appearance"),
)
_TYPES: Final = {"date": "date", "count": "integer", "number": "decimal", "text": "text"}
_DONE: Final = "${done} = 'done'"
_OUT: Final = " or ".join(f"${{done}} = '{state}'" for state in WENT)
# When a question of the visit is asked, and whether it must be answered then.
_ASKED: Final[dict[str, tuple[str, bool]]] = {
    "done": ("", True),
    "started_on": (_OUT, True),
    "found": (_DONE, False),  # not known is an answer too
    "inspector": (_DONE, True),
    "unreported_accidents": (_DONE, False),
    "workers_seen": (_DONE, False),
    "minutes": (_DONE, False),
    "note": ("", False),
}
_KEYS: Final = {"findings": ("code",), "machines": ("equipment_id", "item")}


def survey_rows(issued: Issued) -> list[Row]:
    """Return the sheet of questions.

    Parameters
    ----------
    issued : Issued
        The list.

    Returns
    -------
    list of dict
        Rows with the columns of `SURVEY`.
    """
    first = f"{issued.quarter.start:%Y-%m-%d}"
    rows = [*_which(issued), *_look()]
    rows.append(
        {"type": "begin_group", "name": "result", **said("label", "field.form.result"), "appearance": "field-list"}
    )
    rows += [_question("visits", column, *_ASKED[column.name], first) for column in SHEETS["visits"][1:]]
    rows.append({"type": "end_group"})
    for sheet in ("findings", "machines"):
        rows += _repeat(sheet)
    return rows


def _which(issued: Issued) -> list[Row]:
    """Ask for team, month and enterprise; what is known of it is looked up among the choices."""
    code = form_code(str(issued.quarter), issued.version, simulated=issued.simulated)
    rows: list[Row] = [
        {"type": "start", "name": "start"},
        {"type": "end", "name": "end"},
        {"type": "calculate", "name": FORM_CODE, "calculation": f"'{code}'"},
    ]
    if issued.simulated:
        rows.append({"type": "note", "name": "simulated", **said("label", "report.simulated")})
    rows.append(
        {"type": "begin_group", "name": "visit", **said("label", "field.form.visit"), "appearance": "field-list"}
    )
    for group in ("team", "month"):
        asked = {"type": f"select_one {group}s", "name": group, **said("label", f"field.form.which_{group}")}
        rows.append({**asked, "required": "yes", "appearance": "minimal"})
    rows.append({
        "type": "select_one visits",
        "name": "enterprise_id",
        **said("label", "results.columns.findings.enterprise_id.title"),
        **said("hint", "field.form.which_visit"),
        "required": "yes",
        "choice_filter": "team = ${team} and month = ${month}",
        "appearance": "minimal autocomplete",
    })  # fmt: skip
    rows.append({"type": "end_group"})
    for name in ("visit_name", "address", "checks", *(f"{one}_{language}" for one in WORDED for language in LANGUAGES)):
        known = f"instance('visits')/root/item[name = ${{enterprise_id}}]/{name}"
        rows.append({"type": "calculate", "name": "checks_asked" if name == "checks" else name, "calculation": known})
    return rows


def _look() -> list[Row]:
    """Show what is known of the visit, and its checklist to tick."""
    chosen = "${enterprise_id} != ''"
    return [
        {
            "type": "begin_group",
            "name": "look",
            **said("label", "field.form.look"),
            "relevant": chosen,
            "appearance": "field-list",
        },
        {"type": "note", "name": "about", **both("label", {language: _about(language) for language in LANGUAGES})},
        {
            "type": "select_multiple checks",
            "name": "looked_at",
            **said("label", "field.form.looked_at"),
            **said("hint", "field.form.looked_at_hint"),
            "choice_filter": "selected(${checks_asked}, name)",
        },
        {"type": "end_group"},
    ]


def _about(language: Language) -> str:
    """Word what is known of the chosen visit, with the fields of the form where facts go."""
    facts = {name: f"${{{name}_{language}}}" for name in WORDED}
    return text("field.form.about", language, name="${visit_name}", address="${address}", **facts)


def _repeat(sheet: str) -> list[Row]:
    """Ask for findings or machines, as many as there are, and count them: an export that loses some is noticed."""
    head = {"type": "begin_repeat", "name": sheet, **said("label", f"results.sheets.{sheet}.name"), "relevant": _DONE}
    head["appearance"] = "field-list"
    inside = [_question(sheet, column, "", column.name in _KEYS[sheet], "") for column in SHEETS[sheet][1:]]
    count = {"type": "calculate", "name": COUNTS[sheet], "calculation": f"count(${{{sheet}}})"}
    return [head, *inside, {"type": "end_repeat"}, count]


def _question(sheet: str, column: Column, relevant: str, required: bool, first: str) -> Row:
    """Ask for one column of the results workbook."""
    texts = {language: column_texts(sheet, column.name, language) for language in LANGUAGES}
    choices = list_of(sheet, column)
    row: Row = {
        "type": f"select_one {choices}" if choices else _TYPES[column.kind],
        "name": column.name,
        **both("label", {language: texts[language]["title"] for language in LANGUAGES}),
        **both("hint", {language: texts[language]["help"] for language in LANGUAGES}),
        "relevant": relevant,
    }
    if column.lookup:
        row["appearance"] = "minimal autocomplete"
    if required:
        row |= {"required": "yes", **said("required_message", "field.form.required")}
    return row | _limits(column, first)


def _limits(column: Column, first: str) -> Row:
    """Refuse on the phone what would be refused later: numbers out of range, days before the quarter or to come."""
    if column.kind == "date":
        earliest = first if column.name == "started_on" else ""
        parts = [f". >= date('{earliest}')"] if earliest else []
        parts += [] if column.future else [". <= today()"]
        key = "started_on" if earliest else "past"
        return {"constraint": " and ".join(parts), **said("constraint_message", f"field.form.{key}")} if parts else {}
    if column.low is None or column.high is None:
        return {}
    low, high = int(column.low), int(column.high)  # whole numbers: a form does not know 1e+06
    words = said("constraint_message", "field.form.range", low=low, high=high)
    return {"constraint": f". >= {low} and . <= {high}", **words}

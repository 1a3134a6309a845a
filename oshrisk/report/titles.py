"""The lines above every sheet's table."""

from __future__ import annotations

from oshrisk.messages import Language, text
from oshrisk.planning.texts import DATE_FORMATS, quarter_title
from oshrisk.report.inputs import ListInputs


def title_block(inputs: ListInputs, sheet: str, language: Language) -> list[tuple[str, str]]:
    """Return the lines above a table, each with its look.

    Parameters
    ----------
    inputs : ListInputs
        The list.
    sheet : str
        Key of the sheet below ``report.sheets``.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    list of (look, text)
        Parent body and office, title, quarter and date of knowledge, the warning where the data is simulated, and
        the mark of an internal draft (an unissued plan and its scores are treated as restricted: R7.4, R7.5).
    """
    plan, day = inputs.plan, DATE_FORMATS[language]
    when = text(
        "report.quarter",
        language,
        quarter=quarter_title(plan.quarter, language),
        start=plan.quarter.start.strftime(day),
        end=plan.quarter.end.strftime(day),
        as_of=plan.as_of.strftime(day),
    )
    office = inputs.programme.office
    lines = [
        ("parent", office.parent_body.upper()),  # Decree 30/2020, Annex I: parent body in capitals, issuing body bold
        ("office", office.department.upper()),
        ("title", text(f"report.sheets.{sheet}.title", language)),
        ("subtitle", when),
    ]
    if inputs.registry.simulated:
        lines.append(("alarm", text("report.simulated", language)))
    return [*lines, ("subtitle", text("report.internal", language))]


def foot(inputs: ListInputs, language: Language) -> str:
    """Return the words in the foot of every page."""
    words = f"{inputs.programme.office.department} · {inputs.plan.quarter}"
    return f"{words} · {text('report.simulated_short', language)}" if inputs.registry.simulated else words

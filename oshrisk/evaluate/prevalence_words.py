"""Estimates from the draw in words, the same for the command line and the desk."""

from __future__ import annotations

from typing import Any

from oshrisk.evaluate.prevalence import LEAST_EFFECTIVE, Estimates
from oshrisk.features.wording import number_text
from oshrisk.messages import Language, text
from oshrisk.planning.quarter import Quarter
from oshrisk.reference.sectors import section_name


def sentences(found: Estimates, quarter: Quarter, language: Language) -> list[str]:
    """Say what the drawn visits tell of all enterprises.

    Parameters
    ----------
    found : Estimates
        From `oshrisk.evaluate.prevalence.estimate`.
    quarter : Quarter
        The quarter.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    list of str
        Sentences, those of groups and remarks indented.
    """
    lines = [
        text("draw.estimate.head", language, quarter=quarter),
        text(
            "draw.estimate.population",
            language,
            eligible=number_text(found.eligible, language),
            uncovered=number_text(found.uncovered, language),
        ),
    ]
    for outcome, rows in found.table.groupby("outcome", sort=False):
        lines.append(text(f"draw.outcomes.{outcome}", language))
        for row in rows.to_dict("records") if rows["answered"].any() else []:
            lines += _line({str(name): value for name, value in row.items()}, language)
        if not rows["answered"].any():
            lines.append(f"  {text('draw.estimate.no_results', language)}")
    if found.table["answered"].any() and found.table["verdict"].eq("too_few").any():
        least = number_text(LEAST_EFFECTIVE, language)
        lines.append(text("draw.estimate.too_few_note", language, least=least))
    return lines


def _line(row: dict[str, Any], language: Language) -> list[str]:
    def percent(name: str) -> str:
        return number_text(round(100 * row[name], 1), language)

    kind = "some" if row["verdict"] == "estimate" else row["verdict"]
    counts = {name: row[name] for name in ("places", "unanswered", "closed")} | {"draws": row["draws_answered"]}
    counts["chosen"] = row["answered"] - row["draws_answered"]
    values: dict[str, Any] = {name: number_text(round(count), language) for name, count in counts.items()}
    values["name"] = domain_name(row["by"], row["value"], language)
    if kind != "too_few":
        values |= {"rate": percent("hajek"), "low": percent("low"), "high": percent("high")}
        values["total"] = number_text(round(row["total"]), language)
    lines = [text(f"draw.estimate.{kind}", language, **values)]
    if row["by"] != "province":
        return lines
    if kind == "some":
        lines.append(text("draw.estimate.horvitz_thompson", language, **values))
    if kind == "some" and row["unanswered"]:
        limits = {"low": percent("worst_low"), "high": percent("worst_high")}
        lines.append(text("draw.estimate.unanswered", language, unanswered=values["unanswered"], **limits))
    if row["closed"]:
        lines.append(text("draw.estimate.closed", language, closed=values["closed"]))
    return lines


def domain_name(by: str, value: str, language: Language) -> str:
    """Return the words for a group: the province, a size, an area, reporters or not, a section."""
    if by == "section":
        return text("draw.domains.section.name", language, value=f"{value} – {section_name(value, language)}")
    return text(f"draw.domains.{by}.{value or 'all'}", language)

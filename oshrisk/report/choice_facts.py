"""How the visits were chosen and drawn, in figures and words for the sheet on method."""

from __future__ import annotations

from oshrisk.features.wording import number_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.reference.communes import communes
from oshrisk.report.inputs import ListInputs
from oshrisk.report.trips_sheet import nights_of


def choice_figures(inputs: ListInputs, language: Language) -> dict[str, str]:
    """Return what fills ``sheets.method.choice_lines``: the optimum and its bound, trips, roads, modes, letters.

    Parameters
    ----------
    inputs : ListInputs
        The list.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    dict of str
        By placeholder.
    """
    plan, programme = inputs.plan, inputs.programme
    report = plan.selection.report
    said = catalogue("report", language)
    modes = "; ".join(f"{said['modes'][name]}: {count}" for name, count in plan.summary["modes"].items())
    numbers = {
        "objective": report["objective"],
        "bound": report["bound"],
        "share": 100 * (1 - report["gap"]),
        "gap": 100 * report["gap"],
        "greedy": 100 * (report["greedy_objective"] / report["bound"] if report["bound"] else 1.0),
        "findings": report["findings"],
        "trips": len(plan.trips),
        "nights": int(nights_of(plan.trips).sum()),
        "trip_days": programme.roads.trip_days,
        "night_cost": programme.roads.night_cost,
        "remote_worth": 100 * programme.selection.remote_worth,
        "letters": int(plan.letters["letter"].sum()),
        "held_out": int((~plan.letters["letter"]).sum()),
        "decided": int(plan.eligibility["decision"].ne("").sum()),
    }
    return {
        **{name: number_text(round(value, 2), language) for name, value in numbers.items()},
        "poured": said["poured"]["proven" if report["poured_proven"] else "open"],
        "limits": _limits(report, language),
        "roads": said["roads"]["estimated" if plan.roads.estimated else "measured"],
        "closed": _closed(inputs, language),
        "modes": modes or "–",
    }


def draw_figures(inputs: ListInputs, language: Language) -> dict[str, str]:
    """Return what fills ``sheets.method.draw_lines``: chances, cost bands with their slots, the seed.

    Parameters
    ----------
    inputs : ListInputs
        The list.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    dict of str
        By placeholder.
    """
    plan, summary = inputs.plan, inputs.plan.summary
    lowest = 100 * summary["lowest_probability"]
    bands = [
        text(
            "report.band",
            language,
            band=number,
            slots=number_text(int(band["slots"]), language),
            entities=number_text(int(band["entities"]), language),
            days=number_text(round(float(band["days"]), 1), language),
        )
        for number, band in plan.slots.bands.iterrows()
    ]
    kind = "committed" if plan.seed.committed else "settings"
    seed = text(f"report.seed.{kind}", language, seed=plan.seed.number, commitment=plan.seed.commitment)
    return {
        "share": number_text(100 * inputs.programme.draw.random_share, language),
        "in_draw": number_text(summary["in_draw"], language),
        "strata": number_text(summary["strata"], language),
        "drawn": number_text(summary["drawn"], language),
        "lowest": number_text(float(f"{lowest:.2g}"), language) if lowest >= 0.01 else _small(lowest, language),
        "without_chance": number_text(summary["without_chance"], language),
        "bands": "; ".join(bands) or "–",
        "seed": seed,
    }


def _small(percent: float, language: Language) -> str:
    said = f"{percent:.4f}"
    return said.replace(".", ",") if language == "vi" else said


def _limits(report: dict[str, list[str] | dict[str, int]], language: Language) -> str:
    """Name the floors and ceilings that were reached, and those that were missed."""
    words = catalogue("report", language)["limits"]
    reached = [_limit(name, words) for name in report["binding"]]
    missed = [text("report.limits.missed", language, limit=_limit(name, words)) for name in report["missed"]]
    return "; ".join([*reached, *missed]) or words["none"]


def _limit(name: str, words: dict[str, str]) -> str:
    kind, _, group = name.partition(" ")
    return words[kind].format(group=group)


def _closed(inputs: ListInputs, language: Language) -> str:
    """Name the communes that are closed in some month of the quarter."""
    plan = inputs.plan
    first = 3 * plan.quarter.number - 2
    shut = plan.roads.closed([first, first + 1, first + 2])
    names = communes(inputs.programme.office.province_code)["name"]
    months = [str(month) for month in shut.columns if shut[month].any()]
    places = [str(names.get(code, code)) for code in shut.index[shut.any(axis="columns")]]
    if not places:
        return text("report.closed.none", language)
    return text("report.closed.some", language, communes=", ".join(places), months=", ".join(months))

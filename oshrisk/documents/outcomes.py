"""What came of a quarter's plan, as far as it is recorded: the figures of the reports to the People's Committee."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from oshrisk.documents.sources import Source
from oshrisk.evaluate.followup import follow_ups
from oshrisk.evaluate.prevalence import Estimates, estimate
from oshrisk.evaluate.review import Review, review
from oshrisk.issued import Issued
from oshrisk.messages import Language, text
from oshrisk.planning import Quarter
from oshrisk.recording import answers_for_estimates
from oshrisk.reference.communes import communes
from oshrisk.reference.sectors import section_name
from oshrisk.registry.results_rows import Results

COUNTS = ("planned", "done", "labelled", "serious", "violations", "fines", "open_remedies")


@dataclass(frozen=True)
class Outcome:
    """What came of one quarter.

    Parameters
    ----------
    source : Source
        The list.
    results : Results
        What is recorded of it.
    review : Review
        Planned, done and found; list, lottery and decisions.
    estimates : Estimates
        What the drawn visits say of the whole province.
    follow_ups : DataFrame
        What is still to be done on the day of the report.
    """

    source: Source
    results: Results
    review: Review
    estimates: Estimates
    follow_ups: pd.DataFrame

    @property
    def quarter(self) -> Quarter:
        """The quarter."""
        return self.source.issued.quarter


def outcome_of(source: Source) -> Outcome:
    """Look back at a quarter.

    Parameters
    ----------
    source : Source
        The list, the registers and the ledger of today.

    Returns
    -------
    Outcome
        Where nothing is recorded, everything is counted as waiting.
    """
    issued, results, registry = source.issued, source.results, source.registers()
    return Outcome(
        source,
        results,
        review(issued.visits, results, source.decisions, quarter=issued.quarter, later=registry["inspections"]),
        estimate(issued.draw, answers_for_estimates(results)),
        follow_ups(registry, issued.visits, results, source.on, quarter=issued.quarter),
    )


def visits_table(outcome: Outcome, language: Language) -> pd.DataFrame:
    """Return every planned visit with its groups and what came of it.

    Parameters
    ----------
    outcome : Outcome
        The quarter.
    language : {"vi", "en"}
        Language of the groups' names.

    Returns
    -------
    DataFrame, shape (n_visits, 10)
        Indexed by ``enterprise_id``: ``sector`` and ``commune`` in words; and, to be summed, ``recorded`` and `COUNTS`:
        1 or 0, but for ``violations`` (findings), ``fines`` [million VND] and ``open_remedies`` (findings without a
        remedy).
    """
    issued, results = outcome.source.issued, outcome.results
    visits = issued.visits
    state = results.visits.reindex(visits.index)
    label = state["found"].where(state["done"].eq("done")).astype("Float64")
    found = results.findings
    by_place = found.assign(
        count=found["count"].fillna(1.0), fine=found["fine_mvnd"].fillna(0.0), open=found["remedied_on"].isna()
    ).groupby("enterprise_id")[["count", "fine", "open"]]
    sums = by_place.sum().reindex(visits.index, fill_value=0.0)
    return pd.DataFrame(
        {
            "sector": section_names(issued, visits.index, language),
            "commune": _communes(outcome, language),
            "planned": 1,
            "recorded": state["done"].notna().astype("int64"),
            "done": state["done"].eq("done").astype("int64"),
            "labelled": label.notna().astype("int64"),
            "serious": label.fillna(0).astype("int64"),
            "violations": sums["count"].astype("float64"),
            "fines": sums["fine"].astype("float64"),
            "open_remedies": sums["open"].astype("int64"),
        },
        index=visits.index,
    )


def section_names(issued: Issued, ids: pd.Index, language: Language) -> pd.Series:
    """Name the section of enterprises' sectors, the same name for what two versions of a scheme hold alike.

    Parameters
    ----------
    issued : Issued
        The list.
    ids : Index
        The enterprises.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    Series of str
        Indexed by `ids`.
    """
    sections = issued.features["section"].reindex(ids).astype("object")
    names = {letter: section_name(letter, language) for letter in sections.dropna().unique()}
    return sections.map(names).fillna(text("features.unknown", language)).astype("str")


def _communes(outcome: Outcome, language: Language) -> pd.Series:
    issued = outcome.source.issued
    names = communes(issued.programme.office.province_code)["name"].astype("str")
    codes = issued.visits["commune_code"]
    return codes.map(names).fillna(text("features.unknown", language)).astype("str")

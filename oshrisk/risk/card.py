"""The model card: what a table is, what it learned and from whom, and what it must not be used for."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from oshrisk.features.wording import number_text
from oshrisk.messages import LANGUAGES, Language, text
from oshrisk.risk.explain import phrase
from oshrisk.risk.inspectors import Inspectors
from oshrisk.risk.moved import furthest
from oshrisk.risk.severity import Severity
from oshrisk.risk.similarity import LIKENESS
from oshrisk.risk.table import OUTCOMES, RiskTable
from oshrisk.risk.violation import Weights

MOST: Final = 12  # moved points that a card prints; moved.csv has all


@dataclass(frozen=True)
class Lessons:
    """What a table learned, from what, and how far that reaches.

    Parameters
    ----------
    table, prior : RiskTable
        The table, and what it started from.
    moved : DataFrame
        Which points data moved: see `oshrisk.risk.moved.put_back`.
    labels : dict of str to int
        Labelled rows by outcome.
    severity : Severity
        Lost days per accident.
    weights : Weights
        Weights of the visits that it learned violations from.
    inspectors : Inspectors or None
        How much of what the visits of the last year found is the inspector; None where no inspector is named.
    likeness : dict of str to int
        Enterprises by `oshrisk.risk.similarity.LIKENESS`.
    """

    table: RiskTable
    prior: RiskTable
    moved: pd.DataFrame
    labels: dict[str, int]
    severity: Severity
    weights: Weights
    inspectors: Inspectors | None
    likeness: dict[str, int]

    def sentences(self, language: Language = "vi") -> list[str]:
        """Say from how many labels it learned, and what stands between these labels and the truth."""
        counts = [
            _say("labels", language, outcome=_say(f"outcomes.{outcome}", language), count=self.labels.get(outcome, 0))
            for outcome in OUTCOMES
        ]
        return [*counts, self._severity(language), self.weights.report(language), *self._selection(language)]

    def facts(self) -> dict[str, Any]:
        """Return the figures behind `sentences`, for scripts."""
        found = self.inspectors
        return {
            "labels": self.labels,
            "days_per_accident": self.severity.days,
            "visits": {
                "count": len(self.weights.weight),
                "effective": self.weights.effective,
                "truncated": int(self.weights.truncated.sum()),
                "estimated": int(self.weights.estimated.sum()),
            },
            "inspectors": None
            if found is None
            else {"latent_share": found.latent_share, "deviance_share": found.deviance_share, "gain": found.gain},
            "enterprises": self.likeness,
            "moved": self.moved.to_dict("records"),
        }

    def moves(self, language: Language = "vi", *, most: int = MOST) -> list[str]:
        """Say which points moved furthest, in words.

        Parameters
        ----------
        language : {"vi", "en"}, default "vi"
            Language.
        most : int, default 12
            Lines at most.

        Returns
        -------
        list of str
            The furthest first; levels and the shrinkage are not among them.
        """
        rows = furthest(self.moved)
        words = [phrase(self.table, factor, state, language) for factor, state in rows[["factor", "state"]].to_numpy()]
        how = dict.fromkeys(("before", "after", "low", "high"), "first") | dict.fromkeys(("labels", "events"), "sum")
        same = ["words", "outcome"]  # a group of sectors is said once, though each of its codes moved
        said = rows.assign(words=words).groupby(same, sort=False).agg(how).reset_index()
        return [_move(row, language) for row in said.head(most).to_dict("records")]

    def _severity(self, language: Language) -> str:
        days = [self.prior.constant("days_per_accident"), self.severity.days]
        before, after = (number_text(round(value, 1), language) for value in days)
        count = number_text(self.severity.accidents, language)
        return _say("severity", language, before=before, after=after, count=count)

    def _selection(self, language: Language) -> list[str]:
        found = self.inspectors
        counts = {name: number_text(self.likeness.get(name, 0), language) for name in LIKENESS}
        reach = _say("likeness", language, **counts)
        if found is None:
            return [_say("no_inspector", language), reach]
        shares = {"latent": found.latent_share, "deviance": found.deviance_share}
        said = {name: _percent(share, language) for name, share in shares.items()}
        key = "inspectors" if found.gain > 0 else "inspectors_alike"
        return [_say(key, language, visits=found.labels, count=len(found.effects), **said), reach]


def _move(row: Mapping[Hashable, Any], language: Language) -> str:
    ratios = {name: number_text(float(np.exp(row[name])), language) for name in ("before", "after", "low", "high")}
    counts = {name: number_text(row[name], language) for name in ("labels", "events")}
    outcome = _say(f"outcomes.{row['outcome']}", language)
    return _say("move", language, words=row["words"], outcome=outcome, **counts, **ratios)


def model_card(lessons: Lessons, params: Mapping[str, Any], language: Language) -> str:
    """Say on a page what a model is, what it learned from, and what it must not be used for.

    Parameters
    ----------
    lessons : Lessons
        What it learned.
    params : mapping
        Parameters of the run: ``kind``, ``as_of``, ``snapshot``, ``simulated``.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    str
        Markdown.
    """
    table, prior = lessons.table, lessons.prior
    moves = [f"- {line}" for line in lessons.moves(language)] or [_say("nothing_moved", language)]
    what = _say(
        "learned", language, kind=params["kind"], prior=prior.name, id=table.model_id[:12], as_of=params["as_of"]
    )
    lines = [
        f"# {_say('title', language, name=table.name)}",
        *([f"**{_say('simulated', language)}**"] if params["simulated"] else []),
        f"{what} {_say('use', language)}",
        f"## {_say('heads.lessons', language)}",
        "\n".join(f"- {line}" for line in lessons.sentences(language)),
        f"## {_say('heads.moved', language)}",
        "\n".join([*moves, "", _say("all_moved", language, count=len(lessons.moved))]),
        f"## {_say('heads.levels', language)}",
        _levels(table, language),
        f"## {_say('heads.limits', language)}",
        _say("limits", language),
        _say("snapshot", language, snapshot=str(params["snapshot"])[:16]),
    ]
    return "\n\n".join(lines) + "\n"


def table_card(table: RiskTable) -> str:
    """Say in both languages what a table is that no data has moved.

    Parameters
    ----------
    table : RiskTable
        Such as the packaged expert table.

    Returns
    -------
    str
        Markdown: Vietnamese, then English.
    """
    return "\n".join(_table_card(table, language) for language in LANGUAGES)


def _table_card(table: RiskTable, language: Language) -> str:
    held = sum(bool(factor.feature) for factor in table.factors)
    marks = table.to_frame()
    marks = marks[(marks["state"] != "unknown") & (marks["log_rr"] != 0)]["mark"].value_counts()
    counted = ", ".join(f"{text(f'report.marks.{mark}', language)} {count}" for mark, count in marks.items())
    title = table.title_vi if language == "vi" else table.title_en
    lines = [
        f"# {_say('title', language, name=title)}",
        f"{_say('expert', language, name=table.name, id=table.model_id[:12])} {_say('use', language)}",
        f"## {_say('heads.made', language)}",
        _say("factors", language, factors=len(table.factors), held=held, sectors=len(table.base.rows)),
        _say("marks", language, marks=counted),
        f"## {_say('heads.levels', language)}",
        _levels(table, language),
        f"## {_say('heads.limits', language)}",
        f"{_say('no_labels', language)} {_say('limits', language)}",
    ]
    return "\n\n".join(lines) + "\n"


def _levels(table: RiskTable, language: Language) -> str:
    """Lay out levels, shrinkage and constants as a Markdown table."""
    head = [_say(f"columns.{name}", language) for name in ("constant", "value", "unit", "mark")]
    rows = [(_say(f"outcomes.{name}", language), table.base.level[name]) for name in OUTCOMES]
    rows += [(f"`{name}`", entry) for name, entry in table.constants.items()]
    cells = [[name, f"{entry.value:.4g}", entry.unit, entry.mark] for name, entry in rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *cells])


def _percent(share: float, language: Language) -> str:
    return _say("not_known", language) if np.isnan(share) else f"{number_text(round(100 * share, 1), language)} %"


def _say(key: str, language: Language, **values: object) -> str:
    return text(f"risk.card.{key}", language, **values)

"""One enterprise's reasons, taken apart and shown: what is known of it, and what each factor multiplies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from oshrisk.display import card, new_axes, shown_language, titled
from oshrisk.features.wording import number_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.risk.explain import base_levels, factor_title, phrase
from oshrisk.risk.table import OUTCOMES, RiskTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PER: Final = {"accident": 1000.0, "fatal": 1000.0, "violation": 1.0}  # rates are shown per 1,000 worker-years
_NEUTRAL: Final = 1e-9  # log multipliers below this are none
RATIOS: Final = (0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0)


@dataclass(frozen=True)
class Explanation:
    """Why an enterprise stands where it does.

    Parameters
    ----------
    enterprise_id, name : str
        Which it is.
    assessed : Series
        Its row of the assessment.
    reasons : DataFrame
        Its rows of `oshrisk.risk.reasons`: outcome, factor, state, multiplier, known.
    table : RiskTable
        The model.
    ranked : int
        How many enterprises were ranked with it.
    simulated : bool
        Whether the registers are simulated.
    """

    enterprise_id: str
    name: str
    assessed: pd.Series
    reasons: pd.DataFrame
    table: RiskTable
    ranked: int
    simulated: bool

    @property
    def wide(self) -> pd.DataFrame:
        """One row a factor, indexed by ``factor``: state, known, and a multiplier an outcome; strongest first."""
        keys = ["factor", "state", "known"]
        frame = self.reasons.set_index([*keys, "outcome"])["multiplier"].unstack()[list(OUTCOMES)].reset_index()
        strength = np.abs(np.log(frame[list(OUTCOMES)])).max(axis="columns")
        order = np.lexsort((frame["factor"], -strength, ~frame["known"]))
        return frame.iloc[order].set_index("factor").rename_axis(columns=None)

    @property
    def totals(self) -> pd.Series:
        """By outcome, the average times all multipliers: the rate per worker-year, or the odds of a violation."""
        product = self.reasons.groupby("outcome")["multiplier"].prod()
        return (product * base_levels(self.table)).rename("total")

    def html(self, language: Language | None = None) -> str:
        """Return the card that a notebook shows.

        Parameters
        ----------
        language : {"vi", "en"}, optional
            As `oshrisk.display.shown_language`.

        Returns
        -------
        str
            HTML.
        """
        lang = shown_language(language)
        words, wide = catalogue("views", lang)["reasons"], self.wide
        known = wide[wide["known"]]
        missing = [factor_title(self.table, str(name), lang) for name in wide.index[~wide["known"]]]
        return card(
            self._title(lang),
            {
                words["class"]: str(self.assessed["risk_class"]),
                words["index"]: number_text(round(self.assessed["index"], 1), lang),
                words["known"]: words["of_factors"].format(known=len(known), all=len(wide)),
            },
            head=list(words["head"].values()),
            rows=[
                [words["base"], "", *self._levels(base_levels(self.table), lang)],
                *(self._line(name, row, lang) for name, row in known.iterrows()),
                [words["result"], "", *self._levels(self.totals, lang)],
            ],
            notes=[words["note"], words["missing"].format(names="; ".join(missing) or words["none"])],
            simulated=self.simulated,
            language=lang,
        )

    def plot(self, outcome: str = "accident", *, language: Language | None = None, ax: Axes | None = None) -> Axes:
        """Draw what each known factor multiplies.

        Parameters
        ----------
        outcome : {"accident", "fatal", "violation"}, default "accident"
            Whose multipliers.
        language : {"vi", "en"}, optional
            As `oshrisk.display.shown_language`.
        ax : Axes, optional
            Where to draw; by default on a new figure.

        Returns
        -------
        Axes
            A bar a factor, from 1, on a log scale; factors that multiply by 1 are left out.
        """
        lang = shown_language(language)
        rows = self.wide[outcome].loc[lambda column: np.abs(np.log(column)) > _NEUTRAL].sort_values()
        axes = ax or new_axes(7.5, 1.4 + 0.3 * max(len(rows), 3))
        hatches: list[Any] = ["////" if value > 1 else "" for value in rows]
        place = np.arange(len(rows))
        axes.barh(place, rows - 1, left=1.0, color="white", edgecolor="0.2", hatch=hatches)
        axes.set_yticks(place, [factor_title(self.table, str(name), lang) for name in rows.index], fontsize=8)
        axes.axvline(1.0, color="0.2", linewidth=0.8)
        axes.set_xscale("log")
        axes.set_xticks(RATIOS, [number_text(value, lang) for value in RATIOS], minor=False)
        axes.minorticks_off()
        ends = (*rows, 0.8, 1.25)
        axes.set_xlim(min(ends) / 1.1, max(ends) * 1.1)
        axes.set_xlabel(text("views.reasons.multiplier", lang))
        said = text(f"views.reasons.outcomes.{outcome}", lang)
        title = text("views.reasons.picture", lang, name=self.name, outcome=said)
        return titled(axes, title, simulated=self.simulated, language=lang)

    def _repr_html_(self) -> str:
        return self.html()

    def _title(self, language: Language) -> str:
        where = {
            name: number_text(count, language)
            for name, count in (("rank", self.assessed["rank"]), ("total", self.ranked))
        }
        return text("views.reasons.title", language, name=self.name, id=self.enterprise_id, **where)

    def _line(self, name: Any, row: pd.Series, language: Language) -> list[str]:
        said = phrase(self.table, str(name), str(row["state"]), language)
        multipliers = (f"× {number_text(round(row[outcome], 2), language)}" for outcome in OUTCOMES)
        return [factor_title(self.table, str(name), language), said, *multipliers]

    def _levels(self, levels: pd.Series, language: Language) -> list[str]:
        return [number_text(round(levels[outcome] * _PER[outcome], 2), language) for outcome in OUTCOMES]

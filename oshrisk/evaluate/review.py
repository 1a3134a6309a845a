"""Looking back at one quarter: what was planned, done and found, and whether decisions against the list paid.

An enterprise is *labelled* where a check was carried out and says whether there was a serious violation. Refused,
closed and not found are no labels: they are counted, and never taken for "no violation".
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
import pandas as pd

from oshrisk.features.wording import number_text
from oshrisk.messages import Language, text
from oshrisk.planning.quarter import Quarter
from oshrisk.registry.results_rows import BODY, Results

STATES: Final = ("done", "closed", "not_found", "refused", "not_done")
ARMS: Final = ("mandatory", "complaint", "risk", "random")
GROUPS: Final = ("list", "lottery", "added", "displaced")
PAIRS: Final = (("list", "lottery"), ("added", "displaced"))
LEVEL: Final = 0.95  # of all intervals


@dataclass(frozen=True)
class Review:
    """What a quarter's plan came to.

    Parameters
    ----------
    quarter : Quarter
        The quarter.
    arms : DataFrame, shape (n_arms + 1, 14)
        By ``arm`` and ``"all"``: ``planned``, ``recorded``, `STATES`, ``waiting`` (not recorded yet), ``labelled``,
        ``serious``, ``rate``, ``low``, ``high``.
    groups : DataFrame, shape (4, 6)
        By ``group``: the list (mandatory, complaint and risk without additions), the lottery, what decisions added,
        and what they displaced (dropped, deferred, or out of the list because of an addition): ``planned``,
        ``labelled``, ``serious``, ``rate``, ``low``, ``high``.
    differences : DataFrame, shape (2, 5)
        ``first``, ``second``, ``difference`` of their rates, ``low``, ``high``.
    overrides : DataFrame
        By ``decision``: ``action``, ``enterprise_id``, ``reason_code``, ``found`` (of the enterprise itself, where it
        is labelled), ``displaced`` (ids), ``displaced_labelled``, ``displaced_serious`` (counts).
    unreported : tuple of (int, int, int)
        Accidents found that were not reported, at how many places, of how many that have an answer.
    moved : DataFrame
        What moves in the model, as `oshrisk.risk.moved.furthest` returns it (logs of relative risks), with the
        factor's bin in ``words``; no rows where it was not asked.
    """

    quarter: Quarter
    arms: pd.DataFrame
    groups: pd.DataFrame
    differences: pd.DataFrame
    overrides: pd.DataFrame
    unreported: tuple[int, int, int]
    moved: pd.DataFrame

    def sentences(self, language: Language = "vi") -> list[str]:
        """Say it in words, the figures with their intervals."""
        return [sentence for part in _SAID for sentence in part(self, language)]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name, in the order of reading; those without rows are left out."""
        frames = {
            "arms": self.arms.reset_index(),
            "groups": self.groups.reset_index(),
            "differences": self.differences,
            "overrides": self.overrides.reset_index(),
            "moved": self.moved,
        }
        return {name: frame for name, frame in frames.items() if len(frame)}


def review(
    plan_visits: pd.DataFrame,
    results: Results,
    decisions: pd.DataFrame | None = None,
    *,
    quarter: Quarter,
    later: pd.DataFrame | None = None,
    moved: pd.DataFrame | None = None,
) -> Review:
    """Look back at a quarter.

    Parameters
    ----------
    plan_visits : DataFrame
        The plan, indexed by ``enterprise_id``: ``arm`` is used.
    results : Results
        What is recorded of the quarter.
    decisions : DataFrame, optional
        Decisions that stand, indexed by ``decision`` (`oshrisk.ledger.decisions`): ``action``, ``enterprise_id``,
        ``reason_code``, ``displaced`` (list of enterprise_id, or None).
    quarter : Quarter
        The quarter.
    later : DataFrame, optional
        ``inspections`` of the registry: checks of the department since the quarter began label what was displaced.
        The first one counts. Only what was drawn, or visited for another reason, is known that way.
    moved : DataFrame, optional
        What moves in the model with these results, as in `Review`.

    Returns
    -------
    Review
        Tables and, through `Review.sentences`, words.
    """
    visits = results.visits.reindex(plan_visits.index)
    visits = visits.assign(arm=plan_visits["arm"].astype("str"))
    label = visits["found"].where(visits["done"].eq("done")).astype("Float64")
    wider = _labels(label, later, quarter)
    orders = _no_decisions() if decisions is None else decisions
    added = pd.Index(orders.loc[orders["action"].eq("add"), "enterprise_id"])
    out = orders.loc[orders["action"].isin(["drop", "defer"]), "enterprise_id"]
    displaced = pd.Index(out).union(pd.Index(list(chain.from_iterable(_displaced(orders))), dtype=object), sort=True)
    by_choice = visits["arm"].ne("random") & ~visits.index.isin(added)
    groups = {
        "list": label[by_choice],
        "lottery": label[visits["arm"].eq("random") & ~visits.index.isin(added)],
        "added": label.reindex(added.unique()),
        "displaced": wider.reindex(displaced.difference(added)),
    }
    table = pd.DataFrame({name: _share(values) for name, values in groups.items()}).T.rename_axis("group")
    return Review(
        quarter,
        _arms(visits, label),
        table.astype(dict.fromkeys(("planned", "labelled", "serious"), "int64")),
        _differences(table),
        _overrides(orders, wider),
        _unreported(visits),
        pd.DataFrame() if moved is None else moved,
    )


def rate_interval(positive: float, of: float, level: float = LEVEL) -> tuple[float, float]:
    """Return the exact interval of Clopper and Pearson (1934) of a share.

    Parameters
    ----------
    positive, of : float
        Counts.
    level : float, default 0.95
        Probability of covering the true share, at least.

    Returns
    -------
    tuple of float
        NaN where nothing is counted.

    Examples
    --------
    >>> [round(limit, 3) for limit in rate_interval(0, 10)]
    [0.0, 0.308]
    """
    from scipy.stats import beta  # noqa: PLC0415  # slow to import

    if not of:
        return float("nan"), float("nan")
    tail = (1 - level) / 2
    low = float(beta.ppf(tail, positive, of - positive + 1)) if positive else 0.0
    high = float(beta.ppf(1 - tail, positive + 1, of - positive)) if positive < of else 1.0
    return low, high


def difference_interval(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float, float]:
    """Return the difference of two shares with its interval, from the exact intervals of both.

    The limits are put together by the square-and-add rule (Newcombe 1998, Statistics in Medicine 17:873, method 10,
    with exact instead of score limits, which is cautious with few labels).

    Parameters
    ----------
    first, second : tuple of (float, float)
        Positive and counted.

    Returns
    -------
    tuple of float
        Difference, low, high; NaN where one group has no label.

    Examples
    --------
    >>> [round(value, 2) for value in difference_interval((8, 10), (2, 10))]
    [0.6, 0.1, 0.85]
    """
    if not first[1] or not second[1]:
        return float("nan"), float("nan"), float("nan")
    (a, n), (b, m) = first, second
    p, q = a / n, b / m
    (p_low, p_high), (q_low, q_high) = rate_interval(a, n), rate_interval(b, m)
    low = p - q - float(np.hypot(p - p_low, q_high - q))
    high = p - q + float(np.hypot(p_high - p, q - q_low))
    return p - q, low, high


def _share(label: pd.Series) -> pd.Series:
    labelled, serious = int(label.notna().sum()), int(label.fillna(0).sum())
    low, high = rate_interval(serious, labelled)
    rate = serious / labelled if labelled else float("nan")
    figures = {"planned": len(label), "labelled": labelled, "serious": serious, "rate": rate, "low": low, "high": high}
    return pd.Series(figures, dtype="float64")


def _arms(visits: pd.DataFrame, label: pd.Series) -> pd.DataFrame:
    rows = {}
    present = [arm for arm in ARMS if visits["arm"].eq(arm).any()]
    for arm in [*present, "all"]:
        mine = visits["arm"].eq(arm) | (arm == "all")
        state = visits.loc[mine, "done"]
        counts = {"planned": len(state), "recorded": state.notna().sum()}
        counts |= {name: state.eq(name).sum() for name in STATES} | {"waiting": state.isna().sum()}
        rows[arm] = pd.concat([pd.Series(counts, dtype="float64"), _share(label[mine]).drop("planned")])
    whole = dict.fromkeys(("planned", "recorded", *STATES, "waiting", "labelled", "serious"), "int64")
    return pd.DataFrame(rows).T.rename_axis("arm").astype(whole)


def _labels(label: pd.Series, later: pd.DataFrame | None, quarter: Quarter) -> pd.Series:
    """Add the first check since the quarter began of enterprises that the quarter's results say nothing of."""
    known = label.dropna()
    if later is None:
        return known
    own = (later["body"].eq(BODY) | later["body"].isna()) & later["done"].ne("not_done")
    seen = later[own & later["found"].notna() & (later["started_on"] >= quarter.start)]
    first = seen.sort_values(["started_on", "inspection_id"], kind="stable").drop_duplicates("enterprise_id")
    more = first.set_index("enterprise_id")["found"].astype("Float64")
    return pd.concat([known, more[~more.index.isin(known.index)]])


def _differences(groups: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for first, second in PAIRS:
        counts = [(groups.at[name, "serious"], groups.at[name, "labelled"]) for name in (first, second)]
        difference, low, high = difference_interval(counts[0], counts[1])
        rows.append({"first": first, "second": second, "difference": difference, "low": low, "high": high})
    return pd.DataFrame(rows)


def _overrides(decisions: pd.DataFrame, label: pd.Series) -> pd.DataFrame:
    lists = _displaced(decisions)
    known = [label.reindex(ids).dropna() for ids in lists]
    kept = decisions[["action", "enterprise_id", "reason_code"]].astype("str")
    return kept.assign(
        found=label.reindex(kept["enterprise_id"]).astype("boolean").array,
        displaced=pd.Series([", ".join(ids) for ids in lists], index=kept.index, dtype="str"),
        displaced_labelled=[len(values) for values in known],
        displaced_serious=[int(values.sum()) for values in known],
    )


def _displaced(decisions: pd.DataFrame) -> list[list[str]]:
    """Return whom each decision displaced; a decision that no version was solved with has displaced nobody yet."""
    return [list(ids) if isinstance(ids, list) else [] for ids in decisions["displaced"]]


def _no_decisions() -> pd.DataFrame:
    columns = ["action", "enterprise_id", "reason_code", "displaced"]
    return pd.DataFrame({name: pd.Series(dtype="object") for name in columns}).rename_axis("decision")


def _unreported(visits: pd.DataFrame) -> tuple[int, int, int]:
    found = visits["unreported_accidents"].dropna()
    return int(found.sum()), int(found.gt(0).sum()), len(found)


def _say_done(review: Review, language: Language) -> list[str]:
    return [
        text("results.review.planned", language, **review.arms.loc["all"].to_dict() | _whole(review.arms.loc["all"]))
    ]


def _whole(row: pd.Series) -> dict[str, Any]:
    return {name: int(value) for name, value in row.items() if name not in ("rate", "low", "high")}


def _say_groups(review: Review, language: Language) -> list[str]:
    said = []
    for name, row in review.groups.iterrows():
        if not row["planned"]:
            continue
        group = text(f"results.review.groups.{name}", language)
        key = "group" if row["labelled"] else "group_unknown"
        shares = {limit: _percent(row[limit], language) + " %" for limit in ("rate", "low", "high")}
        said.append(text(f"results.review.{key}", language, group=group, **shares, **_whole(row)))
    return said


def difference_sentences(review: Review, language: Language = "vi") -> list[str]:
    """Say whether the list found more than the lottery, and what decisions added more than what they displaced.

    Parameters
    ----------
    review : Review
        The review.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    list of str
        Nothing of pairs of which one group is empty.
    """
    said = []
    for row in review.differences.to_dict("records"):
        if not review.groups.loc[[row["first"], row["second"]], "planned"].all():
            continue
        names = {name: text(f"results.review.groups.{row[name]}", language) for name in ("first", "second")}
        shares = {name: _percent(row[name], language) for name in ("difference", "low", "high")}
        said.append(text(f"results.review.{_verdict(row)}", language, **names, **shares))
    displaced = review.groups.loc["displaced"]
    if displaced["planned"]:
        said.append(text("results.review.displaced_caveat", language, **_whole(displaced)))
    return said


def _say_differences(review: Review, language: Language) -> list[str]:
    said = difference_sentences(review, language)
    if review.groups.at["lottery", "labelled"]:
        said.append(text("results.review.lottery_caveat", language, quarter=review.quarter))
    return said


def _verdict(row: dict[str, Any]) -> str:
    if np.isnan(row["difference"]):
        return "not_comparable"
    if row["low"] <= 0 <= row["high"]:
        return "too_few"
    return "higher" if row["difference"] > 0 else "lower"


def _say_unreported(review: Review, language: Language) -> list[str]:
    accidents, places, asked = review.unreported
    if not asked:
        return []
    return [text("results.review.unreported", language, accidents=accidents, places=places, asked=asked)]


def _say_moved(review: Review, language: Language) -> list[str]:
    said = []
    for row in review.moved.head(_MOVES_SAID).to_dict("records"):
        ratios = {name: number_text(float(np.exp(row[name])), language) for name in ("before", "after")}
        outcome = text(f"results.review.outcomes.{row['outcome']}", language)
        facts = {"words": row["words"], "outcome": outcome, "labels": int(row["labels"])}
        said.append(text("results.review.moved", language, **facts, **ratios))
    return said


def _percent(share: float, language: Language) -> str:
    return "–" if np.isnan(share) else number_text(round(100 * share, 1), language)


_MOVES_SAID: Final = 5
_SAID: Final = (_say_done, _say_groups, _say_differences, _say_unreported, _say_moved)

"""Who must, may or may not be checked, how and how long, as dated rows: facts in, an effect out.

A row holds where its condition does. A condition is a conjunction of facts, each possibly with "not"
("checked_this_year and not sign"), or "always". What a fact is stands in `oshrisk.planning.facts`; a rule that is
added, changed or ended is a row.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.reference.load import Day, table, valid_on
from oshrisk.reference.rules import rules

STATUSES: Final = ("must", "may", "not_now")
"""Effects of which the first in the order of precedence decides whether an enterprise is checked."""

MODES: Final = ("on_site", "remote")
"""Effects of which the first decides the only mode of a check that is left."""

EFFECTS: Final = (*STATUSES, *MODES, "remote_possible", "length", "note", "cap")
"""All effects. ``remote_possible``: a remote check is allowed; ``length``: adds `value` days to the longest check;
``note``: to be known, decides nothing; ``cap``: caps count the legal entity."""

UNTIL: Final = ("year_end", "quarter_end", "none")
"""Until when an effect holds: the last day of the planned quarter, of its year, or no end."""

ALWAYS: Final = "always"
_TERM: Final = re.compile(r"(?P<negated>not )?(?P<fact>(?!(?:and|not|always)\b)[a-z][a-z0-9_]*)")


class Term(NamedTuple):
    """A fact, and whether it has to hold or has not to."""

    fact: str
    holds: bool


def terms(condition: str) -> tuple[Term, ...]:
    """Read a condition.

    Parameters
    ----------
    condition : str
        Facts joined by "and", each possibly with "not" before it, or "always".

    Returns
    -------
    tuple of Term
        All have to be met; empty for "always".

    Raises
    ------
    OshriskError
        If the condition is written otherwise.

    Examples
    --------
    >>> terms("complaint and not closed")
    (Term(fact='complaint', holds=True), Term(fact='closed', holds=False))
    """
    if condition == ALWAYS:
        return ()
    matches = [_TERM.fullmatch(part) for part in condition.split(" and ")]
    found = tuple(Term(match["fact"], match["negated"] is None) for match in matches if match)
    if len(found) < len(matches):
        raise OshriskError("reference.bad_condition", condition=condition)
    return found


def eligibility_rules(date: Day) -> pd.DataFrame:
    """Return the rows in force on a date, in the order of precedence.

    Parameters
    ----------
    date : str or date
        The day.

    Returns
    -------
    DataFrame
        ``precedence`` (each once), ``rule_id`` (of `oshrisk.reference.rules`), ``effect`` (one of `EFFECTS`),
        ``condition`` (see `terms`), ``reason`` (key of ``plan.reasons``), ``until`` (one of `UNTIL`), ``value``
        (days, of ``length``), ``valid_from`` (the later of the row's and its article's; NaT: always), ``valid_to``,
        ``article`` and ``article_en`` (empty where no article is in force), ``source``, ``confidence``.

    Raises
    ------
    OshriskError
        If a row has an unknown effect or end, a condition that cannot be read, a length without days, or a
        precedence that is no number or stands twice.

    Notes
    -----
    From 1 July to 4 August 2025 the old Law on Inspection no longer and Decree 217/2025 not yet held: grounds of
    that time have no article.

    Examples
    --------
    >>> before, after = (set(eligibility_rules(day)["effect"]) for day in ("2025-08-04", "2025-08-05"))
    >>> sorted(after - before)
    ['length', 'remote', 'remote_possible']
    """
    rows = valid_on(table("eligibility"), date).reset_index(drop=True)
    _check(rows)
    rows["precedence"] = rows["precedence"].astype("int64")
    law = rules(date).reindex(rows["rule_id"])
    rows["article"] = law["article"].fillna("").to_numpy()
    rows["article_en"] = law["article_en"].fillna("").to_numpy()
    article_from = law["valid_from"].set_axis(rows.index)
    rows["valid_from"] = pd.concat([rows["valid_from"], article_from], axis="columns").max(axis="columns")
    return rows.sort_values("precedence", kind="stable", ignore_index=True)


def _check(rows: pd.DataFrame) -> None:
    """Refuse rows that the engine cannot apply: an unread rule must not pass for one that does not hold."""
    order = rows["precedence"].fillna("")
    wrong = {
        "precedence": ~order.str.fullmatch(r"\d+") | order.duplicated(keep=False),
        "effect": ~rows["effect"].isin(EFFECTS),
        "until": ~rows["until"].isin(UNTIL),
        "value": rows["effect"].eq("length") & rows["value"].isna(),
        "reason": rows["reason"].isna(),
    }
    for column, bad in wrong.items():
        if bad.any():
            row = rows[bad].iloc[0]
            known = {"effects": ", ".join(EFFECTS), "ends": ", ".join(UNTIL)}
            raise OshriskError("reference.bad_row", rule=row["rule_id"], column=column, value=row[column], **known)
    for condition in rows["condition"].fillna("").unique():
        terms(condition)

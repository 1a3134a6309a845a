"""Decisions of people around which the plan is solved again: add, drop, defer, change of mode."""

from __future__ import annotations

import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.messages import Language, text
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.texts import article_text, reason_text

RULE = "decision"  # stands where a rule of law stands otherwise


def decided(state: pd.DataFrame, decisions: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Change the state of the enterprises on which somebody has decided.

    Parameters
    ----------
    state : DataFrame, shape (n_enterprises, ...)
        From `oshrisk.planning.state.planning_state`.
    decisions : DataFrame, shape (n_decisions, ...)
        Those that stand: ``action`` (add, drop, defer, mode; resume: an earlier quarter's plan put it off to this
        one), ``enterprise_id``, ``value`` (mode, or the quarter it is put off to) and ``at``.
    quarter : Quarter
        The quarter.

    Returns
    -------
    DataFrame, shape (n_enterprises, ...)
        `state` with ``status``, ``reason``, ``rule_id``, ``article``, ``on``, ``until`` and ``modes`` changed, and
        ``decision``: the action on the list (empty: none).

    Raises
    ------
    OshriskError
        If somebody is added, or sent to on site, against the law, or is not in the registry: all of them at once.
    """
    _expect_lawful(state, decisions, quarter)
    out = state.assign(decision=pd.Series("", state.index, dtype="str"))
    for row in decisions.itertuples(index=False):  # a handful
        if row.action == "mode":
            out.loc[row.enterprise_id, "modes"] = row.value
            continue
        if row.action == "resume" and out.at[row.enterprise_id, "status"] == "not_now":
            continue  # the law has come between since it was put off
        out.loc[row.enterprise_id, "decision"] = row.action
        if row.action in {"add", "resume"}:
            out.loc[row.enterprise_id, "status"] = "must"
            continue
        until = quarter.end if row.action == "drop" else Quarter.parse(row.value).start - pd.Timedelta(days=1)
        out.loc[row.enterprise_id, ["status", "reason", "rule_id", "article"]] = [
            "not_now", "dropped" if row.action == "drop" else "deferred", RULE, ""
        ]  # fmt: skip
        out.loc[row.enterprise_id, "on"] = _day(row.at)
        out.loc[row.enterprise_id, "until"] = until
    return out


def _expect_lawful(state: pd.DataFrame, decisions: pd.DataFrame, quarter: Quarter) -> None:
    unknown = decisions.loc[~decisions["enterprise_id"].isin(state.index), "enterprise_id"]
    if len(unknown):
        raise OshriskError("plan.decision_unknown", enterprises=", ".join(unknown))
    added = decisions.loc[decisions["action"].eq("add"), "enterprise_id"]
    on_site = decisions.loc[decisions["action"].eq("mode") & decisions["value"].eq("on_site"), "enterprise_id"]
    remote = decisions.loc[decisions["action"].eq("mode") & decisions["value"].eq("remote"), "enterprise_id"]
    against = state.loc[added][state.loc[added, "status"].eq("not_now")]
    if len(against):
        raise OshriskError("plan.decision_against_law", cases=lambda language: _cases(against, quarter, language))
    exempt = state.loc[on_site][state.loc[on_site, "modes"].eq("remote")]
    if len(exempt):
        raise OshriskError("plan.decision_exempt", enterprises=", ".join(exempt.index))
    blind = state.loc[remote][~state.loc[remote, "remote_possible"] | state.loc[remote, "modes"].eq("on_site")]
    if len(blind):
        raise OshriskError("plan.decision_no_remote", enterprises=", ".join(blind.index))


def _cases(rows: pd.DataFrame, quarter: Quarter, language: Language) -> str:
    said = reason_text(rows, language)
    articles = article_text(rows, quarter, language)
    return "; ".join(
        text("plan.words.case", language, enterprise=name, reason=reason, article=article)
        for name, reason, article in zip(rows.index, said, articles, strict=True)
    )


def _day(at: pd.Timestamp) -> pd.Timestamp:
    return pd.Timestamp(at).tz_localize(None).normalize().as_unit("s")

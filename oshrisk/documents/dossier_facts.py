"""What dossiers are made from: gathered once for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from oshrisk.documents.parts import Column, Table
from oshrisk.documents.standing import contest, standing
from oshrisk.duties.legal import legal_duties
from oshrisk.features.equipment import equipment_states
from oshrisk.features.timeline import timeline
from oshrisk.features.wording import record_text
from oshrisk.issued import Issued
from oshrisk.messages import Language, catalogue
from oshrisk.report.facts import address, identity
from oshrisk.risk import top_reasons
from oshrisk.risk.explain import SECTOR
from oshrisk.risk.what_if import class_changes

ALL_FACTORS = 99  # more than any table has: every reason, not the first three


Rows = Mapping[str, list[dict[str, Any]]]  # by enterprise


@dataclass(frozen=True)
class Facts:
    """Frames about some enterprises, and the words to put them into.

    Parameters
    ----------
    issued : Issued
        The list.
    language : {"vi", "en"}
        Language.
    scores : bool
        Whether scores may be shown.
    firms : DataFrame
        Their rows of ``enterprises``, indexed by enterprise_id.
    identity : DataFrame
        ``name``, ``commune``, ``sector`` in words.
    address : Series of str
        Street and commune.
    standing : Series of str
        What the list does with each, and why.
    reasons : mapping of str to list of dict
        By enterprise, a row a factor from `oshrisk.risk.reasons` with a multiplier an outcome: the sector, then what
        raises the priority, the strongest first, then the rest.
    changes, duties, machines, timeline : mapping of str to list of dict
        By enterprise, from `oshrisk.risk.what_if.class_changes` (of those that are ranked),
        `oshrisk.duties.legal.legal_duties`, `oshrisk.features.equipment.equipment_states` and
        `oshrisk.features.timeline.timeline`.
    records : mapping of (str, str) to list of str
        By enterprise and feature: the records behind it in words, the latest first.
    contest : str
        How an enterprise may contest what is held of it.
    """

    issued: Issued
    language: Language
    scores: bool
    firms: pd.DataFrame
    identity: pd.DataFrame
    address: pd.Series
    standing: pd.Series
    reasons: Rows
    changes: Rows
    duties: Rows
    machines: Rows
    timeline: Rows
    records: Mapping[tuple[str, str], list[str]]
    contest: str

    @property
    def words(self) -> dict[str, Any]:
        """The catalogue of dossiers."""
        return catalogue("dossier", self.language)


def gather(issued: Issued, ids: pd.Index, language: Language, *, scores: bool = True) -> Facts:
    """Gather what the dossiers of some enterprises say.

    Parameters
    ----------
    issued : Issued
        The list of a quarter.
    ids : Index of str
        The enterprises.
    language : {"vi", "en"}
        Language.
    scores : bool, default True
        Whether scores may be shown.

    Returns
    -------
    Facts
        The frames.
    """
    known, how = issued.registry, issued.programme.ranking
    province = issued.programme.office.province_code
    ranked = ids[ids.isin(issued.assessment.index)]
    changes = class_changes(
        issued.features,
        issued.table,
        issued.assessment,
        ranked,
        priority=how.priority,
        class_limits=how.class_limits,
    )
    machines = equipment_states(known)
    return Facts(
        issued=issued,
        language=language,
        scores=scores,
        firms=known["enterprises"].set_index("enterprise_id").loc[ids],
        identity=identity(known, ids, province, language),
        address=address(known, ids, province),
        standing=standing(issued, ids, language),
        reasons=_by_enterprise(_reasons(issued, ids)),
        changes=_by_enterprise(changes),
        duties=_by_enterprise(legal_duties(known, issued.features, ids)),
        machines=_by_enterprise(machines[machines["enterprise_id"].isin(ids)]),
        timeline=_by_enterprise(timeline(known, ids)),
        records=_records(issued, ids, language),
        contest=contest(issued, language),
    )


def _by_enterprise(frame: pd.DataFrame) -> Rows:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in frame.to_dict("records"):
        found[row["enterprise_id"]].append(row)
    return found


def _reasons(issued: Issued, ids: pd.Index) -> pd.DataFrame:
    """One row an enterprise and factor, in the order of a dossier."""
    keys = ["enterprise_id", "factor"]
    rows = issued.reasons(ids)
    wide = rows.pivot(index=[*keys, "state", "known"], columns="outcome", values="multiplier").reset_index()
    priority = issued.programme.ranking.priority
    raising = top_reasons(issued.features.loc[ids], issued.table, ALL_FACTORS, priority=priority)
    wide = wide.merge(raising[[*keys, "multiplier"]], on=keys, how="left")
    effect = wide["multiplier"].fillna(0.0).mask(wide["factor"].eq(SECTOR), float("inf"))
    order = ["enterprise_id", "effect", "factor"]
    return wide.assign(effect=effect).sort_values(order, ascending=[True, False, True], kind="stable")


def _records(issued: Issued, ids: pd.Index, language: Language) -> dict[tuple[str, str], list[str]]:
    rows = issued.records(ids)
    rows = rows.assign(telling=rows["key"].str.startswith("contradicted"))  # what speaks against a report goes first
    rows = rows.sort_values(["telling", "on"], ascending=False, kind="stable", na_position="last")
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows.to_dict("records"):
        said = record_text(row, language)
        lines = found.setdefault((row["enterprise_id"], row["factor"]), [])
        if said not in lines:
            lines.append(said)
    return found


def cut(words: str, most: int) -> str:
    """Cut a text between words where it is longer than there is room for.

    Examples
    --------
    >>> cut("Tai nạn nặng 23/12/2025", 20), cut("Tai nạn nặng", 20)
    ('Tai nạn nặng …', 'Tai nạn nặng')
    """
    return words if len(words) <= most else f"{words[:most].rpartition(' ')[0]} …"


def boxed(title: str, words: str) -> Table:
    """Set a short text in a box under its title, in the small letters of tables: a dossier has two pages."""
    return Table([Column(title, 1)], [[words]], small=True)

"""Where the plan of a quarter stands, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from oshrisk.desk.site import ledger
from oshrisk.ledger import results, status, stored_version
from oshrisk.planning import Quarter

STEPS: Final = ("plan", "review", "approve", "record")
_BY_STATE: Final = {None: 0, "draft": 1, "reopened": 1, "reviewed": 2, "approved": 3}
WHO: Final = {
    "plan": ("planner",),
    "again": ("planner",),
    "review": ("reviewer",),
    "approve": ("approver",),
    "record": ("planner",),
    "finished": (),
}


@dataclass(frozen=True)
class Standing:
    """Where a plan stands.

    Parameters
    ----------
    facts : dict
        From `oshrisk.ledger.status`.
    recorded, visits : int
        Visits of the latest version whose results are recorded, and all.
    """

    facts: dict[str, Any]
    recorded: int
    visits: int

    @property
    def next(self) -> str:
        """What comes next: a key of `WHO`."""
        if self.facts["version"] is None:
            return "plan"
        if self.facts["unsolved"]:
            return "again"
        done = _BY_STATE[self.facts["state"]]
        if done < len(STEPS) - 1:
            return STEPS[done]
        return "record" if self.recorded < self.visits else "finished"

    @property
    def steps(self) -> list[tuple[str, str]]:
        """The steps in order, each ``done``, ``now`` or ``later``."""
        done = _BY_STATE[self.facts["state"]] if not self.facts["unsolved"] else 0
        if self.next == "finished":
            done = len(STEPS)
        ways = ["done" if place < done else "now" if place == done else "later" for place in range(len(STEPS))]
        return list(zip(STEPS, ways, strict=True))


def standing_of(quarter: Quarter) -> Standing:
    """Say where the plan of a quarter stands.

    Parameters
    ----------
    quarter : Quarter
        The quarter.

    Returns
    -------
    Standing
        As the ledger has it now.
    """
    opened = ledger()
    facts = status(opened, quarter)
    if facts["version"] is None:
        return Standing(facts, 0, 0)
    listed = stored_version(opened, quarter).visits.index
    found = results(opened, quarter).index if opened.rows("ledger.result").filter(quarter=str(quarter)).exists() else []
    return Standing(facts, len(listed.intersection(found)), len(listed))

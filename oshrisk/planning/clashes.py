"""Limits that cannot be kept together: which, and by how much."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.messages import Language, text
from oshrisk.planning.model_matrix import Matrix, assemble
from oshrisk.planning.pouring import relax, whole
from oshrisk.planning.ties import Ties
from oshrisk.planning.tree import Floats, Tree

SECONDS = 10.0  # for each of the questions asked


def clash(options: pd.DataFrame, tree: Tree, ties: Ties, days: Floats, team_size: int) -> OshriskError:
    """Say why limits cannot be kept together.

    Parameters
    ----------
    options, tree, ties, days
        As `oshrisk.planning.pouring.pour`, which found nothing.
    team_size : int
        Inspectors in a team, to say days as the settings do.

    Returns
    -------
    OshriskError
        Which limits stay unmet and by how much, without which other limit they would hold, and how many more
        inspector-days would do.
    """
    matrix = assemble(
        options, tree, ties, np.array([days.sum()]), np.asarray(tree.closed.all(axis=1))[:, None], links=False
    )
    short = shortfalls(matrix, ties)
    others = [
        name
        for name in dict.fromkeys(ties.names)
        if name[0] not in ("entity", "musts") and name not in short and _mends(options, tree, ties, days, name)
    ]
    more = more_days(matrix)
    problems = [("short", name, count) for name, count in short.items()] + [("without", name, 0) for name in others]
    return OshriskError(
        "selection.clash",
        problems=lambda lang: _say(problems, None if more is None else more * team_size, lang),
    )


def shortfalls(matrix: Matrix, ties: Ties) -> dict[tuple[str, str], int]:
    """Miss as little as possible of the floors.

    Parameters
    ----------
    matrix : Matrix
        A programme without a solution.
    ties : Ties
        Its ties.

    Returns
    -------
    dict
        Name of a floor to the number of enterprises that it lacks.
    """
    from scipy.sparse import csr_array, hstack  # noqa: PLC0415  # slow to import

    first = matrix.days_row - len(matrix.kinds) - len(ties.names)
    floors = np.flatnonzero(np.isfinite(ties.least))
    slack = csr_array(
        (np.ones(len(floors)), (first + floors, np.arange(len(floors)))), shape=(matrix.rows.shape[0], len(floors))
    )
    weight = np.where([ties.names[row][0] == "musts" for row in floors], 1e3, 1.0)  # the law before the settings
    result = whole(
        replace(
            matrix,
            worth=np.concatenate([np.zeros(len(matrix.worth)), -weight]),
            rows=csr_array(hstack([matrix.rows, slack])),
            lower=np.concatenate([matrix.lower, np.zeros(len(floors))]),
            upper=np.concatenate([matrix.upper, np.full(len(floors), np.inf)]),
            whole=np.concatenate([matrix.whole, np.ones(len(floors), dtype=np.intp)]),
        ),
        gap=1e-6,
        seconds=SECONDS,
    )
    if result.solution is None:
        return {}
    missing = np.rint(result.solution[len(matrix.worth) :]).astype(int)
    return {ties.names[row]: int(count) for row, count in zip(floors, missing, strict=True) if count}


def more_days(matrix: Matrix) -> float | None:
    """Find how many days more would do.

    Parameters
    ----------
    matrix : Matrix
        A programme without a solution, of one bucket.

    Returns
    -------
    float or None
        Team-days; None where no number of days would do.
    """
    from scipy.sparse import csr_array, hstack  # noqa: PLC0415  # slow to import

    extra = csr_array(([-1.0], ([matrix.days_row], [0])), shape=(matrix.rows.shape[0], 1))
    result = whole(
        replace(
            matrix,
            worth=np.append(np.zeros(len(matrix.worth)), -1.0),
            rows=csr_array(hstack([matrix.rows, extra])),
            lower=np.append(matrix.lower, 0.0),
            upper=np.append(matrix.upper, np.inf),
            whole=np.append(matrix.whole, 0),
        ),
        gap=1e-3,
        seconds=SECONDS,
    )
    return None if result.solution is None else float(result.solution[-1])


def _mends(options: pd.DataFrame, tree: Tree, ties: Ties, days: Floats, name: tuple[str, str]) -> bool:
    """Say whether the rest could be kept without one limit."""
    closed = np.asarray(tree.closed.all(axis=1))[:, None]
    return relax(assemble(options, tree, ties.without(name), np.array([days.sum()]), closed, links=False)) is not None


def _say(problems: list[tuple[str, tuple[str, str], int]], more: float | None, language: Language) -> str:
    said = [
        text(f"selection.clashes.{kind}", language, limit=limit_text(name, language), count=count)
        for kind, name, count in problems
    ]
    if more is None:
        said.append(text("selection.clashes.no_days", language))
    elif more > 0:
        said.append(text("selection.clashes.more_days", language, days=f"{more:.1f}"))
    return "; ".join(said)


def limit_text(name: tuple[str, str], language: Language) -> str:
    """Name a limit.

    Parameters
    ----------
    name : (str, str)
        Kind and group, as in `Ties.names`.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    str
        Such as ``floor section=B``.
    """
    return text(f"selection.limits.{name[0]}", language, group=name[1])

"""Rows of the selection that tie candidates together, whatever the roads: one way each, legal entities, limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.settings import Limit, Programme

if TYPE_CHECKING:
    from scipy.sparse import csr_array  # slow to import

Floats = NDArray[np.float64]
GROUPS = {"commune": "commune_code", "area": "area", "section": "section", "size": "size"}  # setting -> column


@dataclass(frozen=True)
class Ties:
    """Rows over candidates: ``least <= matrix @ taken <= most``.

    Parameters
    ----------
    matrix : csr_array, shape (n_rows, n_candidates)
        Coefficients 0 and 1.
    least, most : ndarray of float, shape (n_rows,)
        Bounds [candidates]; -inf or inf where there is none.
    names : tuple of (str, str)
        ``("entity", "")``, ``("floor", group)``, ``("ceiling", group)``, ``("never_visited", "")``, ``("musts", "")``.
    """

    matrix: csr_array
    least: Floats
    most: Floats
    names: tuple[tuple[str, str], ...]

    def of(self, candidates: NDArray[np.intp]) -> Ties:
        """Keep some of the candidates."""
        return Ties(self.matrix[:, candidates], self.least, self.most, self.names)

    def without(self, name: tuple[str, str]) -> Ties:
        """Leave one limit out."""
        kept = np.array([other != name for other in self.names], dtype=bool)
        names = tuple(other for other in self.names if other != name)
        return Ties(self.matrix[np.flatnonzero(kept)], self.least[kept], self.most[kept], names)


def make_ties(candidates: pd.DataFrame, programme: Programme, least_musts: int) -> Ties:
    """Write down the limits of a programme and the law's cap on legal entities.

    Parameters
    ----------
    candidates : DataFrame, shape (n, ...)
        As `oshrisk.planning.optimise.select` takes them.
    programme : Programme
        Setting ``selection``.
    least_musts : int
        How many of those that must be checked fit.

    Returns
    -------
    Ties
        One row for every place with a sign beside places without one (or one an entity), limit, floor.
    """
    count = len(candidates)
    rows = entity_rows(candidates)
    parts = [(rows, -np.inf, 1.0, [("entity", "")] * rows.shape[0])]
    for limit in programme.selection.limits:
        group = _one_row(members(candidates, limit))
        if limit.least:
            parts.append((group, float(limit.least), np.inf, [("floor", group_name(limit))]))
        if limit.most is not None:
            parts.append((group, -np.inf, float(limit.most), [("ceiling", group_name(limit))]))
    if programme.selection.least_never_visited:
        never = _one_row(candidates["never_visited"])
        parts.append((never, float(programme.selection.least_never_visited), np.inf, [("never_visited", "")]))
    if least_musts:
        parts.append((_one_row(candidates["status"].eq("must")), float(least_musts), np.inf, [("musts", "")]))
    return _stack(parts, count)


def members(candidates: pd.DataFrame, limit: Limit) -> pd.Series:
    """Say which candidates a limit counts.

    Parameters
    ----------
    candidates : DataFrame, shape (n, ...)
        With ``commune_code``, ``area``, ``section`` and ``size``, as far as limits are set on them.
    limit : Limit
        A floor or ceiling.

    Returns
    -------
    Series of bool, shape (n,)
        An unknown commune or section is in no group.
    """
    return candidates[GROUPS[limit.by]].eq(limit.value).fillna(False).astype(bool)


def group_name(limit: Limit) -> str:
    """Name the group of a limit as the settings write it: ``section=B``."""
    return f"{limit.by}={limit.value}"


def entity_rows(candidates: pd.DataFrame) -> csr_array:
    """Let at most one place without a sign be taken of a legal entity, and none beside a place with one.

    Parameters
    ----------
    candidates : DataFrame, shape (n, ...)
        With ``entity`` and ``sign``.

    Returns
    -------
    csr_array, shape (n_rows, n)
        Rows that may add up to 1 at most: of every entity with several candidates the places without a sign,
        together with one of its places with a sign if there are any.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415  # slow to import

    entity = pd.factorize(candidates["entity"])[0]
    sign = candidates["sign"].to_numpy(dtype=bool)
    position = np.arange(len(entity))
    plain = pd.DataFrame({"entity": entity[~sign], "member": position[~sign]})
    heads = pd.DataFrame({"entity": entity[sign], "head": position[sign]})
    rows = plain[["entity"]].drop_duplicates().merge(heads, on="entity", how="left")
    rows["row"] = np.arange(len(rows))
    many = rows["head"].notna() | rows["entity"].map(plain["entity"].value_counts()).gt(1)
    rows = rows[many].assign(row=np.arange(int(many.sum())))
    inside = rows.merge(plain, on="entity")
    lead = rows.dropna(subset="head")
    row = np.concatenate([inside["row"], lead["row"]]).astype(np.intp)
    column = np.concatenate([inside["member"], lead["head"]]).astype(np.intp)
    return csr_array((np.ones(len(row)), (row, column)), shape=(len(rows), len(entity)))


def _one_row(inside: pd.Series) -> csr_array:
    from scipy.sparse import csr_array  # noqa: PLC0415  # slow to import

    return csr_array(inside.to_numpy(dtype=np.float64)[None, :])


def _stack(parts: list[tuple[csr_array, float, float, list[tuple[str, str]]]], count: int) -> Ties:
    from scipy.sparse import csr_array, vstack  # noqa: PLC0415  # slow to import

    matrix = csr_array(vstack([rows for rows, *_ in parts])) if parts else csr_array((0, count))
    sizes = [rows.shape[0] for rows, *_ in parts]
    least = np.repeat([low for _, low, _, _ in parts], sizes)
    most = np.repeat([high for _, _, high, _ in parts], sizes)
    return Ties(matrix, least, most, tuple(name for *_, names in parts for name in names))

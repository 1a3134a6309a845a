"""The roads of a province: hours between communes, and the tree of roads on which visits share a trip."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.errors import OshriskError
from oshrisk.messages import Language, text
from oshrisk.reference.communes import communes, travel_hours_between
from oshrisk.settings import Programme

DETOUR = 1.15  # assumed: a commune lies on the way to another where driving through it takes at most 15 % longer
COLUMNS = ("from_commune", "to_commune", "hours")


@dataclass(frozen=True)
class Roads:
    """Driving times and the tree of roads from the seat.

    Parameters
    ----------
    seat : str
        Commune of the office.
    hours : DataFrame of float64, shape (n_communes, n_communes)
        Driving time from the commune of the row to that of the column [hours].
    parent : Series of str, shape (n_communes,)
        The commune through which the road from the seat comes; the seat is its own.
    estimated : bool
        True where the hours rest on coordinates, False where the department measured them.
    closed_communes : tuple of str
        Communes that cannot be reached in `closed_months`.
    closed_months : tuple of int
        Calendar months.
    """

    seat: str
    hours: pd.DataFrame
    parent: pd.Series
    estimated: bool
    closed_communes: tuple[str, ...] = ()
    closed_months: tuple[int, ...] = ()

    @property
    def from_seat(self) -> pd.Series:
        """Hours from the seat to every commune and, as a mean of there and back, home again."""
        return ((self.hours.loc[self.seat] + self.hours[self.seat]) / 2).rename("travel_hours")

    @property
    def edge_hours(self) -> pd.Series:
        """Hours from the parent of every commune: along the tree they add up to `from_seat`."""
        depth = self.from_seat
        return (depth - depth.reindex(self.parent.to_numpy()).to_numpy()).rename("edge_hours")

    def closed(self, months: pd.Series | list[int]) -> pd.DataFrame:
        """Say which communes are closed in which months.

        Parameters
        ----------
        months : sequence of int
            Calendar months.

        Returns
        -------
        DataFrame of bool, shape (n_communes, n_months)
            Rows by commune, columns by month.
        """
        shut = np.outer(self.parent.index.isin(self.closed_communes), np.isin(months, self.closed_months))
        return pd.DataFrame(shut, self.parent.index, list(months))


def make_roads(programme: Programme, folder: Path | None = None) -> Roads:
    """Make the roads of a programme: from the department's table where there is one, estimated otherwise.

    Parameters
    ----------
    programme : Programme
        Settings ``office`` and ``roads``.
    folder : Path, optional
        Working folder, from which the path of the table is counted.

    Returns
    -------
    Roads
        The roads.

    Raises
    ------
    OshriskError
        If the table cannot be used, or a closed commune or the seat is not in the province; all problems at once.

    Examples
    --------
    >>> roads = make_roads(Programme())
    >>> roads.estimated, roads.parent["03127"]
    (True, '03127')
    """
    names = communes(programme.office.province_code)["name"]
    seat, settings = programme.office.seat_commune, programme.roads
    strange = sorted({seat, *settings.closed_communes} - set(names.index))
    if strange:
        raise OshriskError("selection.no_communes", communes=", ".join(strange))
    if settings.table:
        hours = read_hours((folder or Path()) / settings.table, names)
    else:
        hours = travel_hours_between(programme.office.province_code)
    return Roads(
        seat=seat,
        hours=hours,
        parent=road_tree(hours, seat),
        estimated=not settings.table,
        closed_communes=settings.closed_communes,
        closed_months=settings.closed_months,
    )


def road_tree(hours: pd.DataFrame, seat: str) -> pd.Series:
    """Lay the roads from the seat out as a tree.

    The parent of a commune is the farthest commune from the seat through which the way is at most `DETOUR` as long
    as the direct one, so that visits along a road share it.

    Parameters
    ----------
    hours : DataFrame, shape (n, n)
        Hours between communes.
    seat : str
        The root.

    Returns
    -------
    Series of str, shape (n,)
        Parent of every commune, indexed by commune; the seat is its own.

    Examples
    --------
    >>> line = pd.DataFrame([[0.0, 1, 2], [1, 0, 1], [2, 1, 0]], list("abc"), list("abc"))
    >>> road_tree(line, "a").tolist()
    ['a', 'a', 'b']
    """
    order = hours.index.sort_values()
    between = hours.loc[order, order]
    depth = ((between.loc[seat] + between[seat]) / 2).to_numpy()
    through = depth[:, None] + (between.to_numpy() + between.to_numpy().T) / 2
    on_the_way = (through <= DETOUR * depth + 1e-9) & (depth[:, None] < depth)
    reach = np.where(on_the_way, depth[:, None], -1.0)
    best = reach.argmax(axis=0)  # the first of equals, by code
    parent = np.where(reach.max(axis=0) >= 0, order.to_numpy(dtype=object)[best], seat)
    return pd.Series(parent, order, dtype="str", name="parent").reindex(hours.index)


def read_hours(file: Path, names: pd.Series) -> pd.DataFrame:
    """Read the department's travel times and fill in the rest by the shortest way through them.

    Parameters
    ----------
    file : Path
        CSV (comma or semicolon, UTF-8): ``from_commune``, ``to_commune`` (codes), ``hours``. A road holds both
        ways unless the way back has a row of its own.
    names : Series of str
        Names of the province's communes by code.

    Returns
    -------
    DataFrame of float64, shape (n_communes, n_communes)
        Hours between every two communes.

    Raises
    ------
    OshriskError
        If the file is missing, lacks a column, has unknown communes, hours that are no number above 0, a road twice
        with different hours, or leaves a commune without a road; all problems at once.
    """
    rows = _read_rows(file)
    hours = pd.to_numeric(rows["hours"].str.replace(",", ".", regex=False), errors="coerce")
    matrix = _direct(rows, hours, names.index)
    shortest = _shortest(matrix)
    problems = _row_problems(rows, hours, names.index)
    lost = np.flatnonzero(np.isinf(shortest).all(axis=0) | (np.isinf(shortest).sum(axis=0) > len(names) / 2))
    if not problems and np.isinf(shortest).any():
        lost = lost if len(lost) else np.flatnonzero(np.isinf(shortest).any(axis=0))
        problems = [("no_road", {"communes": ", ".join(f"{names.index[n]} {names.iloc[n]}" for n in lost)})]
    if problems:
        raise OshriskError("selection.bad_table", file=file, problems=lambda lang: _say(problems, lang))
    return pd.DataFrame(shortest, names.index, names.index)


_Problems = list[tuple[str, dict[str, object]]]


def _read_rows(file: Path) -> pd.DataFrame:
    try:
        head = file.read_text(encoding="utf-8-sig").partition("\n")[0]
        separator = ";" if ";" in head else ","  # a spreadsheet in Vietnamese writes semicolons
        rows = pd.read_csv(file, dtype="str", sep=separator, encoding="utf-8-sig", skipinitialspace=True)
    except FileNotFoundError as error:
        raise OshriskError("selection.no_table", file=file) from error
    except (UnicodeDecodeError, ValueError) as error:  # pandas' parser errors are ValueErrors
        raise OshriskError("selection.not_csv", file=file, problem=error) from error
    missing = [name for name in COLUMNS if name not in rows]
    if missing:
        raise OshriskError("selection.no_columns", file=file, columns=", ".join(missing))
    return rows[list(COLUMNS)].fillna("").apply(lambda column: column.str.strip())


def _row_problems(rows: pd.DataFrame, hours: pd.Series, codes: pd.Index) -> _Problems:
    line = pd.Series(np.arange(2, len(rows) + 2), rows.index)  # as a spreadsheet counts: the head is line 1
    problems: _Problems = [
        ("unknown_commune", {"line": number, "value": value})
        for column in COLUMNS[:2]
        for number, value in zip(
            line[~rows[column].isin(codes)], rows.loc[~rows[column].isin(codes), column], strict=True
        )
    ]
    bad = ~(hours.gt(0) & np.isfinite(hours))
    problems += [
        ("bad_hours", {"line": number, "value": value})
        for number, value in zip(line[bad], rows.loc[bad, "hours"], strict=True)
    ]
    spread = hours.groupby([rows["from_commune"], rows["to_commune"]]).transform("nunique")
    twice = spread.gt(1) & rows.duplicated(["from_commune", "to_commune"], keep="first")
    problems += [("two_values", {"line": number}) for number in line[twice]]
    return sorted(problems, key=lambda problem: int(str(problem[1]["line"])))


def _say(problems: _Problems, language: Language) -> str:
    return "; ".join(text(f"selection.table.{key}", language, **values) for key, values in problems)


def _direct(rows: pd.DataFrame, hours: pd.Series, codes: pd.Index) -> NDArray[np.float64]:
    """Hours of the roads in the table; infinite where there is none."""
    start, end = codes.get_indexer(rows["from_commune"]), codes.get_indexer(rows["to_commune"])
    usable = (start >= 0) & (end >= 0) & hours.gt(0).to_numpy()
    one_way = np.full((len(codes), len(codes)), np.inf)
    one_way[start[usable], end[usable]] = hours.to_numpy()[usable]
    both = np.where(np.isinf(one_way), one_way.T, one_way)
    np.fill_diagonal(both, 0.0)
    return both


def _shortest(direct: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.sparse.csgraph import shortest_path  # noqa: PLC0415  # slow to import

    return np.asarray(shortest_path(np.where(np.isinf(direct), 0.0, direct), method="D"), dtype=np.float64)

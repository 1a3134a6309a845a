"""The ranking of a snapshot in shards: the same list, bit for bit, for any number of shards and workers.

What an enterprise's score needs of the others goes through statistics that add up: where the top quarter of each
division begins, who was inspected, sums by sector where a base is fitted. A place in the list needs all priorities,
eight bytes an enterprise; nothing else of the whole is ever in one memory. The list is written in parts, in the order
of rank, cut where priorities differ.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from oshrisk import __version__
from oshrisk.errors import OshriskError
from oshrisk.features.peers import MinorRates
from oshrisk.messages import Language
from oshrisk.risk import RiskTable
from oshrisk.risk.assessment import Whole, mean_priority
from oshrisk.risk.scoring import Floats
from oshrisk.risk.sector_fit import fit_of_sums, scheme_to_fit
from oshrisk.risk.sector_sums import SectorSums
from oshrisk.risk.similarity import Inspected
from oshrisk.scale import tasks
from oshrisk.scale.engine import Engine
from oshrisk.scale.place import Place
from oshrisk.scale.progress import Progress, Watch, quiet
from oshrisk.scale.shards import Shards
from oshrisk.settings import Programme

MANIFEST: Final = "ranking.json"
PART: Final = 100_000  # enterprises of a part of the list, at least
PARTS: Final = 1_000  # at most


@dataclass(frozen=True)
class RankedList:
    """A ranking in parts.

    Parameters
    ----------
    place : Place
        Its folder.
    facts : dict
        Its manifest: enterprises, parts with their hashes, snapshot, model, date of knowledge, settings.
    """

    place: Place
    facts: dict[str, Any]

    def first(self, count: int) -> pd.DataFrame:
        """Return the first enterprises, indexed by ``enterprise_id``."""
        found: list[pa.Table] = []
        for part in self.facts["parts"]:
            left = count - sum(map(len, found))
            if left <= 0:
                break
            found.append((self.place / part["file"]).read_head(left))
        return pa.concat_tables(found).to_pandas().set_index("enterprise_id")


def rank_shards(
    shards: Shards,
    output: str | Path,
    programme: Programme,
    table: RiskTable,
    *,
    as_of: pd.Timestamp | None = None,
    language: Language = "vi",
    engine: Engine | None = None,
    tell: Callable[[Progress], None] = quiet,
) -> RankedList:
    """Rank all enterprises of a snapshot in shards.

    Parameters
    ----------
    shards : Shards
        The snapshot.
    output : str or Path
        Folder of the list, a path or an fsspec URL; what stands there is replaced when the list is whole. Until then
        everything is beside it in a folder of its own, from which an interrupted run goes on.
    programme : Programme
        Settings.
    table : RiskTable
        The model; a sector base is fitted where it has none for the register's scheme.
    as_of : Timestamp, optional
        Date of knowledge; by default the day of reading.
    language : {"vi", "en"}, default "vi"
        Language of names and reasons.
    engine : Engine, optional
        Where it runs; by default in this process.
    tell : callable, optional
        Is told of the progress.

    Returns
    -------
    RankedList
        Parts in the order of rank: the rows and columns of `oshrisk.report.ranking.ranking_table`.

    Raises
    ------
    OshriskError
        If nobody is known at the date, simulated data would go into a folder whose name does not say so, or workers
        cannot be reached.
    """
    target = Place.of(output)
    if shards.simulated and "simulated" not in target.name.lower():
        raise OshriskError("cli.simulated_name", file=target.url)
    date = shards.read_on if as_of is None else as_of
    work = unfinished(target, shards, programme, table, date=date, language=language)
    ranking = tasks.Ranking(shards, work, date, programme, table, language)
    with work.swept(), (engine or Engine()).started():
        facts = _run(ranking, engine or Engine(), tell)
    for name in work.names():
        if not name.startswith("part-") and name != MANIFEST:
            (work / name).remove()
    work.move(target)
    return RankedList(target, facts)


def unfinished(
    output: str | Path | Place,
    shards: Shards,
    programme: Programme,
    table: RiskTable,
    *,
    date: pd.Timestamp,
    language: Language,
) -> Place:
    """Return the folder beside the list where it is made: another one for other registers, settings or models."""
    made_of = [
        *(shards.facts["snapshot"], f"{date:%Y-%m-%d}", table.model_id, language, __version__),
        *(programme.office.model_dump_json(), programme.ranking.model_dump_json()),
    ]
    target = output if isinstance(output, Place) else Place.of(output)
    return Place(f"{target.url}.unfinished-{hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:12]}")


def scored(ranking: tasks.Ranking, engine: Engine, tell: Callable[[Progress], None]) -> tuple[list[Floats], RiskTable]:
    """Score all shards; return the priorities of each, the lowest first, and the table with the sector base used.

    Raises
    ------
    OshriskError
        If nobody is known at the date.
    """
    shards = ranking.shards
    numbers, sizes = range(shards.count), [shards.enterprises(number) for number in range(shards.count)]
    total = sum(sizes)

    def run(step: str, function: Callable[..., Any], *common: Any) -> list[Any]:
        every = [(ranking, number, *common) for number in numbers]
        return engine.run(function, every, rows=sizes, watch=Watch(tell, step, total))

    measured = run("features", tasks.measure)
    limits = MinorRates.combined(part.minor for part in measured).limits()
    scheme = scheme_to_fit(ranking.table, pd.concat([part.schemes for part in measured]).groupby(level=0).sum())
    compared = run("compare", tasks.compare, limits, scheme)
    among = Inspected.combined(inspected for inspected, _ in compared).some()
    table = ranking.table
    if scheme is not None:
        sums = SectorSums.combined(part for _, part in compared if part is not None)
        table = table.with_base(fit_of_sums(sums, scheme, like=table.base))
    priorities = run("score", tasks.score, limits, table, among)
    if not any(map(len, priorities)):
        raise OshriskError("cli.nobody", date=f"{ranking.as_of:%d/%m/%Y}")
    return priorities, table


def _run(ranking: tasks.Ranking, engine: Engine, tell: Callable[[Progress], None]) -> dict[str, Any]:
    parts, table = _parts(ranking, engine, tell)
    rows = [whole.count - whole.above - whole.below for *_, whole in parts]
    engine.run(tasks.list_part, parts, rows=rows, watch=Watch(tell, "list", sum(rows)))
    return _manifest(ranking, table, rows)


def _parts(
    ranking: tasks.Ranking, engine: Engine, tell: Callable[[Progress], None]
) -> tuple[list[tuple[tasks.Ranking, int, NDArray[np.intp], Whole]], RiskTable]:
    """Score all shards and cut the list into tasks; the priorities themselves are let go."""
    priorities, table = scored(ranking, engine, tell)
    parts = enumerate(cut(np.concatenate(priorities)))
    return [(ranking, number, ranges(priorities, ends), whole) for number, (ends, whole) in parts], table


def ranges(priorities: list[Floats], ends: tuple[float, float]) -> NDArray[np.intp]:
    """Return where rows whose priorities lie within `ends`, inclusive, begin and end in each shard.

    Parameters
    ----------
    priorities : list of ndarray of float
        Of each shard, the lowest first.
    ends : tuple of float
        The lowest and the highest.

    Returns
    -------
    ndarray of int, shape (shards, 2)
        In the order of the scored rows, which begin with the highest: the first row, and the one after the last.

    Examples
    --------
    >>> ranges([np.array([1.0, 5.0, 9.0]), np.array([2.0])], (2.0, 5.0)).tolist()
    [[1, 2], [0, 1]]
    """
    low, high = ends
    found = [
        (len(shard) - np.searchsorted(shard, high, side="right"), len(shard) - np.searchsorted(shard, low, side="left"))
        for shard in priorities
    ]
    return np.array(found, dtype=np.intp)


def cut(priorities: Floats) -> list[tuple[tuple[float, float], Whole]]:
    """Cut the list into parts: of equal size but that equal priorities are never parted.

    Parameters
    ----------
    priorities : ndarray of float, shape (n,)
        Of all enterprises, in any order; it is sorted in place.

    Returns
    -------
    list of tuple
        By part the lowest and highest priority, and what the part is of.

    Examples
    --------
    >>> [ends for ends, _ in cut(np.array([2.0, 1.0, 3.0]))]
    [(1.0, 3.0)]
    """
    priorities.sort()
    count, mean = len(priorities), mean_priority(priorities)
    size = max(PART, -(-count // PARTS))
    lowest = priorities[np.arange(count, 0, -size) - 1]  # the first of each part, before equals are put together
    above = np.unique(count - np.searchsorted(priorities, lowest, side="right"))
    ends = np.append(above[1:], count)
    return [
        (
            (float(priorities[count - end]), float(priorities[count - start - 1])),
            Whole(count, mean, above=int(start), below=int(count - end)),
        )
        for start, end in zip(above, ends, strict=True)
    ]


def _manifest(ranking: tasks.Ranking, table: RiskTable, rows: list[int]) -> dict[str, Any]:
    files = [tasks.part_name(number, simulated=ranking.shards.simulated) for number in range(len(rows))]
    hashes = [hashlib.sha256((ranking.work / file).read_bytes()).hexdigest() for file in files]
    facts = {
        "enterprises": sum(rows),
        "parts": [
            {"file": file, "rows": count, "sha256": digest}
            for file, count, digest in zip(files, rows, hashes, strict=True)
        ],
        "simulated": ranking.shards.simulated,
        "as_of": f"{ranking.as_of:%Y-%m-%d}",
        "snapshot": ranking.shards.facts["snapshot"],
        "model": {"name": table.name, "id": table.model_id},
        "ranking": ranking.programme.ranking.model_dump(mode="json"),
        "language": ranking.language,
        "oshrisk": __version__,
    }
    (ranking.work / MANIFEST).write_json(facts)
    return facts

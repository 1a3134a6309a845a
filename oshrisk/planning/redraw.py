"""The frame of a draw as a file, and the draw done again from it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from oshrisk.atomic import whole_file
from oshrisk.errors import OshriskError
from oshrisk.planning.draw import cast_lots
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.seeds import Seed, commitment_of
from oshrisk.planning.slots import Slots

COLUMNS = ("entity", "band", "stratum", "section", "inclusion_probability", "drawn")
_DIFFERENCE = ("enterprise_id", "column", "stored", "redone")
FILE, FILE_SIMULATED = "draw.csv", "draw-simulated.csv"


def write_frame(path: str | Path, frame: pd.DataFrame) -> None:
    """Write the frame of a draw.

    Parameters
    ----------
    path : str or Path
        File to write: `FILE`, or `FILE_SIMULATED` for simulated data.
    frame : DataFrame, shape (n, ...)
        Every place that may or must be checked, indexed by ``enterprise_id``: ``entity``; ``band`` (NA outside the
        draw); ``stratum``; ``section`` (letter of the sector, may be missing); ``inclusion_probability`` (final: 1
        where chosen, in the band that of the draw, 0 for the others); ``drawn``. Other columns are not written.
    """
    rows = frame.reindex(columns=list(COLUMNS)).sort_index().rename_axis("enterprise_id")
    rows = rows.assign(
        band=rows["band"].astype("Int64"),
        inclusion_probability=[repr(float(value)) for value in rows["inclusion_probability"]],  # shortest exact form
        drawn=rows["drawn"].astype(bool).map({True: "1", False: "0"}),
    )
    with whole_file(path) as partial:
        rows.to_csv(partial, encoding="utf-8", lineterminator="\n")


def read_frame(path: str | Path) -> pd.DataFrame:
    """Read the frame of a draw.

    Parameters
    ----------
    path : str or Path
        File written by `write_frame`.

    Returns
    -------
    DataFrame, shape (n, 6)
        As `write_frame` takes it, by ``enterprise_id``.

    Raises
    ------
    OshriskError
        If the file is not there or is no such frame.
    """
    try:
        rows = pd.read_csv(path, dtype="str", encoding="utf-8", keep_default_na=False).set_index("enterprise_id")
        frame = rows.loc[:, list(COLUMNS)].assign(
            band=pd.to_numeric(rows["band"].replace("", None)).astype("Int64"),
            section=rows["section"].replace("", None),
            inclusion_probability=rows["inclusion_probability"].map(float).astype("float64"),
            drawn=rows["drawn"].map({"1": True, "0": False}).astype("bool"),
        )
    except FileNotFoundError as error:
        raise OshriskError("draw.no_frame", file=path) from error
    except (KeyError, ValueError, TypeError) as error:
        raise OshriskError("draw.not_a_frame", file=path) from error
    if not frame.index.is_unique or not frame["inclusion_probability"].between(0, 1).all():
        raise OshriskError("draw.not_a_frame", file=path)
    return frame


def frame_file(folder: str | Path) -> Path:
    """Return where the frame of a plan's draw is.

    Parameters
    ----------
    folder : str or Path
        ``plans/<quarter>``.

    Returns
    -------
    Path
        `FILE_SIMULATED` if it is there, `FILE` otherwise.
    """
    simulated = Path(folder) / FILE_SIMULATED
    return simulated if simulated.exists() else Path(folder) / FILE


def draw_facts(seed: Seed, slots: Slots) -> dict[str, Any]:
    """Return what the manifest says of the draw, under ``"draw"``.

    Parameters
    ----------
    seed : Seed
        The seed; with the list it is revealed.
    slots : Slots
        What was reserved.

    Returns
    -------
    dict
        ``seed``, ``committed``, ``commitment``, and ``slots``: the number of every band.
    """
    return {**seed.facts, "slots": {str(band): count for band, count in slots.counts.items()}}


@dataclass(frozen=True)
class StoredDraw:
    """What a manifest says of its draw.

    Parameters
    ----------
    quarter : Quarter
        The quarter.
    seed : int
        The revealed seed.
    commitment : str
        The hash that was committed, empty if none was.
    slots : dict of int to int
        Slots of every band.
    """

    quarter: Quarter
    seed: int
    commitment: str
    slots: dict[int, int]


def stored_draw(folder: str | Path) -> StoredDraw:
    """Read what the manifest of a plan says of its draw.

    Parameters
    ----------
    folder : str or Path
        ``plans/<quarter>``.

    Returns
    -------
    StoredDraw
        What it says.

    Raises
    ------
    OshriskError
        If the manifest is missing or says nothing of a draw.
    """
    manifest = Path(folder) / "manifest.json"
    try:
        facts = json.loads(manifest.read_text(encoding="utf-8"))
        draw, quarter = facts["draw"], Quarter.parse(facts["quarter"])
        slots = {int(band): int(count) for band, count in draw["slots"].items()}
        return StoredDraw(quarter, int(draw["seed"]), str(draw["commitment"]), slots)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OshriskError("draw.no_manifest", file=manifest) from error


def redraw(folder: str | Path, published: str = "") -> pd.DataFrame:
    """Do the draw of a plan again and compare it value by value.

    Parameters
    ----------
    folder : str or Path
        ``plans/<quarter>`` with ``manifest.json`` and the frame.
    published : str, default ""
        The hash of the seed that was published beforehand; left out, the one in the manifest is checked.

    Returns
    -------
    DataFrame, shape (n_differences, 4)
        ``enterprise_id`` (empty: the seed), ``column``, ``stored``, ``redone``; empty if the draw is what it says.
        Outside the draw a probability other than 0 or 1 is a difference too.

    Raises
    ------
    OshriskError
        If the manifest or the frame is missing or says nothing of a draw.
    """
    draw, path = stored_draw(folder), frame_file(folder)
    frame = read_frame(path)
    inside = frame["band"].notna()
    if not set(frame.loc[inside, "band"]) <= set(draw.slots):
        raise OshriskError("draw.not_a_frame", file=path)
    again = cast_lots(frame[inside], draw.slots, draw.seed, draw.quarter).reindex(frame.index)
    outside = frame["inclusion_probability"].round()  # nobody outside the draw has a chance between never and always
    again = again.assign(
        inclusion_probability=again["inclusion_probability"].where(inside, outside),
        drawn=again["drawn"].eq(True),
    )
    rows = [_differences(frame, again, column) for column in ("inclusion_probability", "drawn")]
    for committed in {published.strip().lower(), draw.commitment} - {""}:
        if (redone := commitment_of(draw.seed, draw.quarter)) != committed:
            rows.insert(0, pd.DataFrame([dict(zip(_DIFFERENCE, ("", "commitment", committed, redone), strict=True))]))
    return pd.concat(rows, ignore_index=True)


def _differences(stored: pd.DataFrame, redone: pd.DataFrame, column: str) -> pd.DataFrame:
    differ = stored[column].ne(redone[column])
    values = [frame.loc[differ, column].astype("str").to_numpy() for frame in (stored, redone)]
    return pd.DataFrame(
        dict(zip(_DIFFERENCE, (stored.index[differ].astype("str"), column, *values), strict=True)), dtype="str"
    )

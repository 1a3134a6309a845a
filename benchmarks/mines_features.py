"""What is known of a mine the quarter before: the shape of its record in time, its state, its kind.

The name is used only from the quarter after a mine's first injury. The file takes names from injury reports, so that a
mine without a name is one that is never injured up to the end of the file: to look at the name of a mine without an
injury so far would be to look into the future. (It lifts boosting from .747 to .753 of days at 10 % on 2006–2009.)
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from mines_data import Floats, Ints, Mines, before, by_state, decayed, earlier, since
from numpy.typing import NDArray

HALF_LIVES = (1, 2, 4, 8, 16)  # quarters
STATE_PRIOR = 50  # assumed: mine-quarters of the country that a state's own rate is shrunk to
KINDS = {  # by words of the name; the first that fits
    "stone or sand": "quarry|stone|sand|gravel|pits?\\b|aggregat|crush|lime|cement|portable|cantera|dredge|granite",
    "plant": "plant|prep|mill|loadout|dock|tipple|shop|facility",
    "surface": "strip|surface|auger|highwall",
    "underground or numbered": "mine|\\bno\\b|#|underground|deep",
}
# Pairs whose joint effect is a factor of its own: found on 2000–2006 as the pairs that an additive model leaves most
# unexplained. They say that coal-like mines open and close faster than quarries.
JOINT = (
    ("state_rate", "activity_change", 8, 10),
    ("state_rate", "violations_change", 8, 10),
    ("state_rate", "injury_quarters_20", 10, 10),
    ("state_rate", "days_16", 10, 10),
    ("serial", "violations_change", 8, 10),
    ("kind", "activity_1", 6, 14),
    ("kind", "activity_change", 6, 14),
    ("kind", "activity_missed", 6, 14),
    ("kind", "since_injury", 6, 14),
    ("state_rate", "injuries_same_season", 12, 4),
    ("serial", "injury_quarters_20", 8, 10),
    ("violations_4", "activity_1", 10, 10),
    ("state_rate", "age", 12, 8),
    ("violations_missed", "violations_8", 10, 10),
    ("kind", "state_rate", 6, 14),
    ("serial", "active_same_season", 8, 6),
    ("kind", "injury_change", 6, 14),
)


def features(mines: Mines) -> dict[str, Floats]:
    """Return every feature, shape (mines, quarters); a column is what was known before the quarter began."""
    return _record(mines) | _gaps_and_changes(mines) | _seasons(mines) | _surroundings(mines)


def _record(mines: Mines) -> dict[str, Floats]:
    lost, restricted = mines.days_lost, mines.days_restricted
    found = {f"injury_quarters_{length}": before(mines.injury, length) for length in (1, 4, 12, 20)}
    found |= {f"violations_sum_{length}": before(mines.violations, length) for length in (1, 4, 12)}
    found |= {f"days_sum_{length}": before(lost, length) for length in (1, 4, 12)}
    found["disabling_20"] = before(mines.disabling, 20)
    for length in HALF_LIVES:
        found[f"injuries_{length}"] = decayed(mines.injury, length)
        found[f"violations_{length}"] = decayed(np.sqrt(mines.violations), length)
        found[f"activity_{length}"] = decayed(mines.active, length)
    for length in (2, 8, 16):
        found[f"days_{length}"] = decayed(np.log1p(lost + restricted), length)
    count, days, all_days = before(mines.injury, 12), before(lost, 12), before(lost + restricted, 12)
    found["days_per_injury"] = np.divide(days, count, out=np.full_like(days, np.nan), where=count > 0)
    found["lost_share"] = np.divide(days, all_days, out=np.full_like(days, np.nan), where=all_days > 0)
    return found


def _gaps_and_changes(mines: Mines) -> dict[str, Floats]:
    cited = (mines.violations > 0).astype(float)
    found = {
        "since_injury": since(mines.injury),
        "since_activity": since(mines.active),
        "since_violation": since(cited),
    }
    # How many the gap would have held at the mine's own rate: a long silence of a busy mine means that it is closed.
    found["injuries_missed"] = (found["since_injury"] - 1) * decayed(mines.injury, 16)
    found["activity_missed"] = (found["since_activity"] - 1) * decayed(mines.active, 16)
    found["violations_missed"] = (found["since_violation"] - 1) * decayed(cited, 8)
    root = np.sqrt(mines.violations)
    found["violations_change"] = _change(root, 1, 0.2)
    found["violations_change_slow"] = _change(root, 4, 0.2)
    found["injury_change"] = _change(mines.injury, 2, 0.05)
    found["activity_change"] = _change(mines.active, 2, 0.1)
    return found


def _change(values: Floats, half_life: float, floor: float) -> Floats:
    """Log ratio of the recent level to that of years."""
    return np.asarray(np.log((decayed(values, half_life) + floor) / (decayed(values, 16) + floor)))


def _seasons(mines: Mines) -> dict[str, Floats]:
    years = (4, 8, 12)
    active = np.nansum([earlier(mines.active, length) for length in years], axis=0)
    return {
        "injury_year_ago": earlier(mines.injury, 4),
        "violations_year_ago": earlier(mines.violations, 4),
        "injuries_same_season": np.nansum([earlier(mines.injury, length) for length in years], axis=0),
        "active_same_season": active,
        "season_share": active / np.maximum(before(mines.active, 12) / 4, 0.25),
        "season": np.broadcast_to(np.arange(mines.quarters) % 4, mines.injury.shape).astype(float),
    }


def _surroundings(mines: Mines) -> dict[str, Floats]:
    state, on_list = pd.factorize(mines.state, sort=True)[0], mines.universe.astype(float)
    injured, counted = (by_state(state, values) for values in (mines.injury * on_list, on_list))
    rate = _shrunken(before(injured, 12), before(counted, 12))
    years = (4, 8, 12)
    season = _shrunken(*(np.nansum([earlier(v, length) for length in years], axis=0) for v in (injured, counted)))
    serial = (mines.ids % 100_000).astype(float)  # given in order of opening within a state
    known = np.cumsum(mines.injury, axis=1) - mines.injury > 0
    wide = mines.injury.shape
    return {
        "age": np.minimum(np.cumsum(np.cumsum(mines.active, axis=1) - mines.active > 0, axis=1), 8).astype(float),
        "state_rate": rate[state],
        "state_season": (season / rate)[state],
        "serial": np.broadcast_to(serial[:, None], wide),
        "serial_place": np.broadcast_to(_place(serial, state, mines.universe[:, min(8, wide[1] - 1)])[:, None], wide),
        "kind": np.where(known, _kind(mines.name)[:, None], np.nan),
    }


def _shrunken(events: Floats, counted: Floats) -> Floats:
    """Rate by state and quarter, shrunk to the country's."""
    country = (events.sum(axis=0) + 1) / (counted.sum(axis=0) + 10)
    return np.asarray((events + STATE_PRIOR * country) / (counted + STATE_PRIOR))


def _place(serial: Floats, state: Ints, early: NDArray[np.bool_]) -> Floats:
    """Place of a mine's number among those of its state on the list of the ninth quarter; above 1 for newer mines."""
    place = np.zeros(len(serial))
    for one in np.unique(state):
        here = state == one
        old = np.sort(serial[here & early])
        if len(old):
            beyond = np.maximum(serial[here] - old[-1], 0) / 2000
            place[here] = np.searchsorted(old, serial[here]) / len(old) + beyond
    return place


def _kind(name: NDArray[np.str_]) -> Floats:
    low = pd.Series(name).str.lower()
    fits = [low.str.contains(words).to_numpy(dtype=bool) for words in KINDS.values()]
    return np.select(fits, np.arange(len(fits)), default=len(fits)).astype(float)


def rows(found: Mapping[str, Floats], mines: Mines, first: int, last: int) -> pd.DataFrame:
    """Return the rows on the lists of the quarters from `first` to before `last`, quarter by quarter."""
    on_list = mines.universe[:, first:last].T
    quarter, mine = np.nonzero(on_list)
    columns = {name: values[:, first:last].T[on_list] for name, values in found.items()}
    return pd.DataFrame({"mine": mine, "quarter": quarter + first} | columns)


def joint(train: pd.DataFrame, test: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the joint factors of `JOINT`, as categories; cut at the quantiles of the training rows.

    A cell that no training row falls in is unknown.
    """
    learned, asked = {}, {}
    for one, other, many, more in JOINT:
        name, edges, others = f"{one} × {other}", _edges(train[one], many), _edges(train[other], more)
        cells = [f"{a}|{b}" for a in range(len(edges) + 2) for b in range(len(others) + 2)]
        inside, wanted = (
            _cut(frame[one], edges) * (len(others) + 2) + _cut(frame[other], others) for frame in (train, test)
        )
        learned[name] = pd.Categorical.from_codes(inside, cells)
        asked[name] = pd.Categorical.from_codes(np.where(np.isin(wanted, inside), wanted, -1), cells)
    return pd.DataFrame(learned, index=train.index), pd.DataFrame(asked, index=test.index)


def _edges(column: pd.Series, most: int) -> Floats:
    values = column.dropna().to_numpy()
    different = np.unique(values)
    if len(different) <= most:
        return np.asarray((different[1:] + different[:-1]) / 2)
    return np.unique(np.quantile(values, np.arange(1, most) / most))


def _cut(column: pd.Series, edges: Floats) -> Ints:
    values = column.to_numpy()
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right"))

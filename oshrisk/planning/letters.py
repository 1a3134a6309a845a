"""Advisory letters: the next enterprises by priority get one, a random share is held out to measure the effect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from oshrisk.planning.quarter import Quarter

STREAM = 2  # of the quarter's random numbers; the draw of visits has its own


def letters(waiting: pd.DataFrame, count: int, held_out: float, seed: int, quarter: Quarter) -> pd.DataFrame:
    """Choose who gets a letter with a self-check, and who is held out.

    The enterprises are taken in blocks of neighbours by priority, and of each block the same share is held out at
    random, so that those with and without a letter are alike: a randomised block design (Fisher, 1935).

    Parameters
    ----------
    waiting : DataFrame, shape (n, ...)
        Enterprises that may be checked but are not listed, indexed by ``enterprise_id``, with ``priority``.
    count : int
        Letters and held-out enterprises together.
    held_out : float
        Share held out, 0 to 1: of every block of ``round(1 / held_out)`` enterprises one.
    seed : int
        Seed of the draw.
    quarter : Quarter
        The quarter; each has its own stream of random numbers.

    Returns
    -------
    DataFrame, shape (at most count, 3)
        Indexed by ``enterprise_id`` in order of priority (ties by id): ``place`` from 1, ``block``, and
        ``letter``, False for those held out.

    Examples
    --------
    >>> waiting = pd.DataFrame({"priority": [4.0, 3.0, 2.0, 1.0]}, index=pd.Index(list("abcd"), name="enterprise_id"))
    >>> chosen = letters(waiting, 4, 0.5, 1, Quarter(2027, 1))
    >>> chosen.groupby("block")["letter"].sum().tolist()
    [1, 1]
    """
    order = waiting.sort_index().sort_values("priority", ascending=False, kind="stable").index[:count]
    places = np.arange(len(order))
    size = max(round(1 / held_out), 1) if held_out > 0 else max(len(order), 1)
    block = places // size
    generator = np.random.Generator(np.random.PCG64([seed, quarter.year, quarter.number, STREAM]))
    drawn = pd.Series(generator.random(len(order))).groupby(block).rank(method="first")
    whole = pd.Series(block).groupby(block).transform("size") == size  # a last block that is not whole gets letters
    letter = ~((drawn == 1) & whole & (held_out > 0))
    return pd.DataFrame({"place": places + 1, "block": block + 1, "letter": letter.to_numpy()}, index=order)

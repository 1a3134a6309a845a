"""What pages have worked out, kept while what it was worked out from stays as it is."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, TypeVar

from oshrisk.desk.site import ledger
from oshrisk.issued import Issued

KEPT: Final = 128  # answers at once

Answer = TypeVar("Answer")
_answers: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_looking = threading.Lock()


def once(key: tuple[Any, ...], make: Callable[[], Answer]) -> Answer:
    """Return an answer, worked out the first time it is asked for.

    Parameters
    ----------
    key : tuple
        All that the answer hangs on.
    make : callable
        Works it out. Who asks for the same at the same time may do so twice; nobody waits for something else.

    Returns
    -------
    object
        The answer, not to be changed.
    """
    with _looking:
        if key in _answers:
            _answers.move_to_end(key)
            found: Answer = _answers[key]
            return found
    made = make()
    with _looking:
        _answers[key] = made
        while len(_answers) > KEPT:
            _answers.popitem(last=False)
    return made


def key_of(issued: Issued) -> tuple[Any, ...]:
    """Return what stands for a list: it is another one as soon as any of its files is."""
    roads = issued.manifest["roads"]["hours"]
    return (str(issued.quarter), issued.version, roads, *sorted(issued.manifest["outputs"].values()))


def known_of(issued: Issued) -> tuple[Any, ...]:
    """Return what stands for a list with all that the ledger knows of its quarter: results and decisions."""
    last = ledger().rows("ledger.logentry").filter(quarter=str(issued.quarter)).order_by("sequence").last()
    return (*key_of(issued), last.hash if last else "")

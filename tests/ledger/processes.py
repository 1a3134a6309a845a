"""Processes of their own that work on a ledger, forked from a server that has imported the packages once."""

import multiprocessing
import sys
import time
from pathlib import Path

from oshrisk.errors import OshriskError
from oshrisk.ledger import decide, enter, open_ledger, status
from oshrisk.ledger.chain import append, now

PATIENCE = 120  # seconds
sys.path.append(str(Path(__file__).parents[2]))  # the processes import this file by its name
context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["oshrisk.ledger"])


def at_once(work, *arguments):
    """Run `work` in one process for each tuple of arguments, from the same moment on; give their answers."""
    barrier, answers = context.Barrier(len(arguments)), context.Queue()
    started = [context.Process(target=work, args=(barrier, answers, *each)) for each in arguments]
    for process in started:
        process.start()
    given = [answers.get(timeout=PATIENCE) for _ in started]
    for process in started:
        process.join(PATIENCE)
    assert [process.exitcode for process in started] == [0] * len(started)
    return dict(given)


def let_in(barrier, answers, database, user):
    """Make the ledger, or find that somebody was quicker."""
    barrier.wait(PATIENCE)
    answers.put((user, enter(open_ledger(database), user)))


def add_many(barrier, answers, *given):
    """Add enterprises, each on the revision that was seen last; after a conflict look again."""
    database, user, base, count = given
    ledger = open_ledger(database)
    barrier.wait(PATIENCE)
    conflicts, added = [], []
    while len(added) < count:
        wanted = f"{user}-{len(added)}"
        try:
            said = {"reason_code": "complaint", "text": "đơn", "by": user}
            decide(ledger, "2027Q1", "add", wanted, **said, based_on=base)
            added.append(wanted)
        except OshriskError as error:
            if error.code != "ledger.conflict":
                raise
            conflicts.append(error.message("en"))
        base = status(ledger, "2027Q1")["revision"]
    answers.put((user, (added, conflicts)))


def stop_in_the_middle(written, database):
    """Write a version and its entry, and wait before the end of the transaction."""
    ledger = open_ledger(database)
    with ledger.changing():
        values = {"quarter": "2027Q1", "number": 9, "by": "lan", "at": now(), "sequence": 99}
        row = ledger.rows("ledger.planversion").create(**values, visits="", manifest="", effects="", price="")
        append(ledger, "version", "lan", [row.facts()], quarter="2027Q1")
        written.set()
        time.sleep(PATIENCE)

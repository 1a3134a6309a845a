"""Two planners at once: nothing is lost, and the second is told."""

from oshrisk.ledger import decisions, log, open_ledger, save_version, users, verify

from .builders import revision, visits
from .processes import add_many, at_once, context, let_in, stop_in_the_middle


def test_the_second_gets_a_conflict_that_names_the_first(planned, database):
    base = revision(planned)
    told = at_once(add_many, (database, "lan", base, 1), (database, "minh", base, 1))
    (loser,) = [who for who, (_, conflicts) in told.items() if conflicts]
    winner = ({"lan", "minh"} - {loser}).pop()
    assert f"{winner}: 2027Q1: added {winner}-0" in told[loser][1][0]
    assert set(decisions(planned, "2027Q1")["enterprise_id"]) == {"lan-0", "minh-0"}


def test_none_of_many_is_lost(planned, database):
    base = revision(planned)
    told = at_once(add_many, (database, "lan", base, 8), (database, "minh", base, 8))
    kept = decisions(planned, "2027Q1")["enterprise_id"].tolist()
    assert sorted(kept) == sorted(told["lan"][0] + told["minh"][0])
    assert len(set(kept)) == 16
    assert log(planned)["sequence"].is_monotonic_increasing
    assert verify(planned) is None


def test_readers_do_not_wait_and_a_killed_writer_leaves_a_whole_ledger(planned, database):
    before = log(planned)["hash"].tolist()
    written = context.Event()
    writer = context.Process(target=stop_in_the_middle, args=(written, database))
    writer.start()
    assert written.wait(60)
    assert log(planned)["hash"].tolist() == before
    writer.kill()
    writer.join()
    assert log(planned)["hash"].tolist() == before
    assert verify(planned) is None
    save_version(planned, "2027Q1", visits("z"), {}, "minh", based_on=revision(planned))
    assert verify(planned) is None


def test_three_processes_make_one_ledger(empty):
    let = at_once(let_in, *((empty, name) for name in ("lan", "minh", "hoa")))
    assert sorted(let.values()) == [False, False, True]
    ledger = open_ledger(empty)
    assert users(ledger)["roles"].to_dict() == {name: ["admin", "planner"] for name, first in let.items() if first}
    assert verify(ledger) is None
    ledger.close()

"""Four quarters on a simulated province through the command line: undisturbed, and with twenty commands killed."""

import json
import random
import sys
from dataclasses import dataclass

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from oshrisk.cli import decisions as commands
from oshrisk.errors import OshriskError
from oshrisk.ledger import decisions, enter, open_ledger, results, save_version, set_roles, status, stored_version
from oshrisk.settings import Programme
from oshrisk.workspace import make_workspace

from .year import LEARNED, QUARTERS, Year, as_known, day, province
from .year_commands import Shell

KILLS = 20
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


@dataclass
class Played:
    """A year that is over, and what its ledger says."""

    year: Year
    plans: dict
    decided: dict
    found: dict


def play(folder, shell, made, *, look_back):
    year = Year(folder, shell, made)
    year.start()
    plans, decided, found = {}, {}, {}
    for quarter in QUARTERS:
        year.plan(quarter)
        ledger = open_ledger(folder / "ledger.sqlite3")
        plans[quarter] = stored_version(ledger, quarter)
        year.visit(quarter, plans[quarter].visits)
        decided[quarter], found[quarter] = decisions(ledger, quarter), results(ledger, quarter)
        ledger.close()
        if look_back:
            year.look_back(quarter)
    return Played(year, plans, decided, found)


@pytest.fixture(scope="module")
def made():
    return province()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, made):
    place = tmp_path_factory.mktemp("undisturbed")
    return play(place / "province", Shell(place / "said"), made, look_back=False)


@pytest.fixture(scope="module")
def disturbed(tmp_path_factory, made, undisturbed):
    place, usual = tmp_path_factory.mktemp("disturbed"), undisturbed.year.shell.took
    rng = random.Random(2026)  # noqa: S311  # nothing secret
    kills = {number: rng.uniform(0.1, 0.95) for number in rng.sample(range(len(usual) - 6), KILLS - 1)}
    return play(place / "province", Shell(place / "said", usual, kills), made, look_back=True)


def test_twenty_commands_were_killed(disturbed):
    killed = disturbed.year.shell.killed
    assert len(killed) == KILLS
    assert {"plan", "override", "record"} <= {command.split()[0] for command in killed}


@pytest.mark.parametrize("quarter", QUARTERS, ids=str)
def test_the_disturbed_year_ends_like_the_undisturbed(undisturbed, disturbed, quarter):
    before, after = undisturbed.plans[quarter], disturbed.plans[quarter]
    assert (after.number, after.state) == (before.number, "approved")
    assert_frame_equal(after.visits, before.visits)
    for manifest in (after.manifest, before.manifest):
        assert manifest["outputs"].pop("decisions.json")  # says when
    assert after.manifest == before.manifest
    when = ["at", "file_hash", "by"]
    assert_frame_equal(disturbed.found[quarter].drop(columns=when), undisturbed.found[quarter].drop(columns=when))
    said = ["action", "enterprise_id", "value", "reason_code", "text", "by", "displaced"]
    assert_frame_equal(
        disturbed.decided[quarter][said].reset_index(drop=True),
        undisturbed.decided[quarter][said].reset_index(drop=True),
    )


@pytest.mark.parametrize("quarter", QUARTERS, ids=str)
def test_what_stands_is_whole(disturbed, quarter):
    told = disturbed.year.told
    assert told[quarter, "verify"]["alike"], told[quarter, "verify"]["differences"]
    assert told[quarter, "redraw"]["same"]
    assert told[quarter, "ledger"]["whole"]


@pytest.mark.parametrize("quarter", QUARTERS, ids=str)
def test_results_with_mistakes_are_marked_and_mended(disturbed, quarter):
    wrong, right = (disturbed.year.told[quarter, name] for name in ("wrong", "right"))
    bad = {name: counts["quarantined"] for name, counts in wrong["counts"].items()}
    assert bad == {"visits": 4, "findings": 2, "machines": 0}
    assert (wrong["version"], right["version"], right["waiting"], right["marked"]) == (1, 2, [], None)
    answers = pd.DataFrame(disturbed.year.filled[quarter]["visits"]).set_index("enterprise_id")
    kept = disturbed.found[quarter].loc[answers.index]
    assert kept["done"].tolist() == answers["done"].tolist()
    assert kept["found"].eq(True).fillna(False).tolist() == answers["found"].eq("có").tolist()
    assert kept["findings"].map(len).sum() == len(disturbed.year.filled[quarter]["findings"])


@pytest.mark.parametrize("quarter", QUARTERS[1:], ids=str)
def test_the_next_list_knows_what_was_found(disturbed, made, quarter):
    before = pd.concat([disturbed.found[past] for past in QUARTERS if past < quarter])
    visits, registry = disturbed.plans[quarter].visits, as_known(made, day(quarter.start, -1)).registry
    alive = pd.concat([registry[name] for name in ("annual_reports", "accident_reports")])
    alive = alive[alive["filed_on"] >= QUARTERS[0].start]["enterprise_id"]
    closed = before.index[before["done"].eq("closed")].difference(alive)
    signs = pd.concat([registry[name]["enterprise_id"] for name in ("signals", "accidents")])
    clean = before.index[before["done"].eq("done") & ~before["found"].eq(True)].difference(signs)
    assert len(closed)
    assert len(clean) > 5
    assert not visits.index.intersection(closed.union(clean)).tolist()
    assert visits.loc[visits.index.intersection(before.index[before["done"].eq("done")]), "sign"].all()


def test_overdue_remedies_are_looked_at_again(disturbed):
    first, second = QUARTERS[:2]
    found = pd.DataFrame(disturbed.year.filled[first]["findings"])
    late = found[found["remedied_on"].isna() & found["remedy_due_on"].lt(second.start - pd.Timedelta(days=1))]
    listed = disturbed.plans[second].visits.reindex(late["enterprise_id"])
    told = pd.DataFrame(disturbed.year.told[first, "followups"]["follow_ups"])
    assert len(late)
    assert listed["arm"].eq("mandatory").all()
    assert set(late["enterprise_id"]) <= set(told.loc[told["kind"].eq("remedy_overdue"), "enterprise_id"])


def test_decisions_are_on_the_list_and_reviewed(disturbed):
    first = QUARTERS[0]
    (added, dropped), visits = disturbed.decided[first]["enterprise_id"], disturbed.plans[first].visits
    assert dropped not in visits.index
    assert visits.at[added, "decision"] == "add"
    overrides = disturbed.year.told[first, "review"]["overrides"]
    assert [(row["action"], row["enterprise_id"]) for row in overrides] == [("add", added), ("drop", dropped)]


def test_the_last_quarter_is_planned_with_what_was_learned(disturbed):
    told = disturbed.year.told["train"]
    models = {quarter: disturbed.plans[quarter].manifest["model"]["id"] for quarter in QUARTERS}
    assert models[LEARNED] == told["model_id"]
    assert len(set(models.values())) == 2


def test_files_of_another_version_are_not_signed(tmp_path):
    workspace = make_workspace(tmp_path, Programme(), "vi")
    ledger = open_ledger(tmp_path / "ledger.sqlite3")
    enter(ledger, "lan")
    set_roles(ledger, "minh", ["reviewer"], by="lan")
    manifest = {"outputs": {"visits.csv": "abc"}, "plan_version": 1}
    visits = pd.DataFrame({"order": [1]}, index=pd.Index(["5600000001"], name="enterprise_id"))
    save_version(ledger, "2026Q1", visits, manifest, "lan", based_on=0)
    file = workspace.path("plans", "2026Q1", "manifest.json")
    file.parent.mkdir()
    for written in (None, manifest | {"plan_version": 2}):
        if written:
            file.write_text(json.dumps(written))
        with pytest.raises(OshriskError) as refused:
            commands.sign("2026Q1", "reviewed", version=1, by="minh", folder=tmp_path)
        assert refused.value.code == "ledger.other_files"
    file.write_text(json.dumps(manifest))
    commands.sign("2026Q1", "reviewed", version=1, by="minh", folder=tmp_path)
    assert status(ledger, "2026Q1")["state"] == "reviewed"
    save_version(
        ledger, "2026Q1", visits, manifest | {"plan_version": 2}, "lan", based_on=status(ledger, "2026Q1")["revision"]
    )
    file.write_text(json.dumps(manifest | {"plan_version": 2}))
    with pytest.raises(OshriskError) as refused:  # nothing is broken: a newer version was not read
        commands.sign("2026Q1", "reviewed", version=1, by="minh", folder=tmp_path)
    assert refused.value.code == "ledger.not_latest"
    ledger.close()

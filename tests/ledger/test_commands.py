"""The commands for decisions and sign-off, as their user calls them."""

import json
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from oshrisk import deciding
from oshrisk.cli import decisions as commands
from oshrisk.errors import OshriskError
from oshrisk.ledger import log, save_version, stored_version
from oshrisk.settings import Programme
from oshrisk.workspace import make_workspace, open_workspace

from .builders import revision, visits

app = typer.Typer()
app.command("override")(commands.override)
app.command("sign")(commands.sign)
app.add_typer(commands.ledger, name="ledger")


NOTHING = {"displaced": [], "price": {}}


@pytest.fixture(autouse=True)
def solved(monkeypatch):
    """These plans have no registers to solve them from."""
    monkeypatch.setattr(deciding, "quarterly_list", lambda *_, **__: SimpleNamespace(effects=NOTHING))


@pytest.fixture
def folder(tmp_path):
    return make_workspace(tmp_path / "dien-bien", Programme(), "vi").folder


@pytest.fixture
def call(folder):
    def run(*arguments, code=0):
        done = CliRunner().invoke(app, [*map(str, arguments), "--folder", str(folder)])
        if isinstance(done.exception, OshriskError):
            raise done.exception
        assert done.exit_code == code, done.output
        return done.output

    return run


@pytest.fixture
def ledger(folder, call):
    """The ledger of the folder, with people and a plan."""
    call("ledger", "user", "add", "lan", "--role", "planner,admin", "--user", "lan")
    call("ledger", "user", "add", "hoa", "--role", "reviewer", "--user", "lan")
    call("ledger", "user", "add", "son", "--role", " approver , reader", "--user", "lan")
    opened = commands.ledger_of(open_workspace(folder), create=False)
    save_version(opened, "2027Q1", visits("a", "b"), {}, "lan", based_on=0)
    yield opened
    opened.close()


def drop(call, *more):
    return call("override", "2027Q1", "drop", "a", "--reason", "closed", "--text", "x", "--user", "lan", *more)


def test_the_first_user_is_told(call):
    assert "lan" in call("ledger", "user", "add", "lan", "--role", "admin,planner", "--user", "lan").splitlines()[0]
    assert json.loads(call("ledger", "user", "list", "--json")) == {"users": {"lan": ["admin", "planner"]}}
    assert len(call("ledger", "user", "add", "hoa", "--role", "reviewer", "--user", "lan").splitlines()) == 1


@pytest.mark.parametrize("command", [["verify"], ["log"], ["status", "2027Q1"], ["user", "list"]])
def test_looking_does_not_make_a_ledger(call, folder, command):
    with pytest.raises(OshriskError) as error:
        call("ledger", *command)
    assert error.value.code == "ledger.no_ledger"
    assert not list(folder.glob("ledger*"))


def test_from_decision_to_approval(call, ledger):
    assert json.loads(drop(call, "--json")) == {"decision": 1, **NOTHING}
    shown = json.loads(call("ledger", "status", "2027Q1", "--json"))
    assert (shown["state"], shown["unsolved"], shown["decisions"][0]["enterprise_id"]) == ("draft", [1], "a")
    save_version(ledger, "2027Q1", visits("b"), {}, "lan", based_on=revision(ledger))
    call("sign", "2027Q1", "reviewed", "--version", 2, "--user", "hoa")
    call("sign", "2027Q1", "approved", "--version", 2, "--user", "son", "--note", "đồng ý")
    said = call("ledger", "status", "2027Q1")
    assert [name in said for name in ("hoa", "son", "đồng ý", "đã phê duyệt")] == [True] * 4
    with pytest.raises(OshriskError, match="frozen"):
        drop(call)
    assert json.loads(call("ledger", "reopen", "2027Q1", "--text", "bão", "--user", "lan", "--json")) == {"version": 3}


def test_withdraw(call, ledger):
    drop(call)
    call("ledger", "withdraw", "2027Q1", 1, "--text", "nhầm", "--user", "lan")
    assert json.loads(call("ledger", "status", "2027Q1", "--json"))["decisions"] == []


def test_a_stale_base_is_a_conflict(call, ledger):
    base = revision(ledger)
    drop(call, "--base", base)
    with pytest.raises(OshriskError) as error:
        call("override", "2027Q1", "drop", "b", "--reason", "closed", "--text", "x", "--user", "lan", "--base", base)
    assert error.value.code == "ledger.conflict"


def test_override_solves_again_and_shows_the_price(call, ledger, monkeypatch):
    def replan(workspace, quarter, *, by, **_):
        effect = {"displaced": ["b"], "price": {"findings": -0.25}}
        save_version(ledger, quarter, visits("c"), {}, by, based_on=revision(ledger), effects={1: effect})
        return SimpleNamespace(effects=effect)

    monkeypatch.setattr(deciding, "quarterly_list", replan)
    said = drop(call)
    assert "0,25" in said
    assert "b" in said.splitlines()[-2]
    assert stored_version(ledger, "2027Q1").number == 2


def test_a_decision_around_which_no_plan_can_be_made_is_withdrawn(call, ledger, monkeypatch):
    def replan(workspace, quarter, *, by, **_):
        raise OshriskError("ledger.not_listed", enterprise="z", quarter=quarter)

    monkeypatch.setattr(deciding, "quarterly_list", replan)
    with pytest.raises(OshriskError, match="z is not on the list"):
        drop(call)
    assert log(ledger)["kind"].tolist()[-2:] == ["decision", "withdrawal"]
    assert json.loads(call("ledger", "status", "2027Q1", "--json"))["unsolved"] == []


def test_verify_prints_a_hash_and_names_what_is_broken(call, ledger):
    head = json.loads(call("ledger", "verify", "--json"))
    assert head["whole"]
    assert head["hash"] == log(ledger)["hash"].iloc[-1]
    assert head["hash"] in call("ledger", "verify", "--hash", head["hash"])
    wrong = json.loads(call("ledger", "verify", "--hash", "0" * 64, "--json", code=commands.BROKEN))
    assert wrong["problem"] == "anchor"


def test_log_in_words(call, ledger):
    drop(call)
    assert (
        call("ledger", "log", "--quarter", "2027q1")
        .splitlines()[-1]
        .endswith("lan: 2027Q1: bỏ a (đã đóng cửa hoặc ngừng hoạt động: x)")
    )
    assert len(json.loads(call("ledger", "log", "--json"))["log"]) == len(log(ledger))

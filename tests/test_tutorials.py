"""The planner's tutorials work as written: every command of theirs, one after the other, on a small simulated province.

What a reader has to put in is put in here: registers in place of the empty workbook, real ids in place of the examples,
the number of the latest version, and answers in the form of results.
"""

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from oshrisk.cli import app
from oshrisk.ledger import open_ledger, status
from oshrisk.planning import Quarter
from oshrisk.settings import settings_file
from oshrisk.simulate import write_workbook

from .test_docs import FENCE, ROOT
from .year import SOURCE, Year, answers, as_known, day, fill, province

QUARTER = Quarter(2026, 1)  # in the past: its visits can have results, whatever today is
NEXT = QUARTER.next
SHOWN = {"2027Q1": str(QUARTER), "2027Q2": str(NEXT)}  # what the pages call them
ELSEWHERE = {"demo", "train", "compare", "promote", "report", "desk"}  # these have tests of their own, and take long
FOUND = {"check": {0, 1}}  # 1: there is something to mend
TWINS = ("docs/huong-dan.md", "docs/planner.md")


def commands(page):
    """The command lines of a page, in order."""
    for kind, inside in FENCE.findall((ROOT / page).read_text(encoding="utf-8")):
        for line in inside.splitlines() if not kind else ():
            word, *arguments = shlex.split(line, comments=True) or [""]
            if word in {"oshrisk", "cd"} and not ELSEWHERE & set(arguments):
                yield word, arguments


class Reader:
    """Somebody who follows a page line by line."""

    def __init__(self, made):
        self.made = made
        self.ids = {}

    def follow(self, word, arguments, monkeypatch):
        if word == "cd":
            monkeypatch.chdir(arguments[0])
            self.put_registers_in()
            return
        if arguments[0] == "record":
            self.fill_form_in(arguments[2])
        done = CliRunner().invoke(app, self.own(arguments))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code in FOUND.get(arguments[0], {0}), (arguments, done.output)

    def own(self, arguments):
        """The arguments with the reader's own quarter, ids and version."""
        own = [re.sub("2027Q[12]", lambda found: SHOWN[found[0]], word) for word in arguments]
        if own[0] == "override":
            own[3] = self.some_enterprise(own[2], own[3])
        if "--version" in own:
            own[own.index("--version") + 1] = str(self.version())
        return own

    def put_registers_in(self):
        programme = Year(Path(), None, self.made).programme(QUARTER)
        Path("programme.toml").write_text(settings_file(programme, "vi"), encoding="utf-8")
        write_workbook(Path(SOURCE), as_known(self.made, day(QUARTER.start, -1)), seed=1)

    def plan(self, name):
        folder = Path("plans") / str(QUARTER)
        file = {"visits": "visits-simulated.csv", "others": f"khong-chon-{QUARTER}-simulated.csv"}[name]
        return pd.read_csv(folder / file, dtype={"enterprise_id": "str"})

    def some_enterprise(self, action, shown):
        """An enterprise about which this can be decided; the same for the same example."""
        if shown not in self.ids:
            visits, others = self.plan("visits"), self.plan("others")
            chosen = visits.loc[visits["arm"].eq("risk") & visits["mode"].eq("on_site"), "enterprise_id"]
            free = others.loc[others["rule_id"].eq("capacity"), "enterprise_id"]
            taken = set(self.ids.values())
            self.ids[shown] = next(one for one in (free if action == "add" else chosen) if one not in taken)
        return self.ids[shown]

    def version(self):
        ledger = open_ledger("ledger.sqlite3", create=False)
        try:
            return status(ledger, str(QUARTER))["version"]
        finally:
            ledger.close()

    def fill_form_in(self, name):
        issued = Path("plans") / str(QUARTER) / f"ket-qua-{QUARTER}-simulated.xlsx"
        visits = self.plan("visits").set_index("enterprise_id")
        fill(issued, Path(name.replace("2027Q1", str(QUARTER))), answers(visits, self.made.truth, QUARTER))


@pytest.fixture(scope="module")
def made():
    return province(size=150)


def test_both_languages_show_the_same_commands():
    def said(page):
        for _, words in commands(page):
            text = words.index("--text") + 1 if "--text" in words else None
            yield [word for place, word in enumerate(words) if place != text]

    assert list(said(TWINS[0])) == list(said(TWINS[1]))


def test_the_year_can_be_followed(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reader = Reader(made)
    for word, arguments in commands(TWINS[1]):
        reader.follow(word, arguments, monkeypatch)
    assert Path(SOURCE).is_file()

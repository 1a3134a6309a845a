"""A year of a department: registers that arrive, plans, decisions, sign-off, visits, results with mistakes in them."""

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter
from python_calamine import CalamineWorkbook

from oshrisk.planning import Quarter
from oshrisk.registry.results_tables import SHEETS, find_columns, sheet_title
from oshrisk.settings import Programme, settings_file
from oshrisk.simulate import Simulation, simulate, write_workbook
from oshrisk.workspace import make_workspace

QUARTERS = [Quarter(2026, number) for number in (1, 2, 3, 4)]
SOURCE = "registers/province-simulated.xlsx"
LAN, MINH, HOA = "lan", "minh", "hoa"  # planner, reviewer, approver
CODE = "TRAINING"  # of the decrees of before and after 2026-07
LEARNED = QUARTERS[3]  # planned with what was learned from the quarters before
STRAY = "5600999999"  # an enterprise that no plan has


def province(size=350, seed=4):
    """The province on the last day of the year. The department's own visits of the year are left to its plans."""
    made = simulate(size, seed=seed, read_on="2026-12-31")
    tables = dict(made.registry.tables)
    visits = tables["inspections"]
    ours = visits["body"].eq("home_affairs") & visits["started_on"].ge(QUARTERS[0].start)
    tables["inspections"] = visits[~ours]
    findings = tables["findings"]
    tables["findings"] = findings[~findings["inspection_id"].isin(visits.loc[ours, "inspection_id"])]
    return replace(made, registry=replace(made.registry, tables=tables))


def as_known(made, date):
    """The province as the registers show it on a date."""
    known = replace(made.registry.known(date), read_on=pd.Timestamp(date).as_unit("s"), as_of=None)
    return Simulation(known, made.truth, made.truth_accidents, made.seed)


def day(date, days=0):
    return (pd.Timestamp(date) + pd.Timedelta(days=days)).date().isoformat()


def answers(visits, truth, quarter):
    """What inspectors would write about the visits of a plan, by sheet: one row a visit, one a finding."""
    rng = np.random.default_rng([quarter.number, 11])
    luck = pd.DataFrame(rng.random((len(truth), 4)), index=truth.index).loc[visits.index]
    rows, findings = [], []
    for place, (enterprise, month) in enumerate(visits["month"].items()):  # tens of visits
        violates, gone = truth.at[enterprise, "violation"], not truth.at[enterprise, "exists"]
        started = dt.datetime(quarter.year, int(month), 3 + int(15 * luck.at[enterprise, 0]))
        row = {"enterprise_id": enterprise, "done": "done", "started_on": started, "inspector": f"KT-{place % 3}"}
        row |= {"found": "có" if violates else "không", "workers_seen": int(truth.at[enterprise, "workers"])}
        if gone or luck.at[enterprise, 1] < 0.08:
            end = "closed" if gone else "refused" if luck.at[enterprise, 1] < 0.04 else "not_done"
            row = {"enterprise_id": enterprise, "done": end} | ({"started_on": started} if end != "not_done" else {})
        elif violates:
            wait = 8 if luck.at[enterprise, 2] < 0.5 else 80  # half fall due in the quarter, and half are mended
            mended = {"remedied_on": started + dt.timedelta(days=5)} if luck.at[enterprise, 3] < 0.5 else {}
            due = {"remedy_due_on": started + dt.timedelta(days=wait)}
            findings.append({"enterprise_id": enterprise, "code": CODE, "severity": "serious"} | due | mended)
        rows.append(row)
    return {"visits": rows, "findings": findings}


def with_mistakes(filled):
    """The same with mistakes in it, and in how many rows there are some."""
    visits, findings = ([dict(row) for row in filled[name]] for name in ("visits", "findings"))
    done = [row for row in visits if row["done"] == "done" and row["found"] == "không"]
    done[0]["inspector"] = None
    done[1]["started_on"] = "31/02/2026"
    done[2]["workers_seen"] = "12 người"
    findings.append({"enterprise_id": STRAY, "code": CODE, "severity": "serious"})
    findings.append({"enterprise_id": done[3]["enterprise_id"], "code": CODE, "severity": "serious"})  # said: none
    return {"visits": visits, "findings": findings}


def fill(form: Path, target: Path, filled):
    """Write a form again as it was issued, with answers in it."""
    issued = CalamineWorkbook.from_path(str(form))
    with xlsxwriter.Workbook(str(target)) as book:
        date = book.add_format({"num_format": "dd/mm/yyyy"})
        for name in issued.sheet_names:
            cells = [list(row) for row in issued.get_sheet_by_name(name).to_python(skip_empty_area=False)]
            sheet = next((key for key in filled if sheet_title(key, "vi") == name), None)
            if sheet is not None:
                _answer(cells, sheet, filled[sheet])
            page = book.add_worksheet(name)
            for down, row in enumerate(cells):
                for across, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        page.write_datetime(down, across, cell, date)
                    elif isinstance(cell, str) and cell:
                        page.write_string(down, across, cell)
                    elif cell is not None and cell != "":
                        page.write(down, across, cell)
    return target


def _answer(cells, sheet, rows):
    heads = {len(find_columns(sheet, [str(cell) for cell in row])): place for place, row in enumerate(cells)}
    top = heads[len(SHEETS[sheet])]
    columns = find_columns(sheet, [str(cell) for cell in cells[top]])
    places = {str(row[columns["enterprise_id"]]): place for place, row in enumerate(cells) if place > top}
    for number, row in enumerate(rows, start=top + 1):
        place = places[row["enterprise_id"]] if sheet == "visits" else number
        cells += [[""] * len(cells[top])] if place == len(cells) else []  # empty rows at the end are not read
        for name, value in row.items():
            cells[place][columns[name]] = value


@dataclass
class Year:
    """The working folder of a department and what its people do in it.

    What was killed is taken up again as people would: they look whether it was done, and if not they do it again.
    """

    folder: Path
    shell: object
    made: Simulation
    filled: dict = field(default_factory=dict)
    told: dict = field(default_factory=dict)

    def start(self):
        programme = self.programme(QUARTERS[0])
        make_workspace(self.folder, programme, "vi")
        today = day(QUARTERS[0].start, -30)
        for user, roles in ((LAN, "admin,planner"), (MINH, "reviewer"), (HOA, "approver")):
            self.again("ledger", "user", "add", user, "--role", roles, "--user", LAN, today=today)

    def programme(self, quarter):
        model = {"model": "challenger"} if quarter == LEARNED else {}
        return Programme.model_validate(
            {
                "registers": {"source": SOURCE, "read_on": day(quarter.start, -1)},
                "capacity": {"inspector_days": 60},
                "selection": {"seconds": 0.2, "letters": 20},
                "ranking": model,
            }
        )

    def again(self, *arguments, today, code=0, done=lambda: False):
        """Run a command; where it is killed, look whether its work is done, and otherwise run it again."""
        arguments = (*map(str, arguments), "--folder", str(self.folder))
        if self.shell.disturbed(*arguments, today=today) and done():
            self.shell.took.append(self.shell.usual[len(self.shell.took)])
            facts = {}
        else:
            facts = self.shell.run(*arguments, today=today, code=code)
        assert not [*self.folder.rglob(".partial-*"), *self.folder.rglob(".replaced-*")]
        return facts

    def look(self, *arguments, today):
        """Run a command that is never killed."""
        return self.shell.look(*map(str, arguments), "--folder", str(self.folder), "--json", today=today)

    def status(self, quarter):
        return self.look("ledger", "status", quarter, today=day(quarter.start))

    def plan(self, quarter):
        """Registers arrive, the plan is made, decided about and signed."""
        before = day(quarter.start, -1)
        public = self.folder / "seeds" / f"{quarter}.commitment.json"
        self.again("seed", quarter, today=day(quarter.start, -20), done=public.exists)
        known = as_known(self.made, before)
        write_workbook(self.folder / SOURCE, known, seed=quarter.number)
        (self.folder / "programme.toml").write_text(settings_file(self.programme(quarter), "vi"), encoding="utf-8")
        self.again("check", today=before, code=1)
        self.again("plan", quarter, "--user", LAN, today=before)
        for decision in self.decisions(quarter):
            self.override(quarter, *decision)
        for user, step in ((MINH, "reviewed"), (HOA, "approved")):
            version = self.status(quarter)["version"]
            self.again(
                "sign", quarter, step, "--version", version, "--user", user, today=day(quarter.start),
                done=lambda step=step: self.status(quarter)["state"] == step,
            )  # fmt: skip

    def decisions(self, quarter):
        """Drop the first visit that nothing but risk chose, add the first that only the days left out."""
        folder = self.folder / "plans" / str(quarter)
        visits = pd.read_csv(folder / "visits-simulated.csv", dtype={"enterprise_id": "str"}).set_index("enterprise_id")
        others = pd.read_csv(folder / f"khong-chon-{quarter}-simulated.csv", dtype={"enterprise_id": "str"})
        chosen = visits[visits["arm"].eq("risk")]
        left = others[others["rule_id"].eq("capacity")]
        remote = chosen[chosen["mode"].eq("remote")]
        made = [
            ("drop", chosen.index[0], "closed", "Đã giải thể"),
            ("add", left["enterprise_id"].iloc[0], "local_danger", "Công trường mới mở"),
            ("mode", (remote if len(remote) else chosen).index[-1], "equal_treatment", "Phải đến tận nơi", "on_site"),
        ]
        if quarter == QUARTERS[0]:  # the drop comes last: it may bring onto the list whom the other would add
            return [made[1], made[0]]
        return [made[quarter.number - 2]]

    def override(self, quarter, action, enterprise, *words):
        def stands():
            facts = self.status(quarter)
            made = [(row["action"], row["enterprise_id"]) for row in facts["decisions"]]
            if (action, enterprise) not in made:
                return False
            self.look("plan", quarter, "--user", LAN, today=today)
            return True

        today = day(quarter.start, -1)
        options = [part for pair in zip(("--reason", "--text", "--value"), words, strict=False) for part in pair]
        self.again("override", quarter, action, enterprise, *options, "--user", LAN, today=today, done=stands)

    def visit(self, quarter, visits):
        """The visits are made, recorded with mistakes, mended, recorded again; then everybody looks back."""
        folder, today = self.folder / "plans" / str(quarter), day(quarter.end, -1)
        form = folder / f"ket-qua-{quarter}-simulated.xlsx"
        filled = self.filled[quarter] = answers(visits, self.made.truth, quarter)
        wrong = fill(form, self.folder.parent / f"{self.folder.name}-wrong-simulated.xlsx", with_mistakes(filled))
        right = fill(form, self.folder.parent / f"{self.folder.name}-right-simulated.xlsx", filled)
        who = ("--user", LAN, "--on", today)
        self.told[quarter, "wrong"] = self.again("record", quarter, wrong, *who, today=today, code=1)
        self.told[quarter, "right"] = self.again("record", quarter, right, *who, today=today)
        if quarter == QUARTERS[2]:
            self.told["train"] = self.again("train", today=today)

    def look_back(self, quarter):
        """What the quarter found is told; the list is made again, drawn again, and the ledger is looked through."""
        today, folder = day(quarter.end, -1), self.folder / "plans" / str(quarter)
        for name, more in (("estimate", ()), ("followups", ("--on", today)), ("review", ())):
            self.told[quarter, name] = self.look(name, quarter, *more, today=today)
        self.told[quarter, "verify"] = self.look("verify", folder, today=today)
        self.told[quarter, "redraw"] = self.shell.look("redraw", str(folder), "--json", today=today)
        self.told[quarter, "ledger"] = self.look("ledger", "verify", today=today)

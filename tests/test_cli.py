"""Every command as its user calls it, in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
from functools import partial

import pandas as pd
import pytest

from oshrisk import __version__, cli
from oshrisk.messages import text


@pytest.fixture
def oshrisk(tmp_path):
    def call(*arguments, language="en"):
        command = [sys.executable, "-c", "from oshrisk.cli import main; main()"]
        command += ["--language", language] if language else []
        environment = {name: value for name, value in os.environ.items() if name != "OSHRISK_LANGUAGE"}
        return subprocess.run(
            [*command, *map(str, arguments)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return call


@pytest.fixture
def demo(demo_folder, tmp_path):
    folder = shutil.copytree(demo_folder, tmp_path / "demo")
    settings = folder / "programme.toml"
    lines = settings.read_text(encoding="utf-8")
    assert "seconds = 5.0" in lines
    settings.write_text(lines.replace("seconds = 5.0", "seconds = 0.2"), encoding="utf-8")  # of the search for a list
    return folder


def test_version(oshrisk):
    assert oshrisk("--version").stdout.strip() == __version__


def test_language_may_stand_anywhere(oshrisk):
    done = oshrisk("plan", "--help", "--language", "en", language="vi")
    assert "Example:" in done.stdout


@pytest.mark.parametrize(("asked", "shown"), [("", "en"), ("vi", "vi")])
def test_results_speak_the_language_of_the_programme(oshrisk, tmp_path, asked, shown):
    oshrisk("init", "province", language="en")
    checked = oshrisk("check", "--folder", "province", language=asked)
    assert checked.returncode == 0, checked.stderr
    assert text("cli.results.clean", shown) in checked.stdout
    assert (tmp_path / "province" / "checks" / text("cli.marked_name", shown)).exists()


def test_simulated_workbook_is_known_by_any_name(oshrisk, demo, tmp_path):
    shutil.copy(next((demo / "registers").glob("*.xlsx")), tmp_path / "registers.xlsx")
    assert "SIMULATED DATA" in oshrisk("check", "registers.xlsx").stdout


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("command", ["demo", "init", "template", "check", "rank", "plan", "prices"])
def test_help_has_an_example(oshrisk, command, language):
    done = oshrisk(command, "--help", language=language)
    assert done.returncode == 0
    assert f"oshrisk {command}" in done.stdout
    assert ("Example:" if language == "en" else "Ví dụ:") in done.stdout


def test_demo_prints_files_and_the_first_ten_with_reasons(oshrisk, tmp_path):
    done = oshrisk("demo")
    assert done.returncode == 0, done.stderr
    assert "SIMULATED DATA" in done.stdout
    assert done.stdout.count("\n   - ") >= 10
    for number in range(1, 11):
        assert f"\n{number}. " in done.stdout
    for words in ("trips, ", "advisory letter", "% of the best possible", "not committed beforehand"):
        assert words in done.stdout
    assert "oshrisk sign 2027Q1 reviewed --version 1" in done.stdout
    files = list((tmp_path / "demo" / "plans" / "2027Q1").glob("*.xlsx"))
    assert files
    for file in files:
        assert "simulated" in file.name
        assert file.name in done.stdout


def test_demo_replaces_a_demo_but_nothing_else(oshrisk, tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "thesis.txt").write_text("mine", encoding="utf-8")
    done = oshrisk("demo")
    assert done.returncode == 3
    assert "--folder" in done.stderr
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["thesis.txt"]


def test_plan_is_the_same_twice(oshrisk, demo):
    plans = []
    for _ in range(2):
        done = oshrisk("plan", "2027Q1", "--folder", demo, "--json")
        assert done.returncode == 0, done.stderr
        plans.append(json.loads(done.stdout))
    assert plans[0] == plans[1]
    assert plans[0]["outputs"]
    assert plans[0]["visits"]


def test_prices_write_nothing_into_the_plan(oshrisk, demo, tmp_path):
    before = sorted(demo.rglob("*"))
    done = oshrisk("prices", "2027Q1", "--folder", demo, "--json", "--output", "prices-simulated.csv")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    found = [abs(row["price_findings"]) for row in facts["prices"]]
    assert found == sorted(found, reverse=True)
    assert {"roads", "nights", "more_days", "trip"} <= {row["limit"] for row in facts["prices"]}
    assert facts["selection"]["objective"] <= facts["selection"]["bound"]
    assert len(pd.read_csv(tmp_path / "prices-simulated.csv")) == len(found)
    assert sorted(demo.rglob("*")) == before


def test_plan_of_nobody_cannot_be_signed(oshrisk, demo):
    done = oshrisk("plan", "2027Q1", "--folder", demo, "--user", "")
    assert done.returncode == 0, done.stderr
    assert text("cli.results.not_entered", "en") in done.stdout
    assert "oshrisk sign" not in done.stdout


def test_plan_of_a_past_quarter_uses_what_was_known_then(oshrisk, demo):
    done = oshrisk("plan", "2026Q2", "--folder", demo, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["as_of"] == "2026-03-31"


def test_init_then_check(oshrisk, tmp_path):
    assert oshrisk("init", "province").returncode == 0
    folder = tmp_path / "province"
    assert (folder / "programme.toml").exists()
    assert list((folder / "registers").glob("*.xlsx"))
    again = oshrisk("init", "province")
    assert again.returncode == 3
    checked = oshrisk("check", "--folder", "province", "--json")
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("command", [["plan", "2027Q1", "--folder", "province"], ["rank", "--folder", "province"]])
def test_empty_registers_make_no_list(oshrisk, tmp_path, command):
    oshrisk("init", "province")
    done = oshrisk(*command)
    assert done.returncode == 3
    assert "nothing to rank" in done.stderr
    assert not list((tmp_path / "province" / "plans").iterdir())


def test_check_exits_1_and_marks_the_cells(oshrisk, demo, tmp_path):
    done = oshrisk("check", "--folder", demo, "--report", "marked-simulated.xlsx", "--json")
    assert done.returncode == 1, done.stderr
    facts = json.loads(done.stdout)
    for table in facts["tables"].values():
        assert table["accepted"] + table["quarantined"] == table["read"]
    assert sum(table["quarantined"] for table in facts["tables"].values()) > 0
    assert (tmp_path / "marked-simulated.xlsx").exists()


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_rank_writes_everybody(oshrisk, demo, tmp_path, ending):
    target = tmp_path / f"ranking-simulated.{ending}"
    done = oshrisk("rank", "--folder", demo, "--output", target, "--json")
    assert done.returncode == 0, done.stderr
    readers = {"csv": pd.read_csv, "parquet": pd.read_parquet, "xlsx": partial(pd.read_excel, engine="calamine")}
    ranking = readers[ending](target)
    assert len(ranking) == json.loads(done.stdout)["enterprises"]
    assert ranking["rank"].tolist() == list(range(1, len(ranking) + 1))
    assert ranking["reason_1"].notna().any()


def test_simulated_ranking_must_say_so(oshrisk, demo, tmp_path):
    done = oshrisk("rank", "--folder", demo, "--output", "ranking.csv")
    assert done.returncode == 3
    assert not (tmp_path / "ranking.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["plan", "2027Q5", "--folder", "demo"], 3),
        (["plan", "2027Q1", "--folder", "nowhere"], 3),
        (["plan", "2027Q1", "--folder", "demo", "--as-of", "31/12/2026"], 3),
        (["rank", "nothing.xlsx"], 3),
        (["rank", "--folder", "demo", "--output", "simulated.doc"], 3),
        (["check", "nothing.xlsx"], 3),
        (["plan"], 2),
        (["fly"], 2),
        (["rank", "--top", "0"], 2),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_cannot_be_used_ends_with_its_code(oshrisk, demo, arguments, code, language):
    done = oshrisk(*arguments, language=language)
    assert done.returncode == code
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert not (demo / "plans" / "2027Q1").exists()


def test_a_missing_extra_is_named(monkeypatch, capsys):
    def command(_arguments):
        raise ModuleNotFoundError("No module named 'sklearn'", name="sklearn.base")

    monkeypatch.setattr(cli, "app", command)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == cli.CANNOT_USE
    assert 'pip install "oshrisk[learn]"' in capsys.readouterr().err

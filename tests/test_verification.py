"""A list is what its manifest says, or every difference is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from oshrisk.demo import QUARTER, READ_ON, WORKBOOK
from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES, catalogue
from oshrisk.quarterly import quarterly_list
from oshrisk.settings import Capacity, Programme, Registers, settings_file
from oshrisk.simulate import simulate
from oshrisk.simulate.workbook import write_workbook
from oshrisk.verification import MANIFEST, Difference, compare_files, verify_plan
from oshrisk.workspace import make_workspace, open_workspace


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """A small simulated province with its list, made once."""
    folder = tmp_path_factory.mktemp("planned") / "province"
    programme = Programme(
        registers=Registers(source=WORKBOOK, read_on=READ_ON), capacity=Capacity(inspector_days=30, teams=1)
    )
    make_workspace(folder, programme, "vi")
    write_workbook(folder / WORKBOOK, simulate(120, seed=3, read_on=READ_ON))
    quarterly_list(open_workspace(folder), QUARTER)
    return folder


@pytest.fixture
def workspace(planned, tmp_path):
    return open_workspace(shutil.copytree(planned, tmp_path / "demo"))


def plan_of(workspace) -> Path:
    return workspace.path("plans", str(QUARTER))


def alike(reading, workspace, manifest, folder):
    """Make the list again without making it: a copy of what is stored."""
    return Path(shutil.copytree(manifest["folder"], folder / "again"))


def kinds(differences: list[Difference]) -> list[str]:
    return [difference.kind for difference in differences]


def edit(file: Path, **changes) -> None:
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | changes), encoding="utf-8")


def test_a_list_is_made_again_bit_for_bit(workspace):
    assert verify_plan(workspace, plan_of(workspace)) == []


def test_registers_and_settings_of_today_do_not_matter(workspace):
    shutil.rmtree(workspace.path("registers"))
    changed = workspace.programme.model_copy(
        update={"capacity": workspace.programme.capacity.model_copy(update={"inspector_days": 10.0})}
    )
    workspace.path("programme.toml").write_text(settings_file(changed, "vi"), encoding="utf-8")
    assert verify_plan(open_workspace(workspace.folder), plan_of(workspace), alike) == []


def test_a_changed_list_is_named_with_its_cell(workspace, planned):
    book = next(plan_of(workspace).glob("danh-sach-*.xlsx"))
    rows = pd.read_excel(book, header=None, engine="calamine")
    with xlsxwriter.Workbook(str(book)) as forged:
        sheet = forged.add_worksheet("Danh sách kiểm tra")
        sheet.write_string(0, 0, str(rows.iloc[0, 0]))
        sheet.write_string(1, 0, "CHI CỤC KHÁC")

    def as_it_was(reading, workspace, manifest, folder):
        return Path(shutil.copytree(planned / "plans" / str(QUARTER), folder / "again"))

    found = verify_plan(workspace, plan_of(workspace), as_it_was)
    assert kinds(found)[0] == "file_changed"
    cell = next(difference for difference in found if difference.column == "A2")
    assert (cell.kind, cell.name, cell.row, cell.stored) == ("cell", book.name, "Danh sách kiểm tra", "CHI CỤC KHÁC")
    assert cell.now == "SỞ NỘI VỤ TỈNH ĐIỆN BIÊN"
    assert kinds(found)[-1] == "more"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (shutil.rmtree, "snapshot_missing"),
        (lambda snapshot: (snapshot / "hazmat.parquet").unlink(), "snapshot_changed"),
        (lambda snapshot: shutil.copy(snapshot / "signals.parquet", snapshot / "hazmat.parquet"), "snapshot_changed"),
        (lambda snapshot: edit(snapshot / MANIFEST, read_on="2026-11-29"), "snapshot_changed"),
    ],
)
def test_a_changed_snapshot_is_named_and_nothing_is_made_from_it(workspace, change, kind):
    change(next(workspace.path("snapshots").iterdir()))
    found = verify_plan(workspace, plan_of(workspace), rebuild=None)
    assert kinds(found) == [kind]


def test_a_changed_setting_is_named(workspace):
    stored = plan_of(workspace) / "programme.toml"
    draw = workspace.programme.draw.model_copy(update={"seed": 99})
    stored.write_text(settings_file(workspace.programme.model_copy(update={"draw": draw}), "vi"), encoding="utf-8")
    found = verify_plan(workspace, plan_of(workspace), alike)
    assert kinds(found) == ["file_changed", "settings", "setting"]
    assert (found[-1].name, found[-1].stored, found[-1].now) == ("draw.seed", "99", "2027")


@pytest.mark.parametrize(
    ("entry", "value", "kind"),
    [
        ("settings", "0" * 64, "settings"),
        ("reference", "0" * 64, "reference"),
        ("versions", {"numpy": "1.0"}, "version"),
        ("versions", {"no-such-package": "1.0"}, "version"),
    ],
)
def test_a_manifest_of_other_times_is_named(workspace, entry, value, kind):
    edit(plan_of(workspace) / MANIFEST, **{entry: value})
    assert kinds(verify_plan(workspace, plan_of(workspace), alike)) == [kind]


@pytest.mark.parametrize(
    ("entry", "value", "kind"),
    [
        ("draw", {"seed": 1}, "manifest"),
        ("model", {"name": "other", "id": "0"}, "model"),
        ("as_of", "2026-01-01", "manifest"),
    ],
)
def test_a_manifest_that_the_rebuilding_does_not_make_is_named(workspace, entry, value, kind):
    def otherwise(reading, workspace, manifest, folder):
        made = alike(reading, workspace, manifest, folder)
        edit(made / MANIFEST, **{entry: value})
        return made

    assert set(kinds(verify_plan(workspace, plan_of(workspace), otherwise))) == {kind}


def test_missing_and_further_files_are_named(workspace):
    table = next(plan_of(workspace).glob("letters*.csv"))
    table.unlink()
    (plan_of(workspace) / "notes.txt").write_text("x", encoding="utf-8")
    found = verify_plan(workspace, plan_of(workspace), alike)
    assert [(difference.kind, difference.name) for difference in found] == [
        ("file_missing", table.name),
        ("file_extra", "notes.txt"),
    ]


def test_a_file_that_is_not_made_again_is_named(workspace):
    def fewer(reading, workspace, manifest, folder):
        made = alike(reading, workspace, manifest, folder)
        next(made.glob("*.csv")).unlink()
        return made

    assert kinds(verify_plan(workspace, plan_of(workspace), fewer)) == ["not_rebuilt"]


BEFORE = "enterprise_id,arm,month\n0100,risk,1\n0200,random,2\n0300,risk,3\n"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BEFORE, []),
        (BEFORE.replace("random,2", "random,3"), [("value", "0200", "month", "2", "3")]),
        (BEFORE.replace("0200,random,2\n", ""), [("row_missing", "0200", "", "", "")]),
        (BEFORE + "0400,risk,1\n", [("row_extra", "0400", "", "", "")]),
        (
            "enterprise_id,arm,month\n0200,random,2\n0100,risk,1\n0300,risk,3\n",
            [("value", "0100", "enterprise_id", "", "0200")],
        ),
        (BEFORE.replace("\n", "\r\n"), [("bytes", "", "", "", "")]),
        (BEFORE.replace("month", "team"), None),
    ],
)
def test_tables_are_compared_value_by_value(tmp_path, after, expected):
    files = [tmp_path / name / "visits.csv" for name in "ab"]
    for file, content in zip(files, (BEFORE, after), strict=True):
        file.parent.mkdir()
        file.write_bytes(content.encode())
    found = compare_files(*files)
    if expected is None:
        assert {difference.column for difference in found} == {"month", "team"}
        return
    assert [(one.kind, one.row, one.column, one.stored, one.now) for one in found] == expected


def test_a_difference_of_looks_alone_names_the_sheet(tmp_path):
    files = []
    for name, bold in (("a", True), ("b", False)):
        (tmp_path / name).mkdir()
        files.append(tmp_path / name / "list.xlsx")
        with xlsxwriter.Workbook(str(files[-1])) as book:
            book.set_properties({"created": pd.Timestamp("2027-01-01").to_pydatetime()})
            look = book.add_format({"bold": True})
            book.add_worksheet("Danh sách").write_string(0, 0, "x", look if bold else None)
    assert [(one.kind, one.row) for one in compare_files(*files) if one.kind == "sheet"] == [("sheet", "Danh sách")]


def test_a_folder_without_a_plan(tmp_path, workspace):
    with pytest.raises(OshriskError) as missing:
        verify_plan(workspace, tmp_path)
    assert missing.value.code == "results.no_plan"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"quarter": "2027Q1"}'])
def test_a_broken_manifest(workspace, content):
    (plan_of(workspace) / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(OshriskError) as broken:
        verify_plan(workspace, plan_of(workspace))
    assert broken.value.code == "results.bad_plan"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_difference_is_said_in_words(language):
    for kind in catalogue("results", language)["differences"]:
        said = Difference(kind, "f", "r", "c", "old", "new").sentence(language)
        assert "{" not in said
        assert len(said) > 10

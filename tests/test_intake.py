"""Registers are handed in, checked apart, and put in place whole or not at all."""

import zipfile
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from oshrisk import intake
from oshrisk.errors import OshriskError
from oshrisk.ledger import enter, log, set_roles
from oshrisk.settings import Programme
from oshrisk.workflow import ledger_of, registers_of
from oshrisk.workspace import make_workspace

from .registry.workbooks import ENTERPRISES, firm, write_book

FORMULA = '=HYPERLINK("http://example.org")'


def programme_of(source):
    return Programme.model_validate({"registers": {"source": source, "read_on": "2026-11-23"}})


@pytest.fixture
def workspace(tmp_path):
    made = make_workspace(tmp_path / "dien-bien", programme_of("registers/so.xlsx"), "vi")
    write_book(made.path("registers", "so.xlsx"), {"enterprises": ENTERPRISES})
    return made


@pytest.fixture
def ledger(workspace):
    opened = ledger_of(workspace, create=True)
    enter(opened, "lan")
    set_roles(opened, "hoa", ["reader"], by="lan")
    yield opened
    opened.close()


def book(tmp_path, rows, name="moi.xlsx"):
    return write_book(tmp_path / name, {"enterprises": rows})


def hand_in(workspace, file, name=None):
    return intake.hand_in(workspace, name or file.name, [file.read_bytes()], "lan").number


def test_what_is_handed_in_is_checked_apart(workspace, tmp_path):
    rows = [*ENTERPRISES, firm("560000", name=FORMULA)]
    number = hand_in(workspace, book(tmp_path, rows))
    assert intake.checked(workspace, number) is None
    facts = intake.check(workspace, number, "vi")
    assert facts["counts"]["enterprises"] == {"read": 10, "accepted": 9, "quarantined": 1}
    assert intake.checked(workspace, number) == facts
    folder = intake.check_folder(workspace, number)
    quarantine = pd.read_parquet(folder / intake.QUARANTINE)
    assert quarantine["what_vi"].str.len().gt(0).all()
    assert quarantine["mend_en"].str.len().gt(0).all()
    assert len(pd.read_parquet(folder / "enterprises.parquet")) == 9
    with zipfile.ZipFile(folder / facts["marked"]) as packed:
        assert not any(b"<f>" in packed.read(name) for name in packed.namelist())
    assert FORMULA in str(CalamineWorkbook.from_path(str(folder / facts["marked"])).get_sheet_by_index(1).to_python())
    assert len(registers_of(workspace).registry.ids) == 9
    assert intake.handed_in(workspace)[0].name == "moi.xlsx"


def test_put_in_place_whole_and_the_old_kept_aside(workspace, ledger, tmp_path):
    before = workspace.path("registers", "so.xlsx").read_bytes()
    number = hand_in(workspace, book(tmp_path, [*ENTERPRISES, firm("5600000010")]))
    intake.check(workspace, number, "vi")
    aside = intake.put_in_place(workspace, ledger, number, "lan")
    assert aside.read_bytes() == before
    assert len(registers_of(workspace).registry.ids) == 10
    entry = log(ledger).iloc[-1]
    assert (entry["kind"], entry["by"]) == ("registers", "lan")
    assert entry["payload"]["rows"][0]["accepted"] == 10


def test_what_a_killed_process_left_is_no_hindrance(workspace, ledger, tmp_path):
    number = hand_in(workspace, book(tmp_path, ENTERPRISES[:4]))
    intake.check(workspace, number, "vi")
    left = workspace.path("checks", "handed-in", number, "new")
    left.mkdir()
    (left / "so.xlsx").write_bytes(b"half")
    intake.put_in_place(workspace, ledger, number, "lan")
    assert len(registers_of(workspace).registry.ids) == 4
    assert not left.exists()


def test_a_folder_of_tables_takes_one_more(tmp_path):
    workspace = make_workspace(tmp_path / "dien-bien", programme_of("registers"), "vi")
    pd.DataFrame(ENTERPRISES).to_csv(workspace.path("registers", "enterprises.csv"), index=False)
    opened = ledger_of(workspace, create=True)
    enter(opened, "lan")
    signals = tmp_path / "signals.csv"
    signals.write_text("enterprise_id,occurred_on,kind\n5600000001,01/02/2026,complaint\n", encoding="utf-8")
    number = hand_in(workspace, signals)
    facts = intake.check(workspace, number, "en")
    assert facts["counts"]["signals"]["accepted"] == 1
    assert registers_of(workspace).registry["signals"].empty
    intake.put_in_place(workspace, opened, number, "lan")
    assert len(registers_of(workspace).registry["signals"]) == 1
    opened.close()


def test_the_registers_in_place_are_checked_too(workspace):
    assert intake.check(workspace, intake.IN_PLACE, "vi")["counts"]["enterprises"]["accepted"] == 9
    assert intake.checked(workspace, intake.IN_PLACE)["simulated"] is False


@pytest.mark.parametrize("name", ["../../so.xlsx", "C:\\temp\\so.xlsx", "/etc/so.xlsx"])
def test_a_name_is_never_a_path(workspace, tmp_path, name):
    number = hand_in(workspace, book(tmp_path, ENTERPRISES), name)
    assert intake.handed_in(workspace)[0].name == "so.xlsx"
    assert {file.name for file in workspace.path("checks", "handed-in", number).iterdir()} == {
        "upload.xlsx", "upload.json"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("so.exe", b"MZ", "registry.unknown_kind"),
        ("so", b"", "registry.unknown_kind"),
        ("so.csv", b"a,b", "intake.other_kind"),
        ("so.xlsx", b"not a workbook", "registry.bad_workbook"),
    ],
)
def test_what_cannot_be_registers_is_refused(workspace, name, content, code):
    with pytest.raises(OshriskError) as caught:
        intake.hand_in(workspace, name, [content], "lan")
    assert caught.value.code == code
    assert intake.handed_in(workspace) == []


def test_what_unpacks_to_too_much_is_refused(workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(intake, "_MOST_UNPACKED", 1_000)
    with pytest.raises(OshriskError, match=r"so\.xlsx unpacks"):
        hand_in(workspace, book(tmp_path, ENTERPRISES), "so.xlsx")


def test_a_database_is_not_replaced(tmp_path):
    workspace = make_workspace(tmp_path / "dien-bien", programme_of("sqlite:///so.db"), "vi")
    with pytest.raises(OshriskError) as caught:
        intake.hand_in(workspace, "so.xlsx", [], "lan")
    assert caught.value.code == "intake.database"


def test_simulated_registers_do_not_lose_their_label(workspace, tmp_path):
    number = hand_in(workspace, book(tmp_path, ENTERPRISES, "so-simulated.xlsx"))
    with pytest.raises(OshriskError) as caught:
        intake.check(workspace, number, "vi")
    assert caught.value.code == "intake.label_lost"
    assert intake.checked(workspace, number) is None


def test_nothing_unchecked_nobody_and_no_reader(workspace, ledger, tmp_path):
    before = workspace.path("registers", "so.xlsx").read_bytes()
    number = hand_in(workspace, book(tmp_path, [firm("56", name=None)]))
    with pytest.raises(OshriskError) as caught:
        intake.put_in_place(workspace, ledger, number, "lan")
    assert caught.value.code == "intake.not_checked"
    intake.check(workspace, number, "vi")
    with pytest.raises(OshriskError) as caught:
        intake.put_in_place(workspace, ledger, number, "lan")
    assert caught.value.code == "intake.nobody"
    other = hand_in(workspace, book(tmp_path, ENTERPRISES[:3]))
    intake.check(workspace, other, "vi")
    with pytest.raises(OshriskError) as caught:
        intake.put_in_place(workspace, ledger, other, "hoa")
    assert caught.value.code == "ledger.no_role"
    assert workspace.path("registers", "so.xlsx").read_bytes() == before
    with pytest.raises(OshriskError) as caught:
        intake.check_folder(workspace, "../..")
    assert caught.value.code == "intake.unknown"
    assert isinstance(workspace.folder, Path)

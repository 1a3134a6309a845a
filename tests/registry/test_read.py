"""Every source gives the same registry, and every row is accepted or explained."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES
from oshrisk.registry.read import Reading, read_registry
from oshrisk.registry.tables import TABLES

from .workbooks import ENTERPRISES, firm, write_book

READ_ON = "2026-11-23"
A, B = "0100000001", "5600000002"
FIRMS = [
    {"MST": A, "Tên đơn vị": "Mỏ đá A", "Mã ngành": "0810", "Phiên bản mã ngành": "VSIC 2018", "Số lao động": "1.234"},
    {"MST": B, "Tên đơn vị": "Xưởng B", "Mã ngành": "35111", "Phiên bản mã ngành": "VSIC 2025", "Số lao động": "5"},
]
REPORTS = [{"Mã số thuế": A, "Kỳ báo cáo": "6 tháng đầu năm 2026", "Ngày nộp": "2/7/2026", "Không có tai nạn": "Có"}]


def _check(reading: Reading) -> None:
    assert reading.quarantine.empty
    firms = reading.registry["enterprises"]
    assert firms["enterprise_id"].tolist() == [A, B]
    assert firms["workers"].tolist() == [1234, 5]
    assert firms["sector_scheme"].tolist() == ["vsic2018", "vsic2025"]
    report = reading.registry["accident_reports"].iloc[0]
    assert report[["enterprise_id", "period"]].tolist() == [A, "2026H1"]
    assert report["known_on"] == pd.Timestamp("2026-07-02")
    assert report["reported_zero"]


@pytest.mark.parametrize("titles", [0, 3])
def test_a_vietnamese_workbook(tmp_path: Path, titles: int) -> None:
    path = write_book(tmp_path / "a.xlsx", {"DOANH NGHIEP": FIRMS, "Báo cáo tai nạn": REPORTS}, titles)
    _check(read_registry(path, read_on=READ_ON))


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_folder_of_csv(tmp_path: Path, sign: str, encoding: str) -> None:
    pd.DataFrame(FIRMS).to_csv(tmp_path / "doanh_nghiep.csv", sep=sign, encoding=encoding, index=False)
    pd.DataFrame(REPORTS).to_csv(tmp_path / "accident_reports.csv", sep=sign, encoding=encoding, index=False)
    _check(read_registry(tmp_path, read_on=READ_ON))


def test_a_folder_of_parquet_with_typed_columns(tmp_path: Path) -> None:
    firms = pd.DataFrame(FIRMS).assign(**{"Số lao động": [1234, 5]}).astype({"Phiên bản mã ngành": "category"})
    reports = pd.DataFrame(REPORTS).assign(**{"Ngày nộp": pd.Timestamp("2026-07-02"), "Không có tai nạn": True})
    firms.to_parquet(tmp_path / "Doanh nghiệp.parquet")
    reports.to_parquet(tmp_path / "accident_reports.parquet")
    _check(read_registry(tmp_path, read_on=READ_ON))


def test_a_database(tmp_path: Path) -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    url = f"sqlite:///{tmp_path / 'so.db'}"
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        pd.DataFrame(FIRMS).to_sql("doanh_nghiep", connection, index=False)
        pd.DataFrame(REPORTS).to_sql("bao_cao_tai_nan", connection, index=False)
        connection.execute(sqlalchemy.text("create table nhat_ky (x int)"))
    engine.dispose()
    reading = read_registry(url, read_on=READ_ON)
    _check(reading)
    assert [note.facts["table"] for note in reading.notes if note.key == "unknown_table"] == ["nhat_ky"]


def test_a_database_without_sqlalchemy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(OshriskError) as failure:
        read_registry("sqlite:///so.db")
    assert failure.value.code == "registry.no_sqlalchemy"
    assert "oshrisk[sql]" in failure.value.message("vi")


@pytest.mark.parametrize("url", ["nosuchdialect://host/base", "postgresql+nosuchdriver://u:secret@host/base"])
def test_a_database_that_does_not_open_keeps_the_password(url: str) -> None:
    pytest.importorskip("sqlalchemy")
    with pytest.raises(OshriskError) as failure:
        read_registry(url)
    assert failure.value.code == "registry.bad_database"
    assert "secret" not in str(failure.value)


def test_a_workbook_of_one_unnamed_sheet_holds_the_enterprises(tmp_path: Path) -> None:
    reading = read_registry(write_book(tmp_path / "a.xlsx", {"Sheet1": FIRMS}), read_on=READ_ON)
    assert reading.registry.ids.tolist() == [A, B]


def test_a_single_csv_file(tmp_path: Path) -> None:
    pd.DataFrame(FIRMS).to_csv(tmp_path / "danh ba.csv", index=False)
    assert read_registry(tmp_path / "danh ba.csv", read_on=READ_ON).registry.ids.tolist() == [A, B]


def test_broken_and_blank_lines_of_csv_keep_their_numbers(tmp_path: Path) -> None:
    lines = [
        "BÁO CÁO",
        "MST;Tên",
        f"{A};Một",
        "",
        f"{B};Hai;thừa",
        ";",
        "5600000003;Ba",
        '5600000004;"Bốn',
        'dòng"',
        "x;Năm",
    ]
    (tmp_path / "doanh nghiep.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    reading = read_registry(tmp_path, read_on=READ_ON)
    assert reading.registry.ids.tolist() == [A, "5600000003", "5600000004"]
    assert reading.quarantine[["row", "code", "value"]].to_numpy().tolist() == [
        [5, "E103", f"{B};Hai;thừa"],
        [9, "E140", "x"],  # a cell over two lines counts as one record
    ]
    assert reading.counts.loc["enterprises"].tolist() == [5, 3, 2]
    assert reading.rejected["enterprises"].loc[5].tolist()[0] == f"{B};Hai;thừa"


def test_a_csv_with_a_heading_alone(tmp_path: Path) -> None:
    (tmp_path / "enterprises.csv").write_text("enterprise_id,name\n")
    assert len(read_registry(tmp_path).registry.ids) == 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("enterprises.csv", "Mã số thuế,Tên\n1,Đá\n".encode("utf-16"), "not_utf8"),
        ("enterprises.csv", b"a,b\n1,2\n", "no_heading"),
        ("enterprises.parquet", b"PAR1 no", "bad_file"),
        ("enterprises.xlsx", b"no workbook", "bad_workbook"),
        ("enterprises.pdf", b"%PDF", "unknown_kind"),
        ("accidents.csv", b"MST,Ng\xc3\xa0y\n", None),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, code: str | None) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(OshriskError) as failure:
        read_registry(tmp_path / name)
    assert failure.value.code == f"registry.{code or 'no_enterprises'}"
    assert all(name in failure.value.message(language) for language in LANGUAGES)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(OshriskError, match=r"no_such\.xlsx"):
        read_registry(tmp_path / "no_such.xlsx")
    with pytest.raises(OshriskError) as failure:
        read_registry(tmp_path)
    assert failure.value.code == "registry.no_enterprises"
    with pytest.raises(OshriskError) as failure:
        read_registry(write_book(tmp_path / "a.xlsx", {"Doanh nghiệp": [{"Tên": "A", "Địa chỉ": "B"}]}))
    assert failure.value.code == "registry.no_ids"
    with pytest.raises(OshriskError) as failure:
        read_registry(write_book(tmp_path / "b.xlsx", {"Doanh nghiệp": FIRMS, "enterprises": FIRMS}))
    assert failure.value.code == "registry.two_sources"


def test_notes_name_what_was_not_read_and_what_is_near(tmp_path: Path) -> None:
    rows = [{**FIRMS[0], "Số lao độn": 3, "MST ": B, "Ghi chú": "x"}]
    sheets = {"Doanh nghiệp": rows, "Tai nan lao dog": REPORTS, "Vi phạm": [{"gì": 1, "đó": 2}]}
    reading = read_registry(write_book(tmp_path / "a.xlsx", sheets), read_on=READ_ON)
    said = [note.message("vi") for note in reading.notes]
    assert any("Số lao độn" in line and "Số lao động" in line for line in said)
    assert any("Ghi chú" in line and "không được đọc" in line for line in said)
    assert any("Tai nan lao dog" in line and "Tai nạn lao động" in line for line in said)
    assert any("Vi phạm" in line and "tiêu đề" in line for line in said)
    assert any("MST (2)" in line for line in said)
    assert {note.facts["table"] for note in reading.notes if note.key == "missing_table"} == set(TABLES) - {
        "enterprises"
    }
    assert all(note.message("en") for note in reading.notes)


def test_missing_tables_and_columns_are_unknown(tmp_path: Path) -> None:
    reading = read_registry(write_book(tmp_path / "a.xlsx", {"enterprises": FIRMS}), read_on=READ_ON)
    assert reading.registry["enterprises"]["founded_on"].isna().all()
    assert "founded_on" in reading.registry.absent["enterprises"]
    assert all(len(reading.registry[name]) == 0 for name in TABLES if name != "enterprises")
    assert reading.counts.index.tolist() == ["enterprises"]


def test_rows_marked_as_examples_are_left_out_and_told(tmp_path: Path) -> None:
    rows = [firm(f"» {A}"), firm(A), firm(" ")]
    reading = read_registry(write_book(tmp_path / "a.xlsx", {"enterprises": rows}), read_on=READ_ON)
    assert reading.registry.ids.tolist() == [A]
    assert [note.facts["rows"] for note in reading.notes if note.key == "example_rows"] == ["2"]
    assert reading.counts.loc["enterprises"].tolist() == [2, 1, 1]  # the row without an id is a row


@pytest.mark.parametrize(
    ("name", "simulated"), [("dien-bien-simulated.xlsx", True), ("Sổ mô phỏng.xlsx", True), ("so.xlsx", False)]
)
def test_the_name_says_whether_data_is_simulated(tmp_path: Path, name: str, simulated: bool) -> None:
    assert read_registry(write_book(tmp_path / name, {"enterprises": FIRMS})).registry.simulated is simulated


def test_lost_zeros_are_restored_and_told(tmp_path: Path) -> None:
    rows = [firm(100233488, sector_code=810, commune_code=3127), firm(A)]
    reading = read_registry(write_book(tmp_path / "a.xlsx", {"enterprises": rows}), read_on=READ_ON)
    assert reading.registry["enterprises"].loc[0, ["enterprise_id", "sector_code", "commune_code"]].tolist() == [
        "0100233488",
        "0810",
        "03127",
    ]
    assert {(note.facts["column"], note.facts["rows"]) for note in reading.notes if note.key == "restored_zeros"} == {
        ("enterprise_id", 1),
        ("sector_code", 1),
    }


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ({"legal_form": "cong ty CO PHAN"}, "legal_form", "joint_stock"),
        ({"legal_form": "LLC"}, "legal_form", "limited"),
        ({"commune_code": "Phường Điện Biên Phủ"}, "commune_code", "03127"),
        ({"commune_code": "03127 · phường Điện Biên Phủ"}, "commune_code", "03127"),
        ({"sector_code": "B0810"}, "sector_code", "0810"),
        ({"sector_scheme": None, "registered_on": "15/11/2025", "sector_code": "35111"}, "sector_scheme", "vsic2025"),
        ({"sector_scheme": None, "registered_on": "14/11/2025", "sector_code": "35111"}, "sector_scheme", "vsic2018"),
        ({"sector_scheme": "naics2022", "sector_code": "236220", "enterprise_id": "any id"}, "enterprise_id", "any id"),
    ],
)
def test_writings_of_one_value(tmp_path: Path, change: dict[str, Any], column: str, value: str) -> None:
    reading = read_registry(write_book(tmp_path / "a.xlsx", {"enterprises": [{**firm(A), **change}]}), read_on=READ_ON)
    assert reading.quarantine.empty
    assert reading.registry["enterprises"].loc[0, column] == value


def test_accepted_frames_have_the_dtypes_of_their_tables(tmp_path: Path) -> None:
    registry = read_registry(write_book(tmp_path / "a.xlsx", {"enterprises": ENTERPRISES}), read_on=READ_ON).registry
    for name, table in TABLES.items():
        assert registry[name].columns.tolist() == table.names
        assert [str(dtype) for dtype in registry[name].dtypes] == [column.dtype for column in table.columns]


JUNK = st.one_of(
    st.none(),
    st.sampled_from(
        [A, B, "0101234567-001", "x", "»", "12 người", "31/02/2025", "1.234", "Có", "2026H1", "TNHH", "0810"]
    ),
    st.integers(-10, 10**13),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.dates(),
    st.text(max_size=6),
)


@settings(max_examples=30)
@given(st.data())
def test_accepted_and_quarantined_are_read(data: st.DataObject) -> None:
    """Whatever stands in the cells, no row is lost and none stops the run."""
    sheets = {}
    for name in ("enterprises", "annual_reports", "inspections", "findings"):
        columns = TABLES[name].names
        rows = data.draw(st.lists(st.lists(JUNK, min_size=len(columns), max_size=len(columns)), max_size=4))
        sheets[name] = pd.DataFrame(rows, columns=columns, dtype=object)
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in sheets.items():
            frame.map(lambda cell: "" if cell is None else str(cell).replace("\0", "")).to_csv(
                Path(folder, f"{name}.csv"), index=False
            )
        reading = read_registry(folder, read_on=READ_ON)
    counts = reading.counts
    assert (counts["accepted"] + counts["quarantined"] == counts["read"]).all()
    assert counts["accepted"].to_dict() == {name: len(reading.registry[name]) for name in counts.index}
    for name, count in counts["quarantined"].items():
        rows = reading.quarantine.loc[reading.quarantine["table"] == name, "row"]
        assert rows.nunique() == count == len(reading.rejected.get(str(name), ()))

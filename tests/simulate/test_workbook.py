import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES, Language
from oshrisk.registry.read import read_registry
from oshrisk.registry.tables import TABLES
from oshrisk.registry.titles import table_title
from oshrisk.simulate import Simulation, simulate, write_workbook
from oshrisk.simulate.defects import KINDS


@pytest.fixture(scope="module")
def small() -> Simulation:
    return simulate(600, seed=12)


def test_note_sheet_comes_first(small: Simulation, tmp_path: Path) -> None:
    path = tmp_path / "simulated.xlsx"
    write_workbook(path, small)
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["MÔ PHỎNG – SIMULATED", *(table_title(name, "vi") for name in TABLES)]
    note = book.get_sheet_by_index(0).to_python()
    assert note[0][0] == "DỮ LIỆU MÔ PHỎNG"
    with zipfile.ZipFile(path) as parts:
        assert "simulated" in parts.read("docProps/core.xml").decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clean_workbook_reads_back_whole(small: Simulation, tmp_path: Path, language: Language) -> None:
    path = tmp_path / "simulated.xlsx"
    assert write_workbook(path, small, planted_defects=False, language=language) == []
    reading = read_registry(path, read_on="2026-11-30")
    assert reading.quarantine.empty
    assert reading.registry.simulated
    assert reading.counts["accepted"].to_dict() == {name: len(rows) for name, rows in small.registry.items()}
    for name, rows in small.registry.items():
        assert (
            reading.registry[name]
            .isna()
            .sum()
            .drop("sector_scheme", errors="ignore")
            .equals(rows.isna().sum().drop("sector_scheme", errors="ignore"))
        )
    for name, column in (("annual_reports", "workers"), ("findings", "fine_mvnd"), ("enterprises", "founded_on")):
        assert reading.registry[name][column].equals(small.registry[name][column])


def test_exactly_the_planted_rows_are_quarantined(province: Simulation, tmp_path: Path) -> None:
    path = tmp_path / "dien_bien_simulated.xlsx"
    defects = write_workbook(path, province, seed=3)
    rows = sum(len(frame) for frame in province.registry.values())
    assert 0.007 * rows < len(defects) < 0.013 * rows
    assert {defect.kind for defect in defects} == {kind.name for kind in KINDS} | {"duplicate"}
    assert len({(defect.table, defect.row) for defect in defects}) == len(defects)
    reading = read_registry(path, read_on="2026-11-30")
    planted = {(defect.table, defect.row) for defect in defects}
    caught = set(zip(reading.quarantine["table"], reading.quarantine["row"], strict=True))
    assert caught == planted
    cells = set(zip(reading.quarantine["table"], reading.quarantine["row"], reading.quarantine["field"], strict=True))
    named = {(defect.table, defect.row, defect.field) for defect in defects}
    assert len(cells & named) > 0.9 * len(named)


def test_the_same_seed_gives_the_same_file(small: Simulation, tmp_path: Path) -> None:
    first, second, other = (tmp_path / f"simulated{number}.xlsx" for number in range(3))
    assert write_workbook(first, small) == write_workbook(second, simulate(600, seed=12))
    assert first.read_bytes() == second.read_bytes()
    assert write_workbook(other, small, seed=2) != write_workbook(first, small)


@pytest.mark.parametrize(
    ("name", "code"), [("province.xlsx", "simulate.name_not_simulated"), ("simulated.csv", "simulate.not_a_workbook")]
)
def test_names_that_are_refused(small: Simulation, tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(OshriskError) as failure:
        write_workbook(tmp_path / name, small)
    assert failure.value.code == code
    assert all(failure.value.message(language) for language in LANGUAGES)
    assert not (tmp_path / name).exists()


def test_writing_leaves_the_simulation_alone(small: Simulation, tmp_path: Path) -> None:
    write_workbook(tmp_path / "simulated.xlsx", small)
    for name, rows in simulate(600, seed=12).registry.items():
        assert rows.equals(small.registry[name])

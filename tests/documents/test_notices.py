"""The notices of a day: lists and letters from the registers alone, whole, and honest about what they cannot know."""

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from oshrisk.documents.notice_facts import Registers
from oshrisk.documents.notice_kinds import machine_notice, missing_notice, reminder_notice, training_notice
from oshrisk.documents.notices import notices_of, write_notices
from oshrisk.duties.reports import last_due, not_filed
from oshrisk.workflow import registers_of

DAY = pd.Timestamp("2026-12-01")


@pytest.fixture(scope="module")
def registry(planned):
    return registers_of(planned).registry


@pytest.fixture(scope="module")
def registers(planned, registry):
    return Registers.of(registry, planned.programme, DAY, "vi")


def test_machines_have_a_row_each_and_their_owners_one_letter(registers):
    notice = machine_notice(registers)
    owners = set(notice.sheets[0].columns[2].cells)
    assert notice.rows == len(notice.sheets[0].columns[0].cells) > 0
    assert set(notice.letters) == owners


def test_missing_reports_are_those_of_the_duties(registers):
    notice = missing_notice(registers)
    expected = [not_filed(registers.known, registers.features, last_due(registers.known.date, kind)) for kind in
                ("accident", "annual")]  # fmt: skip
    assert notice.rows == sum(map(len, expected))
    assert set(notice.letters) == set(expected[0].index) | set(expected[1].index)


@pytest.mark.parametrize(("ahead", "some"), [(10, False), (45, True)])
def test_reminders_are_written_only_before_a_deadline(registers, ahead, some):
    assert (reminder_notice(registers, ahead) is not None) == some


def test_nobody_is_late_with_a_report_that_fell_due_after_the_registers_were_read(planned, registry):
    later = Registers.of(registry, planned.programme, pd.Timestamp("2027-02-01"), "vi")
    said = set(missing_notice(later).sheets[0].columns[5].cells)
    assert not any("2026" in name and "6 tháng đầu" not in name for name in said)


def test_the_needs_of_communes_sectors_and_enterprises_add_up(registers):
    communes, sectors, enterprises = training_notice(registers, DAY + pd.DateOffset(years=1)).sheets
    whole = sum(next(column for column in enterprises.columns if column.title == "Cần huấn luyện").cells)
    for sheet in (communes, sectors):
        total = next(column for column in sheet.columns if column.title == "Cộng").cells
        assert total[-1] == pytest.approx(whole) == pytest.approx(sum(total[:-1]))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_notice_speaks_both_languages(planned, registry, language):
    made = notices_of(Registers.of(registry, planned.programme, DAY, language))
    assert [notice.name for notice in made] == ["machines", "reports_missing", "reports_due", "training"]
    assert all(notice.letters for notice in made)


def test_the_files_are_whole_and_marked(planned, registers):
    steps = []
    written = write_notices(planned, registers, progress=steps.append)
    assert written.folder == planned.path("notices", "2026-12-01")
    assert all("-simulated" in file.name for file in written.files)
    books = [file for file in written.files if file.suffix == ".xlsx"]
    assert len(books) == 4
    for file in books:
        rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
        assert any("MÔ PHỎNG" in str(cell) for row in rows[:8] for cell in row)
    assert any(file.suffix == ".docx" for file in written.files)
    lists = write_notices(planned, registers, letters=False, progress=steps.append)
    assert {file.suffix for file in lists.files} == {".xlsx"}

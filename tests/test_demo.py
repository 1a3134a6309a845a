"""The demo workbook that lies under ``data/`` is what the simulator makes."""

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from oshrisk.demo import WORKBOOK

ROOT = Path(__file__).parents[1]


def cells(path):
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.skipif(not (ROOT / "data").exists(), reason="only a source checkout has the data folder")
def test_stored_workbook_is_what_the_simulator_makes(demo_folder):
    assert cells(ROOT / "data" / Path(WORKBOOK).name) == cells(demo_folder / WORKBOOK)

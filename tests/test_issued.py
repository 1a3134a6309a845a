"""A list read back from its files is the list that was made."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from oshrisk.errors import OshriskError
from oshrisk.issued import read_issued
from oshrisk.planning import Quarter
from oshrisk.quarterly import quarterly_list
from oshrisk.settings import Programme
from oshrisk.simulate import simulate, write_workbook
from oshrisk.workspace import make_workspace

QUARTER = Quarter(2027, 1)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("issued")
    programme = Programme.model_validate(
        {
            "registers": {"source": "registers/a-simulated.xlsx", "read_on": "2026-11-30"},
            "capacity": {"inspector_days": 40},
            "selection": {"seconds": 0.1, "letters": 20},
        }
    )
    made = make_workspace(folder, programme, "vi")
    write_workbook(folder / "registers" / "a-simulated.xlsx", simulate(300, seed=3, read_on="2026-11-30"))
    return made


@pytest.fixture(scope="module")
def listed(workspace):
    return quarterly_list(workspace, QUARTER, by="lan")


@pytest.mark.parametrize("name", ["visits", "trips", "letters", "not_selected"])
def test_tables_come_back_as_they_were(workspace, listed, name):
    assert_frame_equal(getattr(read_issued(workspace, QUARTER), name), getattr(listed.inputs.plan, name))


def test_the_ranking_comes_back(workspace, listed):
    issued = read_issued(workspace, QUARTER)
    assert_frame_equal(issued.assessment, listed.ranking.assessment)
    assert_frame_equal(issued.reasons(issued.visits.index), listed.inputs.reasons)
    assert_frame_equal(issued.records(issued.visits.index), listed.inputs.records)
    everybody = listed.inputs.plan.eligibility["inclusion_probability"]
    assert np.allclose(issued.draw["inclusion_probability"], everybody[issued.draw.index])
    assert (issued.version, issued.state, issued.simulated) == (1, "draft", True)
    assert issued.as_of == pd.Timestamp("2026-11-30")


def test_a_changed_file_is_refused(workspace, listed):
    file = listed.folder / "visits-simulated.csv"
    content = file.read_bytes()
    file.write_bytes(content.replace(b"on_site", b"remote"))
    with pytest.raises(OshriskError) as refused:
        read_issued(workspace, QUARTER)
    file.write_bytes(content)
    assert refused.value.code == "results.plan_file_changed"


def test_a_quarter_without_a_list_says_how_to_make_one(workspace):
    with pytest.raises(OshriskError, match="oshrisk plan 2027Q2"):
        read_issued(workspace, Quarter(2027, 2))

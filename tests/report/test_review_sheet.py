"""Reviews and follow-ups on paper."""

from __future__ import annotations

import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES, catalogue
from oshrisk.report.review_sheet import Heading, write_tables
from oshrisk.settings import Office

HEADING = Heading("Review", "REVIEW", "2027Q1", Office(), pd.Timestamp("2027-03-31"), simulated=True)
GROUPS = pd.DataFrame(
    {
        "group": ["=1+1", "lottery"],
        "planned": [30, 8],
        "rate": [0.25, float("nan")],
        "low": [0.125, None],
        "high": [0.5, None],
    }
)
MATTERS = pd.DataFrame(
    {
        "kind": ["Remedies due"],
        "enterprise_id": ["0100000001"],
        "due_on": [pd.Timestamp("2027-05-04")],
        "days_late": [-30.0],
    }
)
TABLES = {"First": GROUPS, "Second": MATTERS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_and_tables_stand_on_one_sheet(cells, tmp_path, language):
    frame = cells(write_tables(tmp_path / "simulated.xlsx", HEADING, ["A sentence."], TABLES, language))["Review"]
    words = frame.to_numpy().ravel().tolist()
    columns = catalogue("results", language)["review"]["columns"]
    due = {"vi": "04/05/2027", "en": "2027-05-04"}[language]
    assert {"REVIEW", "A sentence.", "First", "Second", "=1+1", "0100000001", due, columns["planned"]} <= set(words)
    head = frame.index[frame[0].eq(columns["group"])][0]
    shares = dict(zip(frame.loc[head], frame.loc[head + 1], strict=True))
    assert shares[f"{columns['rate']} (%)"] == 25.0
    assert pd.isna(frame.loc[head + 2, 2])  # no rate is an empty cell, not a zero


def test_the_tables_as_csv(tmp_path):
    lines = write_tables(tmp_path / "simulated.csv", HEADING, [], TABLES, "en").read_text("utf-8-sig").splitlines()
    assert lines[0] == "Group,Planned,Rate (%),From (95 %),To (95 %)"
    assert lines[1] == "=1+1,30,25.0,12.5,50.0"
    assert lines[-1] == "Remedies due,0100000001,2027-05-04,-30.0"


def test_the_same_tables_make_the_same_bytes(tmp_path):
    files = [write_tables(tmp_path / f"{name}-simulated.xlsx", HEADING, [], TABLES) for name in "ab"]
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(("name", "error"), [("real.xlsx", "simulated_name"), ("simulated.pdf", "bad_output")])
def test_names_that_will_not_do(tmp_path, name, error):
    with pytest.raises(OshriskError) as refused:
        write_tables(tmp_path / name, HEADING, [], TABLES)
    assert refused.value.code == f"results.{error}"
    assert not list(tmp_path.iterdir())

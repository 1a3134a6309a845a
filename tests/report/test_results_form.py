"""The results form: made by the plan, filled in by people, read back."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES
from oshrisk.registry.results import read_results
from oshrisk.registry.results_rows import Results, no_results
from oshrisk.registry.results_tables import PREFILLED, SHEETS, TO_FILL, column_texts, form_code, sheet_title
from oshrisk.report.results_form import write_results_form

NAME = "form-simulated.xlsx"


@pytest.fixture
def inputs(simulated):
    """A list as the planning room makes it: with teams, months and probabilities."""
    visits = simulated.plan.visits
    teams = {"team": np.arange(len(visits)) % 2 + 1, "month": np.arange(len(visits)) % 3 + 1}
    visits = visits.assign(**teams, inclusion_probability=1.0)
    return replace(simulated, plan=replace(simulated.plan, visits=visits))


def filled(inputs) -> Results:
    """Results of the first three visits."""
    ids = inputs.plan.visits.index[:3]
    visits = (
        no_results()
        .visits.reindex(ids.astype("str"))
        .assign(
            done=["done", "done", "refused"],
            started_on=pd.Timestamp("2027-02-03").as_unit("s"),
            found=pd.array([True, False, None], dtype="boolean"),
            inspector="A",
            workers_seen=[12.0, np.nan, np.nan],
            quarter="2027Q1",
            recorded_on=pd.Timestamp("2027-04-01").as_unit("s"),
        )
    )
    visits = visits.astype(no_results().visits.dtypes.to_dict())
    findings = pd.DataFrame(
        {"enterprise_id": [ids[0]], "code": ["EQ_INSPECTION"], "count": [2.0], "severity": ["serious"]}
    ).reindex(columns=[column.name for column in SHEETS["findings"]])
    machines = pd.DataFrame({"enterprise_id": [ids[1]], "equipment_id": ["M1"], "item": ["1"], "result": ["passed"]})
    machines = machines.reindex(columns=[column.name for column in SHEETS["machines"]])
    types = no_results()
    return Results(
        visits,
        findings.astype(types.findings.dtypes.to_dict()),
        machines.astype(types.machines.dtypes.to_dict()),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_headings_and_code(inputs, cells, tmp_path, language):
    frames = cells(write_results_form(tmp_path / NAME, inputs, version=3, language=language))
    assert list(frames)[:4] == [sheet_title(name, language) for name in ("guide", *SHEETS)]
    code = form_code("2027Q1", 3, simulated=True)
    for name in SHEETS:
        words = set(frames[sheet_title(name, language)].to_numpy().ravel().tolist())
        assert {column_texts(name, column.name, language)["title"] for column in SHEETS[name]} <= words
        assert code in words


def test_an_empty_form_waits_for_everybody(inputs, tmp_path):
    path = write_results_form(tmp_path / NAME, inputs, version=1)
    visits = inputs.plan.visits
    reading = read_results(path, visits, "2027Q1", "2027-04-01", version=1)
    assert reading.counts.to_numpy().sum() == 0
    assert reading.waiting.tolist() == visits.index.tolist()
    assert reading.simulated


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_recorded_comes_back(inputs, tmp_path, language):
    known = filled(inputs)
    path = write_results_form(tmp_path / NAME, inputs, version=1, recorded=known, language=language)
    reading = read_results(path, inputs.plan.visits, "2027Q1", "2027-04-01", version=1)
    assert reading.quarantine.empty, reading.quarantine
    pd.testing.assert_frame_equal(reading.results.visits, known.visits, check_names=False)
    pd.testing.assert_frame_equal(reading.results.findings, known.findings)
    pd.testing.assert_frame_equal(reading.results.machines, known.machines)


def test_what_the_plan_says_is_filled_in(inputs, cells, tmp_path):
    frame = cells(write_results_form(tmp_path / NAME, inputs, version=1))[sheet_title("visits", "vi")]
    head = frame.index[frame[0].eq("STT")][0]
    rows = frame.loc[head + 1 : head + len(inputs.plan.visits), : len(PREFILLED) - 1]
    assert rows[1].tolist() == inputs.plan.visits.index.tolist()
    assert rows[7].astype(int).tolist() == inputs.plan.visits["month"].tolist()
    assert frame.loc[head + 1 :, len(PREFILLED) : len(PREFILLED) + len(TO_FILL)].isna().all().all()


def test_only_what_is_in_force_is_offered(inputs, tmp_path):
    with zipfile.ZipFile(write_results_form(tmp_path / NAME, inputs, version=1)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
        texts = parts.read("xl/sharedStrings.xml").decode()
    assert sum(sheet.count('type="list"') for sheet in sheets) == 8  # two yes/no or state, three of each list sheet
    assert "EQ_INSPECTION · " in texts
    assert not any("<f>" in sheet for sheet in sheets)


def test_the_same_plan_makes_the_same_bytes(inputs, tmp_path):
    first = write_results_form(tmp_path / "a-simulated.xlsx", inputs, version=1).read_bytes()
    assert write_results_form(tmp_path / "b-simulated.xlsx", inputs, version=1).read_bytes() == first


def test_simulated_data_says_so_in_its_name(inputs, tmp_path):
    with pytest.raises(OshriskError, match="real"):
        write_results_form(tmp_path / "real.xlsx", inputs, version=1)

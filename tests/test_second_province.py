"""A second province with other sectors, roads, teams, rules and labels: data alone, from init to the workbook."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES
from oshrisk.reference import load
from oshrisk.reference.communes import communes
from oshrisk.reference.folder import VARIABLE, lay_over
from oshrisk.reference.sectors import schemes, sector_name
from oshrisk.registry.read import read_registry
from oshrisk.workspace import open_workspace

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "riverland"


@pytest.fixture(autouse=True)
def _packaged_again():
    yield
    lay_over(None)


def oshrisk(*arguments):
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLE.parents[2])}
    call = [sys.executable, "-c", "from oshrisk.cli import main; main()", "--language", "en", *map(str, arguments)]
    return subprocess.run(call, capture_output=True, text=True, check=True, env=environment, encoding="utf-8").stdout


@pytest.fixture(scope="module")
def riverland(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work") / "riverland"
    oshrisk("init", folder)
    shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def planned(riverland):
    return json.loads(oshrisk("plan", "2027Q1", "--folder", riverland, "--json"))


def test_check_accepts_every_row(riverland):
    said = oshrisk("check", "--folder", riverland)
    assert "90 read, 90 accepted, 0 quarantined" in said


def test_the_list_follows_its_own_rules_roads_and_teams(planned, riverland):
    visits = pd.read_csv(riverland / "plans" / "2027Q1" / "visits-simulated.csv", dtype={"commune_code": "str"})
    assert set(visits["team"]) == {1, 2, 3}
    assert set(visits["mode"]) == {"on_site"}
    assert visits["article"].str.startswith("Riverland Safety Act").all()
    assert visits["commune_code"].isin(pd.read_csv(EXAMPLE / "roads.csv", dtype="str")["from_commune"]).all()
    complained = pd.read_csv(EXAMPLE / "registers-simulated" / "signals.csv")["enterprise_id"]
    assert set(complained) <= set(visits.loc[visits["arm"].eq("mandatory"), "enterprise_id"])
    assert planned["roads"]["estimated"] is False


def test_a_scheme_of_its_own_is_checked_by_its_own_list(riverland, tmp_path):
    firms = pd.read_csv(riverland / "registers-simulated" / "enterprises.csv", dtype="str").head(4)
    firms["sector_scheme"] = ["ISIC Rev. 4", "isic4", "", "vsic2018"]
    firms["sector_code"] = ["2592", "3499", "0810", "08"]
    firms.to_csv(tmp_path / "enterprises.csv", index=False)
    open_workspace(riverland)
    reading = read_registry(tmp_path, read_on=pd.Timestamp("2026-11-30"), province_code="riverland")
    found = reading.quarantine.groupby("row")["code"].agg(list).to_dict()
    assert found == {3: ["E160"], 4: ["E161"], 5: ["E150", "E161"]}
    assert set(reading.registry["enterprises"]["sector_scheme"]) == {"isic4"}


def test_its_sectors_are_scored(planned):
    reasons = [reason for visit in planned["visits"] for reason in visit["reasons"]]
    assert any(reason.startswith("Sector: ") for reason in reasons)


def test_the_workbook_is_english(planned, riverland):
    sheets = pd.read_excel(
        riverland / "plans" / "2027Q1" / "list-2027Q1-simulated.xlsx", sheet_name=None, header=None, engine="calamine"
    )
    words = "\n".join(first.astype("str").to_csv(index=False) for first in sheets.values())
    assert "Riverland Labour Office" in words
    assert "Rivermouth" in words
    assert "SIMULATED DATA" in words
    assert "Sở Nội vụ" not in words


def test_the_manifest_names_the_data_it_was_made_with(planned, riverland):
    open_workspace(riverland)
    assert planned["reference"] == load.reference_hash()
    lay_over(None)
    assert planned["reference"] != load.reference_hash()


def test_a_data_folder_holds_until_another_working_folder_is_opened(riverland, demo_folder):
    open_workspace(riverland)
    assert "riverland" in load.provinces()
    assert communes("riverland").loc["90001", "name"] == "Rivermouth"
    assert set(load.table("sector_groups")["version"]) == {"isic4"}
    open_workspace(demo_folder)
    assert load.provinces() == ("dien_bien",)
    assert "vsic2018" in set(load.table("sector_groups")["version"])


def test_what_rests_on_reference_data_is_not_mixed_up(tmp_path):
    head = "code,level,section,parent,division,equivalent,name_vi,name_en,name_en_source,note,source,confidence"
    (tmp_path / "sectors").mkdir()
    (tmp_path / "sectors" / "vsic2018.csv").write_text(
        f"{head},valid_from,valid_to\n23,2,C,C,,,Khác,Other,,,test,assumed,,\n", "utf-8"
    )
    before = sector_name("vsic2018", "23", "en")
    lay_over(tmp_path)
    assert sector_name("vsic2018", "23", "en") == "Other"
    lay_over(None)
    assert sector_name("vsic2018", "23", "en") == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("scheme,codes\nvsic2018,vsic2018\n", "extend.columns_missing"),
        (b"\xff\xfe\x00bad", "extend.not_data"),
    ],
)
def test_a_bad_file_is_named(tmp_path, content, code):
    data = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "sector_schemes.csv").write_bytes(data)
    lay_over(tmp_path)
    with pytest.raises(OshriskError) as caught:
        load.table("sector_schemes")
    assert caught.value.code == code
    assert all("sector_schemes.csv" in caught.value.message(language) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        ({"codes": "nowhere"}, "extend.no_codes", "sectors/nowhere.csv"),
        ({"complete_digits": ""}, "extend.no_digits", "isic4"),
        ({"most_digits": "four"}, "extend.not_data", "sector_schemes.csv"),
    ],
)
def test_a_bad_scheme_is_named(tmp_path, change, code, named):
    shutil.copytree(EXAMPLE / "reference", tmp_path, dirs_exist_ok=True)
    file = tmp_path / "sector_schemes.csv"
    pd.read_csv(file, dtype="str").assign(**change).to_csv(file, index=False)
    lay_over(tmp_path)
    with pytest.raises(OshriskError) as caught:
        schemes()
    assert caught.value.code == code
    assert all(named in caught.value.message(language) for language in LANGUAGES)


def test_a_folder_that_is_not_there_is_named(tmp_path, monkeypatch):
    with pytest.raises(OshriskError) as caught:
        lay_over(tmp_path / "nowhere")
    assert caught.value.code == "extend.no_folder"
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(OshriskError):
        load.tables()

"""One flat file becomes tables."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.registry.read import read_registry

from .workbooks import write_book

MAPPING = Path(__file__).parents[2] / "data" / "mappings" / "osha-ita.toml"
DATA = Path(os.environ.get("OSHRISK_BENCH_DATA", "../shared/data")) / "osha_ita_company_2023_2024.parquet"
FLAT = pd.DataFrame(
    {
        "company_id": [7, 7, 8, 9],
        "naics": ["236220", "236220", "311812", "236220"],
        "state": "TX",
        "year": [2023, 2024, 2023, 2023],
        "hours": [447_008, 4000, 100_000, -1],
        "dart_cases": [4, 0, None, 2],
    }
)


@pytest.mark.parametrize("kind", ["parquet", "csv", "xlsx"])
def test_employers_of_the_united_states(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"flat.{kind}"
    if kind == "parquet":
        FLAT.to_parquet(path)
    elif kind == "csv":
        FLAT.to_csv(path, index=False)
    else:
        write_book(path, {"Sheet1": FLAT.astype(object).where(FLAT.notna(), None).to_dict("records")}, titles=1)
    reading = read_registry(path, mapping=MAPPING, read_on="2026-11-23")
    registry = reading.registry
    assert registry.ids.tolist() == ["7", "8", "9"]
    assert registry["enterprises"]["sector_scheme"].unique().tolist() == ["naics2022"]
    assert registry["enterprises"].loc[0, "name"] == "Employer 7 (TX)"
    reports = registry["annual_reports"]
    assert reports[["enterprise_id", "year"]].to_numpy().tolist() == [["7", 2023], ["7", 2024], ["8", 2023]]
    assert reports["workers"].tolist() == pytest.approx([223.504, 2, 50])
    assert registry["accidents"][["enterprise_id", "count"]].to_numpy().tolist() == [["7", 4], ["9", 2]]
    assert f"{registry['accidents'].loc[0, 'known_on']:%Y-%m-%d}" == "2024-01-10"
    assert reading.counts.loc["accidents"].tolist() == [2, 2, 0]
    assert set(reading.quarantine["code"]) == {"E111"}
    assert set(reading.quarantine["column"]) == {"hours", "hours (2)"}


@pytest.mark.skipif(not DATA.exists(), reason="needs the benchmark data: set OSHRISK_BENCH_DATA")
def test_the_real_file() -> None:
    reading = read_registry(DATA, mapping=MAPPING, read_on="2026-11-23")
    assert reading.counts.loc[["enterprises", "annual_reports"], "read"].tolist() == [187_205, 288_307]
    assert reading.counts["quarantined"].sum() < 0.0005 * reading.counts["read"].sum()


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("[enterprizes]\n", "mapping_name", "enterprises"),
        ("[enterprises]\nenterprise_id='company_id'\nnam='state'\n", "mapping_name", "name"),
        ("[accidents]\ncount='dart_cases'\n", "mapping_name", "enterprise_id"),
        ("[enterprises]\nenterprise_id='compani_id'\n", "mapping_source", "company_id"),
        ("[enterprises]\nenterprise_id='company_id'\nname={template='{stat}'}\n", "mapping_source", "state"),
        ("[enterprises]\nenterprise_id='company_id'\nname={where='x'}\n", "mapping_form", "enterprises.name"),
        ("[enterprises]\nenterprise_id=3\n", "mapping_form", "enterprises.enterprise_id"),
        ("not toml", "bad_mapping", "m.toml"),
    ],
)
def test_mappings_that_do_not_fit(tmp_path: Path, text: str, code: str, said: str) -> None:
    FLAT.to_csv(tmp_path / "flat.csv", index=False)
    (tmp_path / "m.toml").write_text(text)
    with pytest.raises(OshriskError) as failure:
        read_registry(tmp_path / "flat.csv", mapping=tmp_path / "m.toml")
    assert failure.value.code == f"registry.{code}"
    assert said in failure.value.message("en")
    assert said in failure.value.message("vi")


def test_no_mapping_file(tmp_path: Path) -> None:
    with pytest.raises(OshriskError, match="no_such"):
        read_registry(tmp_path / "flat.csv", mapping=tmp_path / "no_such.toml")

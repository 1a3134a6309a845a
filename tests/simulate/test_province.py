import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oshrisk.registry.registry import conform
from oshrisk.registry.tables import HISTORY, TABLES
from oshrisk.simulate import Simulation, simulate, simulate_blocks

OWN = "home_affairs"


def _digest(simulation: Simulation) -> str:
    frames = [*simulation.registry.values(), simulation.truth, simulation.truth_accidents]
    return str([int(pd.util.hash_pandas_object(frame).sum()) for frame in frames])


def _same(a: Simulation, b: Simulation) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(a.registry[name], b.registry[name])
    pd.testing.assert_frame_equal(a.truth, b.truth)
    pd.testing.assert_frame_equal(a.truth_accidents, b.truth_accidents)


# ------------------------------------------------------------------------------------------ looks like Điện Biên
def test_numbers_of_places(province: Simulation) -> None:
    forms = province.registry["enterprises"]["legal_form"].value_counts()
    enterprises = forms[["state", "joint_stock", "limited", "private", "foreign"]].sum()
    assert abs(enterprises - 1349) <= 30  # qdnd.vn, Q1 2025
    assert abs(forms["branch"] - 784) <= 30
    assert enterprises + forms["cooperative"] + forms["household"] > 1480  # "> 1,500 units"
    assert forms["site"] > 10


def test_most_are_small_or_micro(province: Simulation) -> None:
    assert (province.truth["workers"] < 50).mean() > 0.8
    assert (province.truth["workers"] < 10).mean() > 0.3
    assert (province.truth["workers"] >= 100).sum() >= 10


def test_sectors_that_matter(province: Simulation) -> None:
    firms = province.registry["enterprises"]
    names = firms["name"].str.split(" – ").str[1].value_counts()
    assert 10 <= names["Thủy điện"] < 30
    assert 1 <= names["Sản xuất xi măng"] < 10
    assert names[["Xây dựng nhà", "Xây dựng đường bộ", "Xây dựng công trình điện, thủy lợi"]].sum() > 300


def test_hydropower_code_follows_the_registration(province: Simulation) -> None:
    firms = province.registry["enterprises"]
    plants = firms[firms["name"].str.endswith("– Thủy điện")]
    new = plants["registered_on"] >= pd.Timestamp("2025-11-15")
    assert set(plants["sector_code"][new].dropna()) <= {"35121"}
    assert set(plants["sector_code"][~new].dropna()) == {"35111"}
    schemes = firms[["registered_on", "sector_scheme"]].dropna()
    assert ((schemes["sector_scheme"] == "vsic2025") == (schemes["registered_on"] >= pd.Timestamp("2025-11-15"))).all()


def test_communes(province: Simulation) -> None:
    share = province.registry["enterprises"]["commune_code"].value_counts(normalize=True)
    assert len(share) == 45
    assert share[["03127", "03334"]].sum() > 0.35  # the two town wards
    assert share.min() < 0.005


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_five_to_seven_percent_report_accidents(seed: int) -> None:
    registry = simulate(seed=seed).registry
    open_ = registry["enterprises"]["closed_on"].isna().sum()
    shares = registry["accident_reports"]["period"].value_counts() / open_
    late = shares[["2024H2", "2025H1", "2025H2", "2026H1"]]
    assert 0.05 <= late.mean() <= 0.07
    annual = registry["annual_reports"]["year"].value_counts() / open_
    assert 0.08 <= annual.loc[2025] <= 0.12


def test_larger_places_report_more(province: Simulation) -> None:
    reporters = province.truth.index.isin(province.registry["annual_reports"]["enterprise_id"])
    assert province.truth["workers"][reporters].mean() > 1.5 * province.truth["workers"][~reporters].mean()


def test_head_counts_of_the_insurance_register(province: Simulation) -> None:
    firms = province.registry["enterprises"]
    assert firms["workers"].notna().mean() == pytest.approx(0.85, abs=0.03)
    assert (firms["workers"].isna() == firms["workers_on"].isna()).all()


def test_a_few_dozen_visits_a_quarter(province: Simulation) -> None:
    visits = province.registry["inspections"]
    own = visits[visits["body"] == OWN]
    quarters = own["started_on"].dt.to_period("Q").value_counts()
    assert 20 <= quarters.median() <= 45
    assert set(own["inspector"]) == {f"TTV-{number:02d}" for number in range(1, 7)}
    assert {"done", "closed", "not_found"} <= set(own["done"])


def test_past_visits_were_not_random(province: Simulation) -> None:
    visits = province.registry["inspections"]
    planned = province.truth.index.isin(visits.loc[visits["arm"] == "risk", "enterprise_id"])
    workers = np.log(province.truth["workers"])
    assert workers[planned].mean() > workers[~planned].mean() + 0.3
    own = visits[visits["body"] == OWN]
    assert (own["inclusion_probability"].notna() == (own["arm"] == "random")).all()
    assert own["inclusion_probability"].dropna().between(0, 0.02).all()
    years = own.assign(year=own["started_on"].dt.year)
    assert not years.duplicated(["enterprise_id", "year"]).any()  # at most one a year


def test_inspectors_differ_in_strictness() -> None:
    visits = simulate(20_000, seed=4).registry["inspections"]
    done = visits[(visits["body"] == OWN) & (visits["done"] == "done")]
    found = done["found"].astype("float64").groupby(done["inspector"]).mean()
    assert found["TTV-06"] > found["TTV-01"] + 0.1


# ------------------------------------------------------------------------------------------------ the registers
def test_registry_conforms(province: Simulation) -> None:
    for name, table in TABLES.items():
        pd.testing.assert_frame_equal(province.registry[name], conform(province.registry[name], table))
        assert len(province.registry[name]) > 0
    assert province.registry.simulated
    assert province.registry["enterprises"]["name"].str.contains("mô phỏng").all()


def test_no_simulated_tax_code_is_valid(province: Simulation) -> None:
    ids = province.registry["enterprises"]["enterprise_id"]
    assert ids.is_unique
    assert ids.str.fullmatch(r"\d{10}|\d{13}").all()
    assert ids.str.startswith("0").any()
    digits = np.array([[int(digit) for digit in code[:10]] for code in ids])
    valid = 10 - digits[:, :9] @ [31, 29, 23, 19, 17, 13, 7, 5, 3] % 11
    assert (digits[:, 9] != valid).all()


def test_branches_have_parents(province: Simulation) -> None:
    firms = province.registry["enterprises"]
    child = firms["legal_form"].isin(["branch", "site"])
    assert firms["parent_id"].notna().equals(child)
    assert (firms["enterprise_id"].str[:10][child] == firms["parent_id"][child]).all()
    inside = firms["parent_id"].isin(firms["enterprise_id"])
    assert 50 < inside.sum() < child.sum()


def test_closed_places_stay_on_the_register(province: Simulation) -> None:
    gone = ~province.truth["exists"].to_numpy()
    recorded = province.registry["enterprises"]["closed_on"].notna().to_numpy()
    assert (gone | ~recorded).all()
    assert (gone & ~recorded).sum() > 50
    visits = province.registry["inspections"]
    missed = visits[visits["done"].isin(["closed", "not_found"])]
    assert len(missed) > 5
    assert not province.truth.loc[missed["enterprise_id"], "exists"].any()
    assert missed["found"].isna().all()


def test_truth_and_registry_share_nothing_but_ids(province: Simulation) -> None:
    assert province.truth.index.equals(province.registry.ids)
    columns = {column for table in TABLES.values() for column in table.names}
    assert columns.isdisjoint(set(province.truth.columns) - {"workers"})
    known = province.registry["enterprises"]["workers"].to_numpy()
    true = province.truth["workers"].to_numpy()
    assert (known[~np.isnan(known)] != true[~np.isnan(known)]).mean() > 0.5
    for name in TABLES:
        numbers = province.registry[name].select_dtypes("number")
        for rate in ("accident_rate", "fatal_rate", "violation_probability"):
            assert not np.isin(numbers.to_numpy(dtype=float), province.truth[rate].to_numpy()).any()


def test_most_accidents_stay_unreported_but_few_deaths(province: Simulation) -> None:
    true, known = province.truth_accidents, province.registry["accidents"]
    assert len(known) == true["known"].sum()
    share = true.groupby("severity")["known"].mean()
    assert share["fatal"] > 0.75
    assert share["minor"] < 0.3 < share["fatal"]


def test_true_accidents_follow_true_rates() -> None:
    truth = simulate(20_000, seed=9).truth
    expected = (truth["accident_rate"] * truth["workers"]).sum()
    assert truth["accidents_next_year"].sum() == pytest.approx(expected, abs=5 * expected**0.5)
    high = truth["violation_probability"] > 0.5
    assert truth["violation"][high].mean() > truth["violation"][~high].mean() + 0.2


def test_construction_works_in_the_dry_season() -> None:
    simulation = simulate(20_000, seed=3)
    firms = simulation.registry["enterprises"].set_index("enterprise_id")["name"]
    accidents = simulation.truth_accidents
    sites = accidents["enterprise_id"].map(firms).str.contains("Xây dựng|Khai thác đá", regex=True)
    month = accidents["occurred_on"].dt.month
    dry = month.isin([11, 12, 1, 3, 4])
    assert dry[sites].mean() > dry[~sites].mean() + 0.05


def test_reports_of_zero_and_findings_agree_with_the_rest(province: Simulation) -> None:
    registry = province.registry
    visits = registry["inspections"].set_index("inspection_id")
    findings = registry["findings"]
    serious = findings["inspection_id"][findings["severity"] == "serious"].unique()
    assert visits.loc[serious, "found"].all()
    found = visits.index[visits["found"].fillna(False).astype(bool)]
    assert set(found) == set(serious)
    assert not findings.duplicated(["inspection_id", "code"]).any()
    late = findings["remedied_on"].isna() & (findings["remedy_due_on"] < registry.read_on)
    assert 0.05 < late.mean() < 0.6


def test_machines_are_partly_overdue(province: Simulation) -> None:
    machines = province.registry["equipment"]
    newest = machines.sort_values("inspected_on").drop_duplicates(["enterprise_id", "equipment_id"], keep="last")
    newest = newest[newest["withdrawn_on"].isna()]
    overdue = newest["next_due_on"] < province.registry.read_on
    assert 0.1 < overdue.mean() < 0.5
    assert 0.02 < newest["inspected_on"].isna().mean() < 0.2
    assert (newest["result"] == "failed").any()


def test_plans_of_next_year_are_partly_known(province: Simulation) -> None:
    plans = province.registry["other_plans"]
    assert 5 < (plans["year"] == 2027).sum() < (plans["year"] == 2026).sum()


@pytest.mark.parametrize("as_of", ["2022-06-30", "2024-12-31"])
def test_the_past_can_be_looked_at(province: Simulation, as_of: str) -> None:
    known = province.registry.known(as_of)
    assert len(known["enterprises"]) < len(province.registry["enterprises"])
    assert all(len(known[name]) > 0 for name in HISTORY)


# ---------------------------------------------------------------------------------------- deterministic, in blocks
def test_same_seed_same_province() -> None:
    _same(simulate(300, seed=5), simulate(300, seed=5))
    assert _digest(simulate(300, seed=5)) != _digest(simulate(300, seed=6))


def test_same_seed_same_province_in_another_process() -> None:
    code = (
        "import pandas as pd; from oshrisk.simulate import simulate; s = simulate(150, seed=11);"
        "f = [*s.registry.values(), s.truth, s.truth_accidents];"
        "print([int(pd.util.hash_pandas_object(x).sum()) for x in f])"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # own code
    assert other.stdout.strip() == _digest(simulate(150, seed=11))


def test_shards_together_are_the_whole() -> None:
    whole = list(simulate_blocks(25_000, seed=2))
    parts = [block for shard in range(2) for block in simulate_blocks(25_000, seed=2, shard=shard, shards=2)]
    assert [len(block.truth) for block in whole] == [10_000, 10_000, 5_000]
    for block, part in zip([whole[0], whole[2], whole[1]], parts, strict=True):
        _same(block, part)


def test_full_blocks_do_not_depend_on_the_size() -> None:
    _same(next(simulate_blocks(10_000, seed=2)), next(simulate_blocks(1_000_000, seed=2)))


def test_ids_stay_unique_over_blocks() -> None:
    registry = simulate(25_000, seed=8).registry
    assert registry.ids.is_unique
    assert registry["inspections"]["inspection_id"].is_unique


def test_history_rows_when_asked() -> None:
    registry = simulate(5_000, seed=1, history_per_enterprise=10).registry
    assert sum(len(registry[name]) for name in HISTORY) / 5_000 == pytest.approx(10, rel=0.15)


@pytest.mark.parametrize("bad", [{"n": 99}, {"n": 200, "years": 0}])
def test_impossible_wishes(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="n >= 100"):
        simulate(**bad)  # type: ignore[arg-type]  # keywords of the right kind


def test_impossible_shard() -> None:
    with pytest.raises(ValueError, match="shard < shards"):
        next(simulate_blocks(200, shard=2, shards=2))


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(100, 500), years=st.integers(1, 6))
def test_invariants(seed: int, n: int, years: int) -> None:
    simulation = simulate(n, seed=seed, years=years)
    registry, truth = simulation.registry, simulation.truth
    assert len(registry["enterprises"]) == len(truth) == n
    assert truth.notna().all(axis=None)
    assert (truth[["accident_rate", "fatal_rate"]] > 0).all(axis=None)
    assert (truth["fatal_rate"] <= truth["accident_rate"]).all()
    assert (truth["fatal_next_year"] <= truth["accidents_next_year"]).all()
    assert len(simulation.truth_accidents) >= len(registry["accidents"])
    for name in HISTORY:
        rows = registry[name]
        assert (rows["known_on"] <= registry.read_on).all()
        assert (registry.positions(name) >= 0).all()
        happened = {"accidents": "occurred_on", "inspections": "started_on", "signals": "occurred_on"}.get(name)
        if happened:
            assert (rows["known_on"] >= rows[happened]).all()
        if TABLES[name].key:
            assert not rows.duplicated(list(TABLES[name].key)).any()
    reports = registry["annual_reports"]
    for part in ("seasonal_workers", "unskilled_workers", "female_workers", "strict_work_workers"):
        assert not (reports[part] > reports["workers"]).any()
    machines = registry["equipment"]
    assert not (machines["withdrawn_on"] < machines["inspected_on"]).any()
    assert not (machines["in_use_from"] > machines["inspected_on"]).any()
    accidents = registry["accidents"]
    assert (accidents["deaths"] + accidents["seriously_injured"] <= accidents["victims"]).all()
    assert ((accidents["severity"] == "fatal") == (accidents["deaths"] > 0)).all()

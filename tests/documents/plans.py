"""A small plan with a decision, and results of its visits."""

import pandas as pd

from oshrisk import ledger as book
from oshrisk.documents.sources import source_of
from oshrisk.planning import Quarter
from oshrisk.quarterly import quarterly_list
from oshrisk.registry.results_rows import Results, ledger_rows, no_results
from oshrisk.settings import Programme
from oshrisk.simulate import simulate, write_workbook
from oshrisk.workflow import ledger_of
from oshrisk.workspace import make_workspace

QUARTER = Quarter(2027, 1)
ON = pd.Timestamp("2027-04-10")
PLANNER = "lan"
SOURCE = "registers/a-simulated.xlsx"
CODES = ("TRAINING", "OSH_REPORT", "EQ_FAILED")


def made_plan(folder, size=300):
    programme = Programme.model_validate(
        {
            "registers": {"source": SOURCE, "read_on": "2026-11-30"},
            "capacity": {"inspector_days": 40},
            "selection": {"seconds": 0.1, "letters": 20},
        }
    )
    workspace = make_workspace(folder, programme, "vi")
    write_workbook(folder / SOURCE, simulate(size, seed=3, read_on="2026-11-30"))
    made = quarterly_list(workspace, QUARTER, by=PLANNER)
    by_risk = made.inputs.plan.visits.query("arm == 'risk'").index
    ledger = ledger_of(workspace, create=False)
    revision = book.status(ledger, QUARTER)["revision"]
    book.decide(
        ledger, QUARTER, "drop", by_risk[0], reason_code="closed", text="Đã giải thể", by=PLANNER, based_on=revision
    )
    quarterly_list(workspace, QUARTER, by=PLANNER)
    return workspace


def record_visits(workspace):
    """Three of four visits are done; every second of them found something, half of it is mended."""
    visits = source_of(workspace, QUARTER, ON).issued.visits
    ids = visits.index
    state = pd.Series([("done", "done", "done", "refused")[place % 4] for place in range(len(ids))], ids)
    found = pd.Series([float(place % 2) for place in range(len(ids))], ids).where(state.eq("done"))
    started = [pd.Timestamp(QUARTER.year, int(month), 5) for month in visits["month"]]
    rows = pd.DataFrame({"done": state, "started_on": started, "found": found, "inspector": "KT-1"}, ids)
    rows["unreported_accidents"] = found.notna().astype(float).where(found.notna()) * 0
    blank = no_results()
    rows = rows.reindex(columns=blank.visits.columns).astype(blank.visits.dtypes.drop("recorded_on"))
    serious = [name for name in ids if found[name] == 1]
    findings = pd.DataFrame(
        [
            {
                "enterprise_id": name,
                "code": CODES[place % 3],
                "severity": "serious",
                "fine_mvnd": 10.0,
                "remedy_due_on": pd.Timestamp("2027-03-25"),
                "remedied_on": pd.Timestamp("2027-03-20") if place % 2 else pd.NaT,
            }
            for place, name in enumerate(serious)
        ],
        columns=blank.findings.columns,
    ).astype(blank.findings.dtypes)
    results = Results(rows.rename_axis("enterprise_id"), findings, blank.machines)
    book.record_results(ledger_of(workspace, create=False), QUARTER, ledger_rows(results), PLANNER, "0" * 64)

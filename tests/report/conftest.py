"""A small list of the simulated province, and the same one under real colours."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from oshrisk.features import build_features, records
from oshrisk.planning import Quarter, make_plan
from oshrisk.registry.registry import Registry
from oshrisk.report import ListInputs, write_workbook
from oshrisk.risk import assess, load_table, reasons, top_reasons
from oshrisk.settings import Capacity, Programme, Selection
from oshrisk.simulate import simulate

HOSTILE = "=HYPERLINK(1)&+@"


def inputs_of(registry: Registry) -> ListInputs:
    quick = Selection(seconds=0.2)
    programme, table = Programme(capacity=Capacity(inspector_days=60.0), selection=quick), load_table()
    known = registry.known("2026-11-30")
    features = build_features(known, "2026-11-30")
    assessment = assess(features, table)
    plan = make_plan(known, features, assessment, programme, Quarter(2027, 1))
    ids = plan.visits.index
    return ListInputs(
        plan=plan,
        features=features,
        assessment=assessment,
        reasons=reasons(features, table, ids),
        main_reasons=top_reasons(features.loc[ids], table, 3),
        records=records(known, ids),
        registry=known,
        table=table,
        programme=programme,
        manifest={"snapshot": "0" * 64, "seed": 2027, "rows": {"read": 10}, "versions": {"pandas": "3"}, "own": True},
    )


@pytest.fixture(scope="session")
def simulated() -> ListInputs:
    return inputs_of(simulate(150, seed=3).registry)


@pytest.fixture(scope="session")
def real(simulated: ListInputs) -> ListInputs:
    """The same without the mark of simulation; one name is what a spreadsheet would take for a formula."""
    firms = simulated.registry["enterprises"].copy()
    first = firms["enterprise_id"].eq(simulated.plan.visits.index[0])
    firms["name"] = firms["name"].mask(first, HOSTILE)
    tables = dict(simulated.registry.tables) | {"enterprises": firms}
    return replace(simulated, registry=replace(simulated.registry, tables=tables, simulated=False))


@pytest.fixture(scope="session")
def cells():
    """All texts and numbers of the sheets of a workbook, without any format."""

    def read(path) -> dict[str, pd.DataFrame]:
        return pd.read_excel(path, sheet_name=None, header=None, dtype=object, engine="calamine")

    return read


@pytest.fixture(scope="session")
def frames(simulated, cells, tmp_path_factory):
    """The sheets of the simulated list by their names; written once in each language."""

    @cache
    def read(language="vi") -> dict[str, pd.DataFrame]:
        return cells(write_workbook(tmp_path_factory.mktemp("list") / "simulated.xlsx", simulated, language))

    return read

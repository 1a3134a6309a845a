"""The ranking as one table, and the line on likeness that the sheet of reasons shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oshrisk.features import build_features
from oshrisk.messages import catalogue
from oshrisk.report import write_workbook
from oshrisk.report.ranking import ranking_table
from oshrisk.risk.similarity import similarity_to_inspected


def features_of(inputs):
    return build_features(inputs.registry, "2026-11-30")


def test_everybody_has_a_rank_and_a_word_for_likeness(simulated) -> None:
    features = features_of(simulated)
    table = ranking_table(simulated.registry, features, simulated.assessment, simulated.table, "en")
    assert table["rank"].tolist() == list(range(1, len(simulated.assessment) + 1))
    assert table["similarity"].between(0, 1).all()
    inspected = features["months_since_inspection"].notna().reindex(table.index)
    assert 0 < inspected.sum() < len(table)
    assert (table.loc[inspected, "likeness"] == "Like the places that were inspected").all()
    assert table["likeness"].str.endswith("the places that were inspected").all()
    other = ranking_table(simulated.registry, features, simulated.assessment, simulated.table, "vi")
    assert other["likeness"].str.endswith("các cơ sở đã kiểm tra").all()


@pytest.mark.parametrize(("language", "words"), [("vi", "giống các cơ sở"), ("en", "like the places")])
def test_the_sheet_of_reasons_says_how_like_the_inspected(simulated, cells, tmp_path, language, words) -> None:
    features, visits = features_of(simulated), simulated.plan.visits.index
    alike = similarity_to_inspected(features, features["months_since_inspection"].notna(), simulated.table, visits)
    inputs = replace(simulated, assessment=simulated.assessment.join(alike[["similarity", "likeness"]]))
    file = tmp_path / "list-simulated.xlsx"
    write_workbook(file, inputs, language)
    sheet = cells(file)[catalogue("report", language)["sheets"]["reasons"]["name"]]
    assert sheet[1].astype("str").str.lower().str.contains(words).sum() == len(visits)

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from oshrisk.features import FEATURES, build_features, record_text, records
from oshrisk.features.wording import number_text
from oshrisk.messages import LANGUAGES
from oshrisk.registry.registry import registry_of

FIRM = "0101234567"
TABLES = {
    "enterprises": [
        {
            "sector_code": "08101",
            "sector_scheme": "vsic2018",
            "legal_form": "limited",
            "founded_on": "2015-02-03",
            "workers": 12,
            "workers_on": "2020-01-01",
        }
    ],
    "annual_reports": [
        {"year": 2025, "filed_on": "2026-01-08", "workers": 45, "seasonal_workers": 18, "hours_worked": 103456.5}
    ],
    "equipment": [
        {
            "equipment_id": "TB-01",
            "item": "1",
            "inspected_on": "2024-03-12",
            "next_due_on": "2026-03-12",
            "in_use_from": "2015-05-05",
        }
    ],
    "hazmat": [{"cas": "7664-41-7", "quantity_kg": 12500, "recorded_on": "2026-02-01"}],
    "accidents": [
        {"occurred_on": "2025-05-04", "severity": "fatal", "known_on": "2025-05-05"},
        {"occurred_on": "2024-12-31", "severity": "minor", "known_on": "2025-05-05", "count": 3},
    ],
    "accident_reports": [{"period": "2025H1", "filed_on": "2025-07-03", "reported_zero": True}],
    "inspections": [{"inspection_id": "KT-1", "started_on": "2025-09-09", "found": True, "scope": "osh"}],
    "findings": [{"inspection_id": "KT-1", "code": "TRAINING", "severity": "serious", "remedy_due_on": "2025-12-01"}],
    "signals": [{"occurred_on": "2026-10-10", "kind": "complaint"}],
}


@pytest.fixture(scope="module")
def texts(registry):
    rows = records(registry(**TABLES).known("2026-11-23"), [FIRM])
    assert set(rows["enterprise_id"]) == {FIRM}
    return {
        language: rows.assign(text=[record_text(row, language) for row in rows.to_dict("records")])
        .groupby("factor")["text"]
        .agg(list)
        for language in LANGUAGES
    }


@pytest.mark.parametrize(
    ("factor", "vi", "en"),
    [
        (
            "strict_equipment_overdue",
            ["Nồi hơi TB-01: hết hạn kiểm định 12/03/2026"],
            ["Steam boiler TB-01: inspection expired 2026-03-12"],
        ),
        ("past_fatal_accident_5y", ["Tai nạn chết người 04/05/2025"], ["Fatal accident 2025-05-04"]),
        ("past_minor_accidents_top", ["3 vụ tai nạn nhẹ 31/12/2024"], ["3 minor accidents 2024-12-31"]),
        (
            "temporary_share",
            ["Báo cáo ATVSLĐ năm 2025 ngày nộp 08/01/2026: 45 lao động, 18 thời vụ"],
            ["OSH report for 2025, filed 2026-01-08: 45 workers, 18 seasonal"],
        ),
        (
            "hours_per_worker",
            ["Báo cáo ATVSLĐ năm 2025 ngày nộp 08/01/2026: 45 lao động, 103.456,5 giờ làm việc"],
            ["OSH report for 2025, filed 2026-01-08: 45 workers, 103,456.5 hours worked"],
        ),
        (
            "workers",
            ["Báo cáo ATVSLĐ năm 2025 ngày nộp 08/01/2026: 45 lao động"],
            ["OSH report for 2025, filed 2026-01-08: 45 workers"],
        ),
        (
            "chemical_ratio",
            ["Amoniac khan: 12.500 kg, ngưỡng 50.000 kg (ghi nhận 01/02/2026)"],
            ["Ammonia (anhydrous): 12,500 kg, threshold 50,000 kg (recorded 2026-02-01)"],
        ),
        (
            "periodic_report",
            [
                "Có tai nạn 31/12/2024 trong kỳ mà đơn vị báo cáo không có hoặc không báo cáo",
                "Có tai nạn 04/05/2025 trong kỳ mà đơn vị báo cáo không có hoặc không báo cáo",
                "Báo cáo tai nạn lao động 6 tháng đầu năm 2025 ngày nộp 03/07/2025: không có tai nạn",
                "Chưa có báo cáo tai nạn lao động 6 tháng đầu năm 2026 (hạn 05/07/2026)",
            ],
            [
                "Accident 2024-12-31 in a period for which none or nothing was reported",
                "Accident 2025-05-04 in a period for which none or nothing was reported",
                "Accident report, first half of 2025, filed 2025-07-03: no accidents",
                "No accident report, first half of 2026 (due 2026-07-05)",
            ],
        ),
        ("ownership", ["Loại hình: công ty trách nhiệm hữu hạn"], ["Legal form: limited liability company"]),
        ("enterprise_age", ["Thành lập ngày 03/02/2015"], ["Founded 2015-02-03"]),
        (
            "last_inspection",
            ["Kiểm tra ngày 09/09/2025: có vi phạm nghiêm trọng"],
            ["Inspected 2025-09-09: serious violation"],
        ),
        ("signals_1y", ["Khiếu nại, tố cáo, phản ánh ngày 10/10/2026"], ["Complaint, 2026-10-10"]),
    ],
)
def test_records_in_words(texts, factor, vi, en):
    assert texts["vi"][factor] == vi
    assert texts["en"][factor] == en


def test_findings_say_what_is_overdue(texts):
    (text,) = texts["vi"]["open_remedies"]
    assert text.startswith("Không huấn luyện an toàn, vệ sinh lao động")
    assert text.endswith("(kiểm tra 09/09/2025): quá hạn khắc phục 01/12/2025")


def test_every_record_of_a_random_registry_has_words_and_a_factor(random_tables):
    past = {"known": ("2020-01-01", "2026-06-30"), "dates": ("2019-01-01", "2026-06-30")}
    tables = random_tables(np.random.default_rng(5), **past)
    known = registry_of(tables, "2026-06-30").known("2026-06-30")
    ids = known.ids[:5]
    rows = records(known, ids)
    assert set(rows["enterprise_id"]) <= set(ids)
    assert set(rows["factor"]) <= {feature.name for feature in FEATURES}
    for language in LANGUAGES:
        shown = [record_text(row, language) for row in rows.to_dict("records")]
        assert all(text and "nan" not in text.lower().split() and "{" not in text for text in shown)
    # whatever is known of a factor with dated records has at least one behind it
    features = build_features(known, "2026-06-30").loc[ids]
    of_factor = rows.groupby("factor")["enterprise_id"].agg(set)
    for factor in ("temporary_share", "strict_equipment_overdue", "chemical_ratio", "training_coverage", "workers"):
        assert set(features.index[features[factor].notna()]) == of_factor[factor]
    for factor in ("accidents_5y", "fatal_accidents_5y", "past_serious_accidents_3y", "open_remedies", "signals_1y"):
        assert set(features.index[features[factor] > 0]) == of_factor.get(factor, set())


def test_nobody_has_no_records(registry):
    assert len(records(registry(**TABLES).known("2026-11-23"), [])) == 0


@pytest.mark.parametrize(
    ("number", "vi", "en"),
    [(1234.5, "1.234,5", "1,234.5"), (45, "45", "45"), (0.126, "0,13", "0.13"), (100, "100", "100")],
)
def test_numbers(number, vi, en):
    assert (number_text(number, "vi"), number_text(number, "en")) == (vi, en)


def test_unknown_values_are_said_to_be_unknown():
    row = {"key": "founded", "values": {"founded_on": pd.NaT}}
    assert record_text(row, "vi") == "Thành lập ngày chưa rõ"

"""Evidence is shown with what it rests on, and honestly where there is none."""

import shutil

import pandas as pd
import pytest

from oshrisk.messages import text

from .people import said, send

PAGE = "/2027Q1/evidence/"


@pytest.fixture
def played(desk):
    """A backtest as its files would be."""
    folder = desk / "backtests" / "2025Q1-2025Q4"
    folder.mkdir(parents=True)

    def write(name, rows):
        file = folder / f"{text(f'evaluate.files.{name}', 'vi')}-simulated.csv"
        pd.DataFrame(rows).to_csv(file, index=False, encoding="utf-8-sig")

    row = {"outcome": "accident", "metric": "capture", "low": 0.1, "high": 0.3, "labelled": 55.0, "of": 134.0}
    area = row | {"metric": "auc", "value": 0.7, "low": 0.6, "high": 0.8}
    models = ("expert", "random")
    write("table", [one | {"model": name} for one in (row | {"value": 0.25}, area) for name in models])
    curve = {"outcome": "accident", "low": 0.0, "high": 1.0}
    write(
        "curve",
        [curve | {"model": name, "share": s, "captured": s} for name in ("expert", "random") for s in (0.0, 0.5, 1.0)],
    )
    band = {
        "outcome": "accident",
        "model": "expert",
        "rows": 40,
        "expected": 7.6,
        "observed": 9.0,
        "low": 3.0,
        "high": 15.0,
    }
    write("calibration", [band | {"band": number} for number in range(3)])
    group = {"reference": "expected_harm", "dimension": "size", "listed": 15.0, "share": 0.16, "reference_share": 0.4}
    write(
        "fairness", [group | {"group": "micro", "verdict": "differs"}, group | {"group": "small", "verdict": "no_sign"}]
    )
    (folder / f"{text('evaluate.files.sentence', 'vi')}-simulated.txt").write_text("Một câu <b>.\n", encoding="utf-8")
    yield folder
    shutil.rmtree(folder)


def test_nothing_yet_is_said(browser, desk):
    page = said(browser("binh").get(PAGE))
    assert "Chưa kiểm định lại lần nào" in page
    assert text("draw.estimate.no_results", "vi") in page
    assert "chưa biết kết quả của cơ sở nào" in page


def test_figures_stand_with_what_they_rest_on(browser, played):
    page = said(browser("binh").get(PAGE))
    assert "25 %" in page
    assert "10 % – 30 %" in page
    assert "55 / 134" in page
    assert "có khác biệt" in page
    assert "Một câu &lt;b&gt;." in page
    assert "2025Q1 – 2025Q4" in page


def test_the_curve_has_words(browser, played):
    page = said(browser("binh").get(f"{PAGE}curve/"))
    assert "<svg" in page
    assert "aria-label" in page
    assert "figcaption" in page
    assert " style=" not in page


@pytest.mark.parametrize("name", ["secret", "../models", "calibration_picture"])
def test_only_pictures_that_are_there(browser, played, name):
    assert browser("binh").get(f"{PAGE}pictures/{name}").status_code == 404


def test_a_picture_is_given_out(browser, played):
    (played / f"{text('evaluate.files.calibration_picture', 'vi')}-simulated.png").write_bytes(b"\x89PNG")
    answer = browser("binh").get(f"{PAGE}pictures/calibration_picture")
    assert answer["Content-Type"] == "image/png"
    answer.close()


@pytest.mark.parametrize("kind", ["backtest", "train", "models"])
def test_learning_is_a_job_of_planners(browser, desk, kind):
    from oshrisk.desk.models import Job

    answer = send(browser("minh"), f"{PAGE}{kind}/", {"first": "2025Q1", "last": ""}, page=PAGE)
    assert answer.status_code == 302
    assert Job.objects.latest("pk").kind == kind
    for name in ("hoa", "son", "binh", "an"):
        assert send(browser(name), f"{PAGE}{kind}/", page=PAGE).status_code == 403
    assert browser("minh").post(f"{PAGE}{kind}/").status_code == 403


def test_no_quarter_no_job(browser, desk):
    from oshrisk.desk.models import Job

    answer = send(browser("minh"), f"{PAGE}backtest/", {"first": "soon"}, page=PAGE)
    assert answer.status_code == 422
    assert not Job.objects.exists()


def test_without_what_learns_the_page_says_so(browser, desk, monkeypatch):
    monkeypatch.setattr("oshrisk.desk.model_store.can_learn", lambda: False)
    page = said(browser("minh").get(PAGE))
    assert "chưa cài phần học" in page
    assert f"{PAGE}train/" not in page
    assert send(browser("minh"), f"{PAGE}train/", page=PAGE).status_code == 404


def test_what_the_store_holds_is_shown(browser, desk):
    import json

    facts = {
        "read_at": "2026-11-30T10:00:00+07:00",
        "models": [
            {
                "version": 3, "aliases": "challenger", "made_on": "2026-11-29T00:00:00", "kind": "fitted",
                "model_id": "ab", "labels": {"accident": 12, "violation": 40},
            }
        ],
        "verdict": None,
    }  # fmt: skip
    (desk / "desk").mkdir(exist_ok=True)
    (desk / "desk" / "models.json").write_text(json.dumps(facts), encoding="utf-8")
    page = said(browser("binh").get(PAGE))
    assert "challenger" in page
    assert text("evaluate.models.fitted", "vi") in page
    assert ": 40" in page

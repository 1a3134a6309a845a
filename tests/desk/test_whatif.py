"""Other settings are tried without keeping anything, and written only by planners."""

import pytest

from oshrisk.ledger import log, verify
from oshrisk.settings import read_programme

from .people import QUARTER, finished, said, send

PAGE = "/2027Q1/what-if/"
MORE = {"days": "80", "share": "20", "never": "0", "near": "0", "far": "0"}


@pytest.fixture
def state(desk):
    """Everything that must not change."""

    def of():
        from oshrisk.desk.site import ledger

        files = {path: path.read_bytes() for path in desk.rglob("*") if path.is_file() and ".sqlite" not in path.name}
        return files, len(log(ledger()))

    return of


@pytest.mark.parametrize("part", ["", "frontier/", "list/"])
def test_trying_keeps_nothing(browser, state, part):
    before = state()
    answer = browser("binh").get(PAGE + part, MORE | {"solve": "yes"})
    assert answer.status_code == 200
    assert state() == before


def test_more_days_bring_more(browser, desk):
    from oshrisk.desk import lists, trying
    from oshrisk.desk.site import workspace

    issued = lists.issued(QUARTER)
    trial = trying.tried(workspace(), issued, trying.wished(issued.programme, MORE))
    now = trying.present(issued)
    assert trial.visits > now["visits"]
    assert trial.findings > now["findings"]
    page = said(browser("binh").get(f"{PAGE}list/", MORE))
    for row in trying.compared(issued, trial)["coming"]:
        assert f"/2027Q1/enterprise/{row['id']}" in page
    assert "inspector_days = 80.0" in page


def test_the_list_that_stands_has_the_figures_of_its_manifest(desk):
    from oshrisk.desk import lists, trying

    issued = lists.issued(QUARTER)
    chance = issued.draw["inclusion_probability"]
    lots = chance[chance.between(0, 1, inclusive="neither")]
    drawn = float(lots @ issued.assessment.loc[lots.index, "priority"])
    assert trying.present(issued)["worth"] - drawn == pytest.approx(issued.manifest["selection"]["objective"])


def test_the_picture_is_drawn_with_words_and_no_styles(browser, desk):
    page = said(browser("binh").get(f"{PAGE}frontier/", MORE | {"share": "40"}))
    assert 'role="img"' in page
    assert "stroke-dasharray" in page
    assert " style=" not in page
    assert "<table" in page


@pytest.mark.parametrize(
    "asked", [{"days": "<script>"}, {"share": "900"}, {"days": "nan"}, {"far": "-5"}, {"days": "-1"}]
)
def test_nonsense_is_the_list_that_stands(browser, desk, asked):
    answer = browser("binh").get(f"{PAGE}list/", asked)
    assert answer.status_code == 200
    assert "<script>" not in said(answer)


def test_quotas_that_clash_are_said(browser, desk):
    answer = browser("binh").get(f"{PAGE}list/", MORE | {"far": "500"})
    assert answer.status_code == 200
    assert "area=far" in said(answer)


def test_a_thorough_trial_is_a_job(browser, desk, state):
    client = browser("minh")
    answer = send(client, f"{PAGE}thoroughly/", MORE, page=f"{PAGE}list/?days=80")
    files, entries = state()
    assert finished().state == "done"
    assert state() == (files, entries)
    page = client.get(answer["Location"], follow=True)
    assert page.status_code == 200
    assert "inspector_days = 80.0" in said(page)


def test_settings_are_written_with_the_name_of_the_planner(browser, desk):
    from oshrisk.desk.site import ledger

    send(browser("minh"), f"{PAGE}adopt/", MORE, page=f"{PAGE}list/?days=80")
    assert read_programme(desk / "programme.toml").capacity.inspector_days == 80
    entry = log(ledger()).iloc[-1]
    assert (entry["kind"], entry["by"]) == ("settings", "minh")
    assert "capacity.inspector_days = 80.0" in entry["payload"]["rows"][0]["changes"]
    assert verify(ledger()) is None


@pytest.mark.parametrize("name", ["hoa", "son", "binh", "an"])
@pytest.mark.parametrize("part", ["adopt/", "thoroughly/"])
def test_only_planners_write_and_start(browser, desk, name, part):
    before = (desk / "programme.toml").read_bytes()
    assert send(browser(name), PAGE + part, MORE).status_code == 403
    assert (desk / "programme.toml").read_bytes() == before


@pytest.mark.parametrize("part", ["adopt/", "thoroughly/"])
def test_no_form_without_its_token(browser, part):
    assert browser("minh").post(PAGE + part, MORE).status_code == 403


def test_a_very_long_list_is_tried_by_a_job_alone(browser, desk, monkeypatch):
    monkeypatch.setattr("oshrisk.desk.trying.MOST", 10)
    monkeypatch.setattr("oshrisk.desk.trying.best_of", None)
    monkeypatch.setattr("oshrisk.desk.trying.tried", None)
    page = said(browser("minh").get(f"{PAGE}frontier/", MORE))
    assert f'action="{PAGE}thoroughly/"' in page
    assert "<form" not in said(browser("binh").get(f"{PAGE}frontier/", MORE))
    assert browser("binh").get(PAGE, MORE | {"solve": "yes"}).status_code == 200

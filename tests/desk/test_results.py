"""What visits found is handed in or typed, checked, recorded and corrected at the desk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from oshrisk.ledger import log, results, verify
from oshrisk.registry.results_tables import form_code
from tests.registry.forms import finding, visit, write_form

from .people import QUARTER, said, send

PAGE = "/2027Q1/results/"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def listed(desk):
    from oshrisk.desk import lists

    return list(lists.issued(QUARTER).visits.index)


@pytest.fixture
def form(tmp_path):
    def make(visits, findings=()):
        code = form_code("2027Q1", 1, simulated=True)
        path = write_form(tmp_path / "form.xlsx", visits, findings, code=code)
        return SimpleUploadedFile("ket-qua-simulated.xlsx", path.read_bytes())

    return make


@pytest.fixture
def today(desk, monkeypatch):
    import pandas as pd

    import oshrisk.desk.urls  # noqa: F401  # pages cannot be imported before it

    monkeypatch.setattr("oshrisk.desk.pages.results._today", lambda: pd.Timestamp("2027-04-05"))


def kept():
    from oshrisk.desk.site import ledger

    return results(ledger(), QUARTER)


def test_a_workbook_is_recorded_marked_and_corrected(browser, listed, form, today):
    client, (one, two, *_) = browser("minh"), listed
    bad = form(
        [visit(one, found="có", note=HOSTILE), visit(two, started_on="31/02/2027", note=HOSTILE)], [finding(one)]
    )
    page = said(send(client, f"{PAGE}upload/", {"results": bad}, page=PAGE, follow=True))
    assert list(kept().index) == [one]
    assert "31/02/2027" in page
    assert HOSTILE not in page
    report = client.get(f"{PAGE}marked/")
    assert "simulated" in report["Content-Disposition"]
    report.close()
    good = form([visit(one, found="có"), visit(two, started_on="28/02/2027")], [finding(one)])
    page = said(send(client, f"{PAGE}upload/", {"results": good}, page=PAGE, follow=True))
    assert set(kept().index) == {one, two}
    assert kept()["version"].to_dict()[two] == 2
    assert client.get(f"{PAGE}marked/").status_code == 404
    assert "31/02/2027" not in page


def test_a_visit_is_typed_whole_or_not_at_all(browser, listed, today):
    client, one = browser("minh"), listed[0]
    address = f"{PAGE}visit/{one}"
    typed = {
        "based_on": "0",
        "visits-0-done": "done",
        "visits-0-started_on": "31/02/2027",
        "visits-0-found": "yes",
        "visits-0-inspector": HOSTILE,
        "findings-0-code": "EQ_INSPECTION",
        "findings-0-severity": "serious",
        "findings-0-remedy_due_on": "15/04/2027",
    }
    answer = send(client, address, typed, page=address)
    assert answer.status_code == 422
    assert "31/02/2027" in said(answer)
    assert HOSTILE not in said(answer)
    assert kept().empty
    answer = send(client, address, typed | {"visits-0-started_on": "15/02/2027"}, page=address)
    assert answer.status_code == 302
    row = kept().loc[one]
    assert (row["done"], row["found"], row["inspector"], row["by"]) == ("done", True, HOSTILE, "minh")
    assert row["findings"][0]["code"] == "EQ_INSPECTION"
    again = said(client.get(address))
    assert "15/02/2027" in again
    assert "15/04/2027" in again


def test_two_people_who_record_the_same_visit(browser, listed, today):
    one = listed[0]
    address = f"{PAGE}visit/{one}"
    typed = {"based_on": "0", "visits-0-done": "closed", "visits-0-started_on": "15/02/2027"}
    assert send(browser("minh"), address, typed, page=address).status_code == 302
    late = send(browser("lan"), address, typed | {"visits-0-note": "của lan"}, page=address)
    assert late.status_code == 409
    assert "của lan" in said(late)
    assert kept().loc[one, "by"] == "minh"


def test_an_empty_form_records_nothing(browser, listed, today):
    address = f"{PAGE}visit/{listed[0]}"
    assert send(browser("minh"), address, {"based_on": "0"}, page=address).status_code == 422
    assert kept().empty


def test_the_log_stays_whole(browser, listed, today):
    from oshrisk.desk.site import ledger

    address = f"{PAGE}visit/{listed[0]}"
    typed = {"based_on": "0", "visits-0-done": "closed", "visits-0-started_on": "15/02/2027"}
    send(browser("minh"), address, typed, page=address)
    assert log(ledger()).iloc[-1]["kind"] == "results"
    assert verify(ledger()) is None


@pytest.mark.parametrize("name", ["hoa", "son", "binh", "an"])
def test_only_planners_record(browser, listed, name):
    client, address = browser(name), f"{PAGE}visit/{listed[0]}"
    assert client.get(address).status_code == 200
    assert send(client, address, {"based_on": "0"}, page=address).status_code == 403
    assert send(client, f"{PAGE}upload/", page=PAGE).status_code == 403


def test_no_form_without_its_token(browser, listed):
    client = browser("minh")
    assert client.post(f"{PAGE}upload/").status_code == 403
    assert client.post(f"{PAGE}visit/{listed[0]}", {"based_on": "0"}).status_code == 403


def test_a_workbook_of_another_quarter_is_refused(browser, tmp_path, listed, today):
    path = write_form(tmp_path / "form.xlsx", [visit(listed[0])], code=form_code("2026Q4", 1, simulated=True))
    file = SimpleUploadedFile("ket-qua.xlsx", path.read_bytes())
    assert send(browser("minh"), f"{PAGE}upload/", {"results": file}, page=PAGE).status_code == 422
    assert kept().empty


@pytest.mark.parametrize("address", [f"{PAGE}visit/nobody", f"{PAGE}marked/", "/2030Q2/results/"])
def test_what_is_not_there(browser, address):
    assert browser("binh").get(address).status_code == 404


def test_violations_are_named_in_the_language_of_the_page(browser, listed):
    client = browser("minh")
    address = f"{PAGE}visit/{listed[0]}"
    assert "Nồi gia nhiệt dầu" in said(client.get(address))
    send(client, "/language/", {"language": "en"})
    page = said(client.get(address))
    assert "Thermal-oil heater" in page
    assert "Nồi gia nhiệt dầu" not in page

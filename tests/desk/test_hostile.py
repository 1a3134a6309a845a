"""Hostile names, files and addresses: shown as they are written, never run; never a way out of the folder."""

from dataclasses import replace

import pytest

from .people import QUARTER, send

SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>"


@pytest.fixture
def named(desk, monkeypatch):
    """The list, in which one enterprise has a hostile name."""
    from oshrisk.desk import lists

    issued = lists.issued(QUARTER)
    firms = issued.registry["enterprises"].copy()
    firms.loc[firms["enterprise_id"].eq(issued.visits.index[0]), ["name", "address"]] = SCRIPT
    known = replace(issued.registry, tables={**issued.registry.tables, "enterprises": firms})
    hostile = lists.Kept(replace(issued, ranking=replace(issued.ranking, known=known)))
    monkeypatch.setattr(lists, "kept", lambda _: hostile)
    return issued.visits.index[0]


@pytest.mark.parametrize(
    "address", ["/2027Q1/list/", "/2027Q1/enterprise/{}", "/2027Q1/", "/2027Q1/signing/", "/2027Q1/list/?search={}"]
)
def test_a_hostile_name_is_text(browser, named, address):
    page = browser("minh").get(address.format(named)).content.decode()
    assert "<script>alert" not in page
    assert "onerror=alert(1)>" not in page.replace("onerror=alert(1)&gt;", "")
    if "list" in address or "enterprise" in address:
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize("where", ["/2027Q1/list/?search={}", "/login/?next={}", "/2027Q1/enterprise/{}", "/{}"])
def test_hostile_addresses_are_text(browser, where):
    page = browser("minh").get(where.format("%3Cscript%3Ealert(1)%3C/script%3E"), follow=True).content.decode()
    assert "<script>alert" not in page


def test_a_hostile_reason_is_text(browser, named):
    from .test_decisions import revision

    fields = {"action": "drop", "reason": "closed", "text": SCRIPT, "based_on": revision()}
    send(browser("minh"), f"/2027Q1/decide/{named}", fields)
    for address in ("/2027Q1/", f"/2027Q1/enterprise/{named}", "/2027Q1/log/", "/2027Q1/signing/"):
        page = browser("lan").get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "name", ["../../ledger.sqlite3", "..%2F..%2Fprogramme.toml", "manifest.json", "model.json", "%2Fetc%2Fpasswd", "."]
)
def test_only_the_files_of_the_list_are_given_out(browser, name):
    assert browser("lan").get(f"/2027Q1/files/{name}").status_code == 404


def test_the_files_of_the_list(browser):
    from oshrisk.desk import lists
    from oshrisk.desk.downloads import files_of

    issued = lists.issued(QUARTER)
    assert {file.kind for file in files_of(issued)} >= {"list", "results", "not_selected"}
    for file in files_of(issued):
        answer = browser("binh").get(f"/2027Q1/files/{file.name}")
        assert b"".join(answer.streaming_content) == (issued.folder / file.name).read_bytes()
        assert "attachment" in answer["Content-Disposition"]
        assert "simulated" in answer["Content-Disposition"]


def test_another_host_name_is_refused(browser):
    assert browser("binh").get("/2027Q1/", headers={"host": "evil.example"}).status_code == 400


def test_a_list_whose_files_were_changed_is_not_shown(browser, desk):
    file = next((desk / "plans" / "2027Q1").glob("visits*.csv"))
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    from oshrisk.desk import lists

    lists._lists.clear()
    answer = browser("binh").get("/2027Q1/list/")
    assert answer.status_code == 422
    assert file.name in answer.content.decode()

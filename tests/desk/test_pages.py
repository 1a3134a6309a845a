"""Every page for every role, in both languages, with its headers."""

import re

import pytest

from oshrisk.desk.site import site
from oshrisk.planning import Quarter
from oshrisk.planning.seeds import commitment

from .people import PEOPLE, send

PAGES = [
    "/",
    "/2027Q1/",
    "/2027Q1/list/",
    "/2027Q1/list/?listed=no&page=2",
    "/2027Q1/signing/",
    "/2027Q1/map/",
    "/2027Q1/map/?trip=1",
    "/2027Q1/what-if/",
    "/data/",
    "/2027Q1/results/",
    "/2027Q1/evidence/",
    "/2027Q1/documents/",
    "/2027Q1/log/",
    "/2027Q1/log/?of=all",
    "/2030Q2/",
    "/2030Q2/map/",
    "/2030Q2/what-if/",
    "/2030Q2/evidence/",
    "/password/",
]


@pytest.mark.parametrize("address", [*PAGES, "/users/"])
def test_nothing_opens_without_logging_in(browser, address):
    answer = browser().get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("name", [name for name, roles in PEOPLE.items() if roles])
def test_every_role_reads_every_page(browser, name):
    client = browser(name)
    for address in PAGES:
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        assert "DỮ LIỆU MÔ PHỎNG" in answer.content.decode()
    assert client.get("/users/").status_code == (200 if "admin" in PEOPLE[name] else 403)


def test_without_a_role_nothing_opens(browser):
    client = browser("vo")
    answers = {address: client.get(address) for address in [*PAGES[1:-1], "/users/"]}
    assert {answer.status_code for answer in answers.values()} == {403}
    assert client.get("/password/").status_code == 200


@pytest.mark.parametrize("address", ["/2027Q1/", "/2027Q1/list/", "/2027Q1/signing/", "/2027Q1/log/", "/users/"])
def test_english_by_a_switch(browser, address):
    client = browser("lan", headers={"accept-language": "en"})
    assert 'lang="vi"' in client.get(address).content.decode()  # whatever the browser prefers
    send(client, "/language/", {"language": "en"})
    page = client.get(address).content.decode()
    assert 'lang="en"' in page
    assert "SIMULATED DATA" in page
    assert "Danh sách" not in page


@pytest.mark.parametrize("address", ["/login/", "/2027Q1/", "/nowhere/"])
def test_security_headers(browser, address):
    answer = browser("binh").get(address) if address != "/login/" else browser().get(address)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_pages_load_nothing_from_elsewhere(browser):
    client = browser("lan")
    for address in PAGES:
        page = client.get(address, follow=True).content.decode()
        assert "http://" not in page.replace("http://www.w3.org", "")
        assert "https://" not in page
        assert " style=" not in page  # the policy forbids it
        assert "onclick" not in page


def test_what_is_not_there_is_said(browser):
    answer = browser("binh").get("/2027Q1/enterprise/nobody")
    assert answer.status_code == 404
    assert "Không tìm thấy" in answer.content.decode()


def test_documents_are_written_and_given_out(browser):
    from .people import work_off

    planner, reader = browser("minh"), browser("binh")
    assert send(reader, "/2027Q1/documents/write/").status_code == 403
    assert "Chưa soạn" in reader.get("/2027Q1/documents/").content.decode()
    send(planner, "/2027Q1/documents/write/")
    job = work_off()
    assert job.state == "done", job.error
    page = reader.get(f"/jobs/{job.pk}/", follow=True).content.decode()
    assert "phiên bản 1, là phiên bản mới nhất" in page
    names = re.findall(r"/2027Q1/documents/file/([^\"]+)\"", page)
    assert len(names) == job.result["files"]
    for name in names:
        answer = reader.get(f"/2027Q1/documents/file/{name}")
        assert answer.status_code == 200
        assert "simulated" in answer["Content-Disposition"]
        answer.close()
    for name in ("manifest.json", "../../../ledger.sqlite3", "internal/../manifest.json"):
        assert reader.get(f"/2027Q1/documents/file/{name}").status_code == 404
    signed = {"step": "reviewed", "version": 1}
    assert send(browser("hoa"), "/2027Q1/sign/", signed, page="/2027Q1/signing/").status_code == 302
    page = reader.get("/2027Q1/documents/").content.decode()
    assert "thẩm tra, phê duyệt. Hãy soạn lại." in page  # their footers say that it is a draft


def test_the_seed_is_fixed_once_and_its_hash_shown(browser):
    planner, reader = browser("lan"), browser("binh")
    assert "Cố định số khởi tạo" in planner.get("/2030Q2/").content.decode()
    assert "Cố định số khởi tạo" not in reader.get("/2030Q2/").content.decode()
    assert send(reader, "/2030Q2/seed/").status_code == 403
    send(planner, "/2030Q2/seed/")
    facts = commitment(site().folder, Quarter(2030, 2))
    for client in (planner, reader):
        page = client.get("/2030Q2/").content.decode()
        assert facts["sha256"] in page
        assert "Cố định số khởi tạo" not in page
    again = send(planner, "/2030Q2/seed/")
    assert again.status_code >= 400
    assert commitment(site().folder, Quarter(2030, 2)) == facts


def test_a_list_that_was_drawn_before_its_seed_is_to_be_made_again(browser):
    planner = browser("lan")
    assert 'href="#draw"' in planner.get("/2027Q1/").content.decode()
    send(planner, "/2027Q1/seed/")
    assert "hãy lập lại danh sách" in planner.get("/2027Q1/").content.decode()


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"sha256": "ab'])
def test_a_damaged_commitment_does_not_break_the_page(browser, content):
    folder = site().folder / "seeds"
    folder.mkdir(exist_ok=True)
    (folder / "2031Q1.commitment.json").write_text(content, encoding="utf-8")
    assert browser("binh").get("/2031Q1/").status_code == 200

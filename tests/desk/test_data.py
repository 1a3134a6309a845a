"""Registers are handed in, looked at, mended and put in place at the desk."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from oshrisk.messages import text
from oshrisk.registry.tables import TABLES
from oshrisk.workflow import registers_of
from oshrisk.workspace import open_workspace
from tests.registry.workbooks import ENTERPRISES, firm, write_book

from .people import finished, said, send

HOSTILE = '<script>alert("x")</script>'
FORMULA = '=HYPERLINK("http://example.org")'


@pytest.fixture
def workbook(tmp_path):
    def make(*rows, name="so-dang-ky-simulated.xlsx"):
        path = write_book(tmp_path / "upload.xlsx", {"enterprises": [*ENTERPRISES, *rows]})
        return SimpleUploadedFile(name, path.read_bytes())

    return make


def handed_in(client, file):
    answer = send(client, "/data/upload/", {"registers": file}, page="/data/")
    assert answer.status_code == 302
    job = finished()
    assert job.state == "done", job.error
    return client.get(answer["Location"], follow=True).redirect_chain[-1][0]


def test_a_bad_workbook_is_shown_marked_mended_and_put_in_place(browser, desk, workbook):
    client = browser("minh")
    bad = handed_in(
        client, workbook(firm("5600000012", workers=HOSTILE), firm("5600000011", workers="12 người", name=FORMULA))
    )
    page = said(client.get(bad))
    assert "&lt;script&gt;alert" in said(client.get(bad, {"search": "alert"}))
    assert HOSTILE not in page
    assert "12 người" in page
    report = client.get(f"{bad}marked/")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(report.streaming_content)))
    assert FORMULA in str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    assert len(registers_of(open_workspace(desk)).registry.ids) > len(ENTERPRISES) + 5

    good = handed_in(client, workbook(firm("5600000010"), firm("5600000011")))
    assert good != bad
    answer = send(client, f"{good}use/", page=good, follow=True)
    assert answer.status_code == 200
    assert len(registers_of(open_workspace(desk)).registry.ids) == len(ENTERPRISES) + 2
    assert list((desk / "registers" / "earlier").iterdir())
    finished()
    assert "in-place" in said(client.get("/data/"))
    log = said(client.get("/2027Q1/log/", {"of": "all"}))
    assert "so-dang-ky-simulated.xlsx" in log


def test_rows_are_searched_filtered_and_paged(browser, desk, workbook):
    client = browser("minh")
    many = [firm(f"56000{number:05d}", workers="nhiều") for number in range(100, 180)]
    place = handed_in(client, workbook(*many, firm("5600000011", founded_on="31/02/2025")))
    first, second = said(client.get(place)), said(client.get(place, {"page": 2}))
    assert "1 / 2" in first or "1 trong" in first or "Trang 1" in first
    assert first != second
    only = said(client.get(place, {"search": "31/02/2025"}))
    assert "31/02/2025" in only
    assert "nhiều" not in only
    accepted = said(client.get(place, {"kind": "accepted", "table": "enterprises", "search": "da tay bac"}))
    assert "Công ty TNHH Đá Tây Bắc" in accepted
    assert "Công ty" not in said(client.get(place, {"kind": "accepted", "table": "enterprises", "search": "khong co"}))
    part = said(client.get(place, {"search": "x"}, headers={"hx-request": "true"}))
    assert "<html" not in part


@pytest.mark.parametrize(
    ("name", "content"), [("so.exe", b"MZ"), ("so.xlsx", b"not packed"), ("so.csv", b"a,b"), ("so.xlsx", b"")]
)
def test_what_cannot_be_registers_is_refused(browser, name, content):
    client = browser("minh")
    answer = send(client, "/data/upload/", {"registers": SimpleUploadedFile(name, content)}, page="/data/")
    assert answer.status_code == 422


def test_a_file_too_large_is_refused(browser, monkeypatch):
    monkeypatch.setattr("oshrisk.desk.uploads.UPLOAD_LIMIT", 100)
    file = SimpleUploadedFile("so.xlsx", b"x" * 200)
    answer = send(browser("minh"), "/data/upload/", {"registers": file}, page="/data/")
    assert answer.status_code == 422


@pytest.mark.parametrize("number", ["in-place", "nothing", "20200101-000000-000000"])
def test_only_what_was_handed_in_is_put_in_place(browser, desk, number):
    client = browser("minh")
    send(client, "/data/check/", page="/data/")
    assert finished().state == "done"
    before = {path: path.read_bytes() for path in (desk / "registers").rglob("*") if path.is_file()}
    assert send(client, f"/data/{number}/use/", page="/data/").status_code == 422
    assert {path: path.read_bytes() for path in (desk / "registers").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["hoa", "son", "binh", "an"])
@pytest.mark.parametrize("address", ["/data/upload/", "/data/check/", "/data/in-place/use/"])
def test_only_planners_hand_in(browser, name, address):
    assert send(browser(name), address, page="/data/").status_code == 403


@pytest.mark.parametrize("address", ["/data/upload/", "/data/check/", "/data/in-place/use/"])
def test_no_form_without_its_token(browser, address):
    assert browser("minh").post(address).status_code == 403


@pytest.mark.parametrize("number", ["nothing", "..", "in-place"])
def test_what_was_never_checked_is_not_shown(browser, number):
    assert browser("minh").get(f"/data/{number}/").status_code in {404, 422}
    assert browser("minh").get(f"/data/{number}/marked/").status_code in {404, 422}


@pytest.mark.parametrize("address", ["/data/in-place/", "/data/in-place/marked/"])
def test_readers_see_no_rows_with_owners_in_them(browser, address):
    assert browser("binh").get("/data/").status_code == 200
    assert browser("binh").get(address).status_code == 403


def test_the_empty_workbook_is_given_out(browser):
    client = browser("lan")
    assert "/data/template/" in said(client.get("/data/"))
    answer = client.get("/data/template/")
    assert text("cli.template_name", "vi") in answer["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    assert len(book.sheet_names) > len(TABLES)

"""Review and approval by two different people; opening an approved plan again."""

import pytest

from oshrisk import ledger as book

from .people import PEOPLE, QUARTER, send
from .test_decisions import revision


def sign(client, step, version=1, **more):
    return send(client, "/2027Q1/sign/", {"step": step, "version": version, **more}, page="/2027Q1/signing/")


def state():
    from oshrisk.desk.site import ledger

    return book.status(ledger(), QUARTER)["state"]


def test_review_then_approval_then_frozen(browser):
    assert "thẩm tra" in browser("hoa").get("/2027Q1/").content.decode()
    assert sign(browser("hoa"), "reviewed", note="Đã đối chiếu").status_code == 302
    assert state() == "reviewed"
    assert "Đã đối chiếu" in browser("son").get("/2027Q1/signing/").content.decode()
    assert sign(browser("son"), "approved").status_code == 302
    assert state() == "approved"
    step = browser("minh").get("/2027Q1/").content.decode().split('<ol class="steps">')[0].split("<main")[1]
    assert '/2027Q1/results/"' in step
    assert '/2027Q1/documents/"' in step
    page = browser("minh").get("/2027Q1/list/").content.decode()
    one = page.split("/enterprise/")[1].split('"')[0]
    fields = {"action": "drop", "reason": "closed", "text": "x", "based_on": revision()}
    frozen = send(browser("minh"), f"/2027Q1/decide/{one}", fields)
    assert frozen.status_code == 409
    assert "đã được phê duyệt" in frozen.content.decode()


def test_before_there_is_a_list_the_page_leads_to_the_registers(browser):
    step = browser("minh").get("/2031Q2/").content.decode().split('<ol class="steps">')[0].split("<main")[1]
    assert 'href="/data/"' in step


def test_who_made_it_does_not_approve(browser, desk):
    from oshrisk.desk.site import ledger

    book.set_roles(ledger(), "lan", ["admin", "planner", "approver", "reviewer"], by="an")
    sign(browser("hoa"), "reviewed")
    answer = sign(browser("lan"), "approved")
    assert answer.status_code == 403
    assert "lưu phiên bản này" in answer.content.decode()
    assert state() == "reviewed"


def test_who_reviewed_does_not_approve(browser, desk):
    from oshrisk.desk.site import ledger

    book.set_roles(ledger(), "hoa", ["reviewer", "approver"], by="an")
    sign(browser("hoa"), "reviewed")
    assert sign(browser("hoa"), "approved").status_code == 403
    assert state() == "reviewed"


def test_an_old_version_is_not_signed(browser):
    answer = sign(browser("hoa"), "reviewed", version=7)
    assert answer.status_code in {409, 422}
    assert state() == "draft"


@pytest.mark.parametrize(
    ("name", "step"),
    [(name, step) for name, roles in PEOPLE.items() for step in book.STEPS if roles and book.STEPS[step] not in roles],
)
def test_wrong_roles_do_not_sign(browser, name, step):
    assert sign(browser(name), step).status_code == 403
    assert state() == "draft"


def test_files_that_are_not_those_of_the_version_are_not_signed(browser, desk):
    manifest = desk / "plans" / "2027Q1" / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"plan_version": 1', '"plan_version": 9'))
    answer = sign(browser("hoa"), "reviewed")
    assert answer.status_code == 422
    assert "không phải của phiên bản" in answer.content.decode()
    assert state() == "draft"


def test_only_the_admin_opens_again(browser):
    sign(browser("hoa"), "reviewed")
    sign(browser("son"), "approved")
    why = {"text": "Có chỉ đạo mới", "based_on": revision()}
    for name in ("minh", "hoa", "son", "binh"):
        assert send(browser(name), "/2027Q1/reopen/", why).status_code == 403
    assert send(browser("an"), "/2027Q1/reopen/", {**why, "text": ""}).status_code == 422
    assert send(browser("an"), "/2027Q1/reopen/", why).status_code == 302
    assert state() == "draft"
    assert "Có chỉ đạo mới" in browser("binh").get("/2027Q1/log/").content.decode()

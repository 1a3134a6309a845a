"""The desk in a real browser, from the first log-in to the approval; what it looks like is kept as pictures.

Chromium is Debian's (``apt-get install chromium``). Without it these tests are skipped, unless OSHRISK_NEED_BROWSER is
set.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

from .conftest import At
from .people import PASSWORD
from .served import Served

CHROMIUM = "/usr/bin/chromium"
NEEDED = "OSHRISK_NEED_BROWSER"
PICTURES = Path(__file__).parents[2] / ".ci" / "out" / "screenshots"
WIDE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
SHOWN = 15_000  # milliseconds that a page may take on a busy machine
SOLVED = 120_000  # and a plan


@pytest.fixture(scope="module")
def chromium():
    if not Path(CHROMIUM).exists() and not os.environ.get(NEEDED):
        pytest.skip(f"{CHROMIUM} is not installed, and {NEEDED} is not set")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def served(django, people_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("served") / "desk"
    shutil.copytree(people_folder, folder)
    with At(django, folder):  # a real desk knows no hashes but argon2
        from django.contrib.auth import get_user_model
        from django.contrib.auth.hashers import make_password

        get_user_model().objects.update(password=make_password(PASSWORD, hasher="argon2"))
    with Served(folder) as running:
        yield running


@pytest.fixture
def someone(served, chromium):  # in this order: Django does not work beside the loop of Playwright
    """From a name to a page of a browser of their own, logged in; nothing may be loaded from elsewhere or go wrong."""
    base, contexts, wrong = f"http://127.0.0.1:{served.port}", [], []

    def note(request):
        if not request.url.startswith((base, "data:")):
            wrong.append(request.url)

    def of(name, *, size=WIDE, password=PASSWORD):
        context = chromium.new_context(viewport=size, base_url=base, locale="en-US")
        context.set_default_timeout(SHOWN)
        contexts.append(context)
        page = context.new_page()
        page.on("request", note)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        page.goto("/login/")
        page.get_by_label("Tên đăng nhập").fill(name)
        page.get_by_label("Mật khẩu").fill(password)
        page.get_by_role("button", name="Đăng nhập").click()
        return page

    yield of
    for context in contexts:
        context.close()
    assert wrong == []


def picture(page, name, *, whole=True):
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"desk-{name}.png", full_page=whole)


def decide(page, action, text, reason="closed"):
    page.get_by_label(action).check()
    page.locator("#reason").select_option(reason)
    page.locator("#text").fill(text)
    page.get_by_role("button", name="Quyết định và lập lại kế hoạch").click()


def test_a_quarter_from_a_new_user_to_the_approval(someone):
    given = _added(someone("an"), "thu")
    planner = _settled(someone("thu", password=given), given)
    _planned(planner)
    _overridden(planner)
    _reviewed(someone("hoa"))
    _approved(someone("son"))
    _opened_again(someone("an"))


def _added(admin, name):
    admin.get_by_role("link", name="Người dùng").click()
    admin.locator("#new-name").fill(name)
    admin.locator("label.choice", has_text="người lập kế hoạch").click()
    admin.get_by_role("button", name="Thêm", exact=True).click()
    picture(admin, "users")
    return admin.locator(".password code").inner_text()


def _settled(planner, given):
    """Change the one-time password: nothing else opens before."""
    assert planner.url.endswith("/password/")
    picture(planner, "password")
    planner.locator("#id_old_password").fill(given)
    for field in ("#id_new_password1", "#id_new_password2"):
        planner.locator(field).fill("đi kiểm tra ở Mường Nhé")
    planner.get_by_role("button", name="Đổi mật khẩu").click()
    planner.wait_for_url("**/2027Q1/")
    picture(planner, "quarter")
    return planner


def _planned(planner):
    planner.get_by_role("button", name=re.compile("Lập lại danh sách")).click()
    planner.wait_for_url("**/jobs/*/")
    picture(planner, "job")
    planner.get_by_role("link", name="Xem kết quả").click(timeout=SOLVED)
    planner.wait_for_url("**/changes/*/")


def _overridden(planner):
    planner.get_by_role("link", name="Danh sách", exact=True).click()
    picture(planner, "list", whole=False)
    planner.locator("tbody th a").last.click()
    address = planner.url.rsplit("/", 1)[1]
    picture(planner, "enterprise")
    decide(planner, "Bỏ khỏi danh sách", "Đã giải thể, xã xác nhận")
    planner.get_by_role("link", name="Xem kết quả").click(timeout=SOLVED)
    planner.get_by_text("Cái giá của các quyết định").wait_for()
    gone = planner.locator("section", has_text="Không còn trong danh sách")
    assert address in gone.inner_html()
    picture(planner, "changes")


def _reviewed(reviewer):
    reviewer.get_by_role("link", name="Đọc và ký").click()
    reviewer.get_by_label("Ghi chú (có thể để trống)").fill("Đã đối chiếu")
    picture(reviewer, "signing")
    reviewer.get_by_role("button", name=re.compile("thẩm tra")).click()
    reviewer.get_by_text("Đã ký.").wait_for()
    reviewer.goto("/2027Q1/signing/")
    assert reviewer.get_by_role("button", name="Tôi phê duyệt phiên bản này").count() == 0


def _approved(approver):
    approver.get_by_role("link", name="Đọc và ký").click()
    approver.get_by_role("button", name="Tôi phê duyệt phiên bản này").click()
    approver.get_by_text("Đã ký.").wait_for()
    assert "đã phê duyệt" in approver.locator("h1").inner_text()
    with approver.expect_download() as waiting:
        approver.get_by_role("link", name="Danh sách kiểm tra (Excel)").click()
    assert waiting.value.suggested_filename == "danh-sach-2027Q1-simulated.xlsx"
    assert Path(waiting.value.path()).read_bytes()[:2] == b"PK"
    approver.get_by_role("link", name="Nhật ký").click()
    approver.get_by_text("đều nguyên vẹn").wait_for()
    picture(approver, "log")


def _opened_again(admin):
    """Open the plan again, so that the other tests can go on."""
    admin.goto("/2027Q1/signing/")
    admin.get_by_text("Mở lại kế hoạch").click()
    admin.get_by_label("Vì sao?").fill("Có chỉ đạo mới")
    admin.get_by_role("button", name="Mở lại").click()
    admin.get_by_text("ở dạng dự thảo").wait_for()


def test_two_planners_at_once(someone):
    first, second = someone("minh"), someone("lan")
    for page in (first, second):
        page.goto("/2027Q1/list/")
        page.locator("tbody th a").last.click()
    decide(first, "Chuyển sang quý sau", "Đường sạt lở", "road_closed")
    first.get_by_text("Đã lưu.").wait_for()
    decide(second, "Bỏ khỏi danh sách", "Không còn hoạt động")
    second.get_by_text("Người khác đã nhanh hơn").wait_for()
    assert second.locator("#text").input_value() == "Không còn hoạt động"
    assert second.locator("#reason").input_value() == "closed"
    picture(second, "conflict")


def test_a_draft_outlives_the_browser(someone):
    page = someone("minh")
    page.goto("/2027Q1/list/")
    page.locator("tbody th a").first.click()
    with page.expect_response("**/drafts/"):
        page.locator("#text").press_sequentially("Chủ cơ sở báo đã")
    address = page.url
    page.context.close()
    again = someone("minh")
    again.goto(address)
    assert again.locator("#text").input_value() == "Chủ cơ sở báo đã"


def test_a_wrong_role_is_refused(someone):
    reader = someone("binh")
    assert reader.get_by_role("link", name="Người dùng").count() == 0
    assert reader.get_by_role("button", name=re.compile("Lập lại")).count() == 0
    assert reader.goto("/users/").status == 403
    assert "Việc này cần vai trò: quản trị" in reader.content()
    picture(reader, "refused")


def test_the_keyboard_alone_suffices(someone):
    page = someone("minh")
    page.goto("/2027Q1/list/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    _tab_until(page, "document.activeElement.id == 'search'")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"  # one sees where one is
    with page.expect_response("**/list/?*search=5600*"):
        page.keyboard.type("5600")
    page.wait_for_url("**search=5600*")
    _tab_until(page, "document.activeElement.closest('tbody') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url("**/enterprise/*")
    _tab_until(page, "document.activeElement.name == 'action'")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.checked")


def _tab_until(page, condition):
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(condition):
            return
    raise AssertionError(condition)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_overflows(someone, size, language):
    page = someone("lan", size=size)
    if language == "en":
        page.get_by_role("button", name="English").click()
    for name, address in {
        "quarter": "/2027Q1/",
        "list": "/2027Q1/list/",
        "everybody": "/2027Q1/list/?listed=",
        "signing": "/2027Q1/signing/",
        "documents": "/2027Q1/documents/",
        "log": "/2027Q1/log/?of=all",
        "users": "/users/",
        "empty": "/2031Q2/",
    }.items():
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
        picture(page, f"{name}-{language}-{'phone' if size is PHONE else 'wide'}")
    page.goto("/2027Q1/list/")
    page.locator("tbody th a").first.click()
    page.locator("article.document").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    picture(page, f"enterprise-{language}-{'phone' if size is PHONE else 'wide'}")

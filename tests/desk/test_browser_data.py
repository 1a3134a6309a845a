"""Registers and results in a real browser: bad rows seen, mended and handed in again; what a visit found is typed."""

import re

import pytest

from tests.registry.workbooks import ENTERPRISES, firm, write_book

from .test_browser import PHONE, SOLVED, chromium, picture, served, someone

__all__ = ["chromium", "served", "someone"]  # fixtures
OTHERS = {"map": "Bản đồ", "whatif": "Nếu như", "evidence": "Bằng chứng"}


@pytest.fixture
def workbook(tmp_path):
    def make(name, *rows):
        return str(write_book(tmp_path / name, {"enterprises": [*ENTERPRISES, *rows]}))

    return make


def test_bad_registers_are_mended_and_put_in_place(someone, workbook):
    planner = someone("minh")
    planner.get_by_role("link", name="Dữ liệu", exact=True).click()
    picture(planner, "data")
    _hand_in(planner, workbook("so-simulated.xlsx", firm("5600000011", workers="12 người"), firm("56")))
    assert "12 người" in planner.locator("#rows").inner_text()
    picture(planner, "data-marked")
    with planner.expect_download() as marked:
        planner.get_by_role("link", name=re.compile("Tải tệp")).click()
    assert "simulated" in marked.value.suggested_filename
    planner.locator("#search").fill("12 nguoi")
    planner.locator("#rows").get_by_text("1 ô cần sửa").wait_for()
    planner.get_by_text("Đã sửa xong? Nộp lại tệp").click()
    _hand_in(planner, workbook("so-simulated.xlsx", firm("5600000011")))
    picture(planner, "data-mended")
    planner.get_by_role("button", name="Đưa dữ liệu này vào dùng").click()
    planner.get_by_text("Dữ liệu này đã được đưa vào dùng").wait_for()


def _hand_in(planner, file):
    planner.locator("#registers").set_input_files(file)
    planner.get_by_role("button", name="Nộp và kiểm tra").click()
    planner.get_by_role("link", name="Xem kết quả").click(timeout=SOLVED)
    planner.wait_for_url("**/data/2*/")


def test_what_a_visit_found_is_typed_and_kept(someone):
    planner = someone("minh")
    planner.get_by_role("link", name="Kết quả", exact=True).click()
    planner.get_by_role("link", name=re.compile("^Ghi nhận")).first.click()
    planner.get_by_label("Tình trạng thực hiện").select_option("closed")
    planner.get_by_label("Ghi chú").fill("Cơ sở đã chuyển đi")
    picture(planner, "visit")
    planner.get_by_role("button", name="Ghi nhận").click()
    wrong = planner.locator(".wrong").first  # nobody can have been there without a day
    assert wrong.locator("label").inner_text() == "Ngày kiểm tra"
    assert planner.get_by_label("Ghi chú").input_value() == "Cơ sở đã chuyển đi"
    picture(planner, "visit-wrong")
    planner.get_by_label("Tình trạng thực hiện").select_option("not_done")
    planner.get_by_role("button", name="Ghi nhận").click()
    planner.wait_for_url("**/results/")
    assert planner.get_by_role("link", name=re.compile("^Sửa")).count() == 1
    picture(planner, "results")


def test_a_slider_shows_what_more_days_bring(someone):
    reader = someone("binh")
    reader.get_by_role("link", name="Nếu như").click()
    reader.locator("#answer svg").wait_for(timeout=SOLVED)
    reader.get_by_role("slider").first.focus()
    for _ in range(5):
        reader.keyboard.press("ArrowRight")
    assert reader.locator("#days").input_value() == "65"
    reader.get_by_role("heading", name="Điều sẽ thay đổi").wait_for(timeout=SOLVED)
    assert "inspector_days = 65.0" in reader.locator("pre.lines").inner_text()
    assert reader.get_by_role("button", name="Ghi các dòng này").count() == 0
    picture(reader, "whatif")


@pytest.mark.parametrize("name", OTHERS)
def test_pages_can_be_read_on_a_phone(someone, name):
    reader = someone("binh", size=PHONE)
    reader.get_by_role("link", name=OTHERS[name]).click()
    reader.wait_for_load_state("networkidle")
    wide, room = reader.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room
    picture(reader, f"phone-{name}")


def test_the_map_leads_to_an_enterprise_by_keyboard(someone):
    reader = someone("binh")
    reader.get_by_role("link", name="Bản đồ").click()
    picture(reader, "map")
    reader.locator("a:has(.visit)").first.focus()
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/enterprise/*")

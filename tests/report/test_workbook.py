import hashlib
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.features import build_features
from oshrisk.features.wording import number_text
from oshrisk.messages import LANGUAGES, catalogue, text
from oshrisk.planning import make_plan
from oshrisk.planning.seeds import Seed
from oshrisk.report import write_workbook
from oshrisk.report.others_sheet import ROWS_SHOWN
from oshrisk.report.trips_sheet import nights_of
from oshrisk.settings import Capacity, Programme

NAMES = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TABLES = ("list", "trips", "reasons", "letters", "others")  # sheets whose table has one heading


def parts_of(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def sheets_of(path: Path) -> list[ElementTree.Element]:
    sheets = [part for name, part in parts_of(path).items() if name.startswith("xl/worksheets/sheet")]
    return [ElementTree.fromstring(part) for part in sheets]  # noqa: S314 - own file


def sheet_names(inputs, language: str) -> list[str]:
    """Names of all sheets in their order."""
    texts = catalogue("report", language)["sheets"]
    months = inputs.plan.visits[["team", "month"]].drop_duplicates().sort_values(["team", "month"])
    teams = [text("report.sheets.teams.name", language, **row) for row in months.to_dict("records")]
    names = {
        name: texts[name]["name"] for name in ("list", "charts", "trips", "reasons", "letters", "others", "method")
    }
    return [*list(names.values())[:3], *teams, *list(names.values())[3:]]


def column(frame: pd.DataFrame, title: str) -> list:
    """The cells below a heading, down to the first row that is not of the table."""
    row, place = next((r, c) for r in frame.index for c in frame.columns if frame.loc[r, c] == title)
    return frame.loc[row + 1 :, place].tolist()


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_and_headings(language, simulated, frames) -> None:
    frames = frames(language)
    texts = catalogue("report", language)["sheets"]
    assert list(frames) == sheet_names(simulated, language)
    for name in TABLES:
        words = set(frames[texts[name]["name"]].to_numpy().ravel().tolist())
        assert set(texts[name]["columns"].values()) <= words


def test_the_list_is_the_plan(simulated, frames) -> None:
    frame = frames()["Danh sách kiểm tra"]
    visits = simulated.plan.visits
    assert column(frame, "Mã số thuế")[: len(visits)] == visits.index.tolist()
    assert column(frame, "Nhóm")[: len(visits)] == visits["risk_class"].astype(str).tolist()
    assert column(frame, "Chỉ số rủi ro")[: len(visits)] == visits["index"].round(1).tolist()
    arms = catalogue("report", "vi")["arms"]
    assert column(frame, "Diện")[: len(visits)] == visits["arm"].map(arms).tolist()
    assert all("Nghị định 217/2025/NĐ-CP" in ground for ground in column(frame, "Căn cứ")[: len(visits)])
    assert all(reasons for reasons in column(frame, "Ba lý do chính")[: len(visits)])


def test_everybody_else_is_there_with_a_rule(simulated, frames) -> None:
    frame = frames()["Không chọn"]
    out = simulated.plan.not_selected
    assert column(frame, "Mã số thuế") == out["enterprise_id"].tolist()
    for title in ("Lý do không chọn", "Quy tắc", "Điều khoản", "Đến ngày"):
        assert all(isinstance(cell, str) and cell for cell in column(frame, title))


def test_too_many_others_are_cut_and_said(simulated, cells, tmp_path, monkeypatch) -> None:
    assert ROWS_SHOWN >= 2_000
    monkeypatch.setattr("oshrisk.report.others_sheet.ROWS_SHOWN", 5)
    frame = cells(write_workbook(tmp_path / "simulated.xlsx", simulated, "en"))["Not selected"]
    assert frame.iloc[-1, 0] == text(
        "report.sheets.others.cut", "en", shown="5", total=str(len(simulated.plan.not_selected))
    )
    assert column(frame, "Tax code")[:5] == simulated.plan.not_selected["enterprise_id"].tolist()[:5]


def test_multipliers_of_the_reasons_are_exact(simulated, frames) -> None:
    frame = frames()["Lý do đầy đủ"]
    groups = frame[0].astype(str).str.match(r"\d+\. ").cumsum()
    for number, (enterprise, _) in enumerate(simulated.plan.visits.iterrows(), start=1):
        block = frame[groups == number]
        assert enterprise in block.iloc[0, 0]
        base = simulated.table.base.level["accident"].value
        product = base * block[2].map(lambda cell: cell if isinstance(cell, int | float) else 1.0).prod()
        assert product == pytest.approx(simulated.assessment.loc[enterprise, "accident_rate"], rel=1e-9)


def test_records_stand_behind_the_reasons(frames) -> None:
    frame = frames()["Lý do đầy đủ"]
    records = pd.Series(column(frame, "Hồ sơ, số liệu làm căn cứ")).dropna()
    assert records.str.contains(r"\d\d/\d\d/20\d\d").any()


def test_the_trips_are_those_of_the_plan(simulated, frames) -> None:
    frame = frames()["Chuyến công tác"]
    trips, visits = simulated.plan.trips, simulated.plan.visits
    assert column(frame, "Chuyến")[: len(trips)] == trips.index.tolist()
    assert column(frame, "Số cơ sở")[: len(trips)] == trips["visits"].tolist()
    assert [cell.count(" – ") + 1 for cell in column(frame, "Xã, phường theo thứ tự đi")[: len(trips)]] == [
        len(codes) for codes in trips["communes"]
    ]
    listed = column(frame, "Cơ sở theo thứ tự đi (số thứ tự trong danh sách)")[: len(trips)]
    for number, cell in zip(trips.index, listed, strict=True):
        orders = [int(found) for found in re.findall(r"\((\d+)\)$", cell, flags=re.MULTILINE)]
        on_it = visits[visits["trip"].eq(number)]
        assert orders == on_it.sort_values(["stop", "order"])["order"].tolist()


def test_a_trip_of_some_days_has_whole_nights() -> None:
    assert nights_of(pd.DataFrame({"nights": [0.0, 1e-9, 0.2, 2.0]})).tolist() == [0, 0, 1, 2]


def test_letters_say_who_gets_none(simulated, frames) -> None:
    frame = frames()["Thư khuyến nghị"]
    letters = simulated.plan.letters
    assert 0 < (~letters["letter"]).sum() < len(letters)
    assert column(frame, "Mã số thuế")[: len(letters)] == letters.index.tolist()
    sent = [cell == "có" for cell in column(frame, "Gửi thư")[: len(letters)]]
    assert sent == letters["letter"].tolist()


def words_of(inputs, cells, path) -> dict[str, str]:
    frame = cells(write_workbook(path, inputs))["Cách lập danh sách"]
    return dict(zip(frame[0], frame[1], strict=True))


def test_the_method_says_how_near_the_optimum_it_is(simulated, cells, tmp_path) -> None:
    words = words_of(simulated, cells, tmp_path / "simulated.xlsx")
    share = number_text(round(100 * (1 - simulated.plan.selection.report["gap"]), 2), "vi")
    assert words["Giá trị đạt được"].startswith(f"{share} % mức tốt nhất có thể")
    assert words["Đường đi"].startswith("Thời gian đi đường là ước tính")
    assert words["Số khởi tạo"].startswith(f"{simulated.plan.seed.number}; lấy từ thiết lập")
    assert words["Suất theo nhóm chi phí"].count("nhóm ") == len(simulated.plan.slots.bands)


def test_the_method_names_measured_roads_limits_and_a_committed_seed(simulated, cells, tmp_path) -> None:
    plan = simulated.plan
    shut = plan.roads.parent.index[-1]
    roads = replace(plan.roads, estimated=False, closed_communes=(shut,), closed_months=(2,))
    report = plan.selection.report | {"binding": ["floor section=B"], "missed": {"never_visited": 2}}
    changed = replace(
        plan,
        roads=roads,
        seed=Seed(7, committed=True, commitment="abc"),
        selection=replace(plan.selection, report=report),
    )
    words = words_of(replace(simulated, plan=changed), cells, tmp_path / "simulated.xlsx")
    assert words["Đường đi"].startswith("Thời gian đi đường theo bảng của Sở. Không đi được đến ")
    assert words["Đường đi"].endswith(" trong các tháng 2.")
    assert words["Số khởi tạo"] == "7; mã băm đã cố định trước: abc"
    assert words["Mức sàn, mức trần bị chạm"] == ("mức sàn section=B; không đạt mức sàn cơ sở chưa từng được kiểm tra")


def test_sources_of_rules_are_in_the_language_of_the_sheet(frames) -> None:
    sources = {
        language: frames(language)[name][2].dropna()
        for language, name in (("vi", "Cách lập danh sách"), ("en", "How it was made"))
    }
    assert not sources["vi"].str.contains("official text").any()
    assert sources["en"].str.contains("official text").any()


def test_how_it_was_made(simulated, frames) -> None:
    frame = frames()["Cách lập danh sách"]
    words = dict(zip(frame[0], frame[1], strict=True))
    assert words["Bản chụp dữ liệu (SHA-256)"] == "0" * 64
    assert words["Mã nội dung (SHA-256)"] == simulated.table.model_id
    assert words["Phiên bản pandas"] == "3"
    assert words["own"] == "có"
    used = set(simulated.plan.eligibility["rule_id"])
    shown = {cell.split(" · ")[0] for cell in frame[0].dropna() if " · " in cell}
    assert used <= shown
    assert "{" not in frame.fillna("").astype(str).to_numpy().sum()


@pytest.mark.parametrize("language", LANGUAGES)
def test_simulated_data_says_so_on_every_sheet_and_page(simulated, cells, tmp_path, language) -> None:
    path = write_workbook(tmp_path / "simulated.xlsx", simulated, language)
    for frame in cells(path).values():
        assert text("report.simulated", language) in frame[0].head(5).tolist()
    for sheet in sheets_of(path):
        foot = sheet.findtext(f"{NAMES}headerFooter/{NAMES}oddFooter")
        assert text("report.simulated_short", language) in foot
        assert foot.endswith("&P/&N")


def test_simulated_data_needs_a_name_that_says_so(simulated, tmp_path) -> None:
    with pytest.raises(OshriskError) as caught:
        write_workbook(tmp_path / "list.xlsx", simulated)
    assert "list.xlsx" in caught.value.message("vi")
    assert not list(tmp_path.iterdir())


def test_real_data_is_not_called_simulated(real, tmp_path) -> None:
    path = write_workbook(tmp_path / "list.xlsx", real)
    assert "DỮ LIỆU MÔ PHỎNG" not in "".join(parts_of(path).values())


def test_no_text_becomes_a_formula(real, tmp_path) -> None:
    path = write_workbook(tmp_path / "list.xlsx", real)
    assert not [sheet for sheet in sheets_of(path) if sheet.find(f".//{NAMES}f") is not None]
    assert "<t>=HYPERLINK(1)&amp;+@</t>" in parts_of(path)["xl/sharedStrings.xml"]


def test_page_setup(simulated, tmp_path) -> None:
    path = write_workbook(tmp_path / "simulated.xlsx", simulated)
    charts = sheet_names(simulated, "vi").index("Biểu đồ")
    sheets = sheets_of(path)
    for place, sheet in enumerate(sheets):
        setup = sheet.find(f"{NAMES}pageSetup").attrib
        one_page = place == charts  # so that no chart is cut in two
        assert setup["orientation"] == ("portrait" if one_page else "landscape")
        assert (setup["paperSize"], setup.get("fitToWidth", "1")) == ("9", "1")
        assert setup.get("fitToHeight", "1") == ("1" if one_page else "0")
        assert sheet.find(f"{NAMES}sheetPr/{NAMES}pageSetUpPr").attrib == {"fitToPage": "1"}
        assert one_page or sheet.find(f".//{NAMES}pane").attrib["state"] == "frozen"
    parts = parts_of(path)
    assert parts["xl/workbook.xml"].count("_xlnm.Print_Area") == len(sheets)
    assert parts["xl/workbook.xml"].count("_xlnm.Print_Titles") == len(sheets) - 2  # not of the charts and the method
    assert set(re.findall(r'<name val="([^"]+)"', parts["xl/styles.xml"])) == {"Times New Roman"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_has_its_title_its_words_and_no_bare_colour(simulated, tmp_path, language) -> None:
    parts = parts_of(write_workbook(tmp_path / "simulated.xlsx", simulated, language))
    charts = [part for name, part in parts.items() if name.startswith("xl/charts/chart")]
    drawn = next(part for name, part in parts.items() if name.startswith("xl/drawings/drawing"))
    texts = catalogue("report", language)["sheets"]["charts"]
    assert len(charts) == 3
    for name in ("days", "sectors", "reasons"):
        assert any(texts[name]["title"] in chart for chart in charts)
        assert texts[name]["words"] in drawn
    for chart in charts:
        series = re.findall(r"<c:ser>.*?</c:ser>", chart, flags=re.DOTALL)
        kinds = ("<c:marker>", "<a:pattFill", "<a:solidFill")
        looks = [next(kind for kind in kinds if kind in one) for one in series]
        assert len(set(looks)) == len(looks)  # dark, striped or a line: never two that differ by colour alone


def test_the_charts_show_the_figures_beside_them(simulated, frames) -> None:
    frame = frames()["Biểu đồ"]
    days = pd.Series(column(frame, "Tại cơ sở")[:6]).astype(float)
    work = simulated.programme.capacity.team_size * simulated.plan.visits["visit_days"].sum()
    assert days.sum() == pytest.approx(work, abs=0.5)
    harm = pd.Series(column(frame, "Thiệt hại dự kiến (%)"), dtype=object)
    harm = harm[: int(harm.isna().argmax())].astype(float)
    assert harm.sum() == pytest.approx(100, abs=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_teams_carry_their_visits_in_the_order_of_their_trips(simulated, frames, language) -> None:
    visits = simulated.plan.visits
    for (team, month), rows in visits.groupby(["team", "month"]):
        frame = frames(language)[text("report.sheets.teams.name", language, team=team, month=month)]
        cells = frame[1].dropna().astype(str)
        found = [cell.split("\n")[-1] for cell in cells if cell.split("\n")[-1] in visits.index]
        assert sorted(found) == sorted(rows.index)
        driven = rows[rows["trip"] > 0].sort_values(["trip", "stop", "order"]).index.tolist()
        assert found[: len(driven)] == driven
        words = " ".join(frame.fillna("").astype(str).to_numpy().ravel())
        assert all(number_text(round(hours, 1), language) in words for hours in trips_of(simulated, rows)["road_hours"])
        assert "×" not in words  # no score leaves the office
        assert text("report.sheets.teams.note", language) in words


def trips_of(inputs, rows) -> pd.DataFrame:
    return inputs.plan.trips.loc[sorted(set(rows["trip"]) - {0})]


def test_same_inputs_same_bytes(simulated, tmp_path) -> None:
    paths = [write_workbook(tmp_path / f"{name}-simulated.xlsx", simulated) for name in "ab"]
    first, second = (hashlib.sha256(path.read_bytes()).hexdigest() for path in paths)
    assert first == second


def test_a_failure_leaves_nothing_behind(simulated, tmp_path) -> None:
    broken = replace(simulated, assessment=simulated.assessment.iloc[:0])
    with pytest.raises(KeyError):
        write_workbook(tmp_path / "simulated.xlsx", broken)
    assert not list(tmp_path.iterdir())


def test_catalogues_agree() -> None:
    def flat(node, path=""):
        if isinstance(node, dict):
            return {key: value for name, part in node.items() for key, value in flat(part, f"{path}.{name}").items()}
        return {path: sorted(re.findall(r"{(\w+)}", node))}

    assert flat(catalogue("report", "vi")) == flat(catalogue("report", "en"))


def test_an_empty_list_is_a_workbook_too(simulated, cells, tmp_path) -> None:
    plan = make_plan(
        simulated.registry,
        build_features(simulated.registry, "2026-11-30"),
        simulated.assessment,
        Programme(capacity=Capacity(inspector_days=0.1)),
        simulated.plan.quarter,
    )
    assert plan.visits.empty
    frames = cells(write_workbook(tmp_path / "simulated.xlsx", replace(simulated, plan=plan)))
    assert text("report.notes.no_draw", "vi") in frames["Danh sách kiểm tra"][0].tolist()
    assert len(column(frames["Không chọn"], "Mã số thuế")) == len(simulated.registry.ids)

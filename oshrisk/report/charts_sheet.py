"""Charts of the list: days used, risk and visits by sector, main reasons; each beside its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from oshrisk.messages import Language, catalogue, text
from oshrisk.report.book import FONT, Book
from oshrisk.report.figures import capacity_days, reason_counts, sector_shares, sector_title
from oshrisk.report.inputs import ListInputs
from oshrisk.report.titles import title_block
from oshrisk.risk.explain import factor_title

_WIDTHS: Final = (44.0, 11.0, 11.0, 11.0, 3.0, *(11.0,) * 7)  # figures, a gap, room for the charts
_FIGURES: Final = 4  # columns of figures
_CHART: Final = 5  # column where charts begin
_WIDE: Final = 565  # pixels, within the room for the charts
_ROW: Final = 20  # pixels of a row that nothing heightens
_REASONS: Final = 10  # factors shown
# Fills that read in black and white: dark, striped, white.
_FILLS: Final = (
    {"fill": {"color": "#33567A"}},
    {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#000000", "bg_color": "#F2D8A7"}},
)


@dataclass(frozen=True)
class _Chart:
    """A chart: its texts below ``report.sheets.charts``, its figures, and how they are drawn."""

    name: str
    kind: str  # "column" or "bar", as XlsxWriter names them
    labels: Sequence[str]
    series: dict[str, list[float]]  # by key of their titles
    line: str = ""  # the series that is a line

    @property
    def height(self) -> int:
        """Height of the chart [pixels]: every bar has its label."""
        return 320 if self.line else 130 + len(self.labels) * (14 + 8 * len(self.series))


def write_charts(book: Book, inputs: ListInputs, language: Language) -> None:
    """Write the sheet of the charts.

    Parameters
    ----------
    book : Book
        The workbook.
    inputs : ListInputs
        The list.
    language : {"vi", "en"}
        Language.
    """
    names = catalogue("report", language)["sheets"]["charts"]
    sheet, row = book.sheet(names["name"], title_block(inputs, "charts", language), _WIDTHS)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)  # a chart is never cut in two
    for chart in (_days(inputs, language), _sectors(inputs, language), _reasons(inputs, language)):
        end = _write_figures(book, sheet, row, chart, language)
        if chart.labels:
            _insert(book, sheet, row, chart, language)
        row = max(end, row + ceil(chart.height / _ROW)) + 2
    book.close(sheet, row - 1, len(_WIDTHS) - 1)


def _days(inputs: ListInputs, language: Language) -> _Chart:
    days = capacity_days(inputs.plan.visits, inputs.plan.quarter, inputs.programme.capacity)
    labels = [text("report.when.seat", language, team=team, month=month) for team, month in days.index]
    series = {name: days[name].round(1).tolist() for name in ("visits", "road", "capacity")}
    return _Chart("days", "column", labels, series, line="capacity")


def _sectors(inputs: ListInputs, language: Language) -> _Chart:
    shares = sector_shares(inputs.features, inputs.assessment, inputs.plan.visits)
    labels = [sector_title(str(group), language) for group in shares.index]
    return _Chart(
        "sectors", "bar", labels, {name: (100 * shares[name]).round(1).tolist() for name in ("harm", "visits")}
    )


def _reasons(inputs: ListInputs, language: Language) -> _Chart:
    main = inputs.main_reasons
    counts = reason_counts(main[main["enterprise_id"].isin(inputs.plan.visits.index)]).head(_REASONS)
    labels = [factor_title(inputs.table, str(factor), language) for factor in counts.index]
    return _Chart("reasons", "bar", labels, {"visits": counts["visits"].astype("float64").tolist()})


def _write_figures(book: Book, sheet: Any, top: int, chart: _Chart, language: Language) -> int:
    """Write the figures of a chart; return the row below them."""
    names = catalogue("report", language)["sheets"]["charts"][chart.name]
    book.across(sheet, top, (0, _FIGURES - 1), names["title"], "group")
    heads = [names["label"], *(names[series] for series in chart.series)]
    book.row(sheet, top + 1, heads, ["head"] * len(heads), _WIDTHS[: len(heads)])
    looks = ["text", *["number"] * len(chart.series)]
    lines = zip(chart.labels, *chart.series.values(), strict=True)
    for row, values in enumerate(lines, start=top + 2):
        book.row(sheet, row, list(values), looks, _WIDTHS[: len(looks)])
    return top + 2 + len(chart.labels)


def _insert(book: Book, sheet: Any, top: int, chart: _Chart, language: Language) -> None:
    names = catalogue("report", language)["sheets"]["charts"][chart.name]
    drawn = book.file.add_chart({"type": chart.kind, "subtype": "stacked"} if chart.line else {"type": chart.kind})
    first, last = top + 2, top + 1 + len(chart.labels)
    for place, series in enumerate(chart.series, start=1):
        look: dict[str, Any] = {"border": {"color": "#000000", "width": 0.75}, "gap": 60}
        target = drawn
        if series == chart.line:
            target = book.file.add_chart({"type": "line"})
            look = {"line": {"color": "#000000", "width": 2}, "marker": {"type": "diamond", "size": 7}}
        else:
            look |= _FILLS[(place - 1) % len(_FILLS)]
        cells = [sheet.get_name(), first, place, last, place]
        target.add_series({"name": names[series], "categories": [cells[0], first, 0, last, 0], "values": cells, **look})
        if target is not drawn:
            drawn.combine(target)
    _set(drawn, chart, names)
    said = text(f"report.sheets.charts.{chart.name}.words", language)
    sheet.insert_chart(top, _CHART, drawn, {"description": said, "object_position": 2})


def _set(drawn: Any, chart: _Chart, names: Mapping[str, str]) -> None:
    """Set titles, axes and legend."""
    font = {"name": FONT, "size": 10}
    values = {"num_font": font, "name": names["axis"], "name_font": font, "num_format": "0"}
    labels: dict[str, Any] = {"num_font": font, "interval_unit": 1}
    if chart.kind == "bar":  # the first on top, the numbers below
        drawn.set_x_axis(values)
        drawn.set_y_axis(labels | {"reverse": True, "crossing": "max"})
    else:
        drawn.set_x_axis(labels)
        drawn.set_y_axis(values)
    drawn.set_title({"name": names["title"], "name_font": font | {"size": 12, "bold": True}})
    drawn.set_legend({"position": "bottom", "font": font} if len(chart.series) > 1 else {"none": True})
    drawn.set_size({"width": _WIDE, "height": chart.height})

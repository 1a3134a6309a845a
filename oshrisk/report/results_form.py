"""The results workbook of a plan, for inspectors to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter

from oshrisk.atomic import whole_file
from oshrisk.errors import OshriskError
from oshrisk.messages import Language, catalogue, text
from oshrisk.planning.texts import quarter_title
from oshrisk.reference.sanctions import sanctions
from oshrisk.registry.codes import listed_titles
from oshrisk.registry.results_rows import Results, no_results
from oshrisk.registry.results_tables import PREFILLED, SHEETS, TO_FILL, column_texts, form_code, sheet_title
from oshrisk.registry.tables import Column
from oshrisk.registry.titles import BETWEEN, code_title
from oshrisk.report.book import SIZE, Book
from oshrisk.report.facts import identity
from oshrisk.report.heights import row_height
from oshrisk.report.inputs import ListInputs
from oshrisk.report.workbook import SIMULATED_MARK

_STEPS: Final = range(1, 9)
_SPARE_ROWS: Final = 100  # assumed to be enough where a plan is short
_ROWS_A_VISIT: Final = 5  # assumed: findings, or machines, that a visit has at most on average
_WIDTHS: Final[Mapping[str, float]] = {
    "order": 4.5,
    "enterprise_id": 15,
    "name": 26,
    "commune": 15,
    "arm": 11,
    "mode": 9,
    "team": 6,
    "month": 7,
    "done": 16,
    "inspector": 15,
    "minutes": 12,
    "note": 18,
    "code": 46,
    "item": 40,
    "equipment_id": 18,
}
_WIDTH: Final = 12.0
_THING_WIDTH: Final = 34.0  # of "id · name" on the sheets of findings and machines
_CENTRED: Final = ("order", "enterprise_id", "mode", "team", "month")
_TABLE_OF: Final = {"visits": "inspections", "findings": "findings", "machines": "equipment"}


def write_results_form(
    path: str | Path,
    inputs: ListInputs,
    *,
    version: int,
    recorded: Results | None = None,
    language: Language = "vi",
) -> Path:
    """Write the workbook in which inspectors record what they found.

    Parameters
    ----------
    path : str or Path
        The file, ending in ``.xlsx``. It is written whole or not at all.
    inputs : ListInputs
        The list. Of the visits, ``order``, ``arm``, ``mode``, ``team`` and ``month`` are shown where the plan has them.
    version : int
        Version of the plan; it stands on every sheet with the quarter (`oshrisk.registry.results_tables.form_code`).
    recorded : Results, optional
        What is recorded already; it is filled in, so that a form issued again takes corrections.
    language : {"vi", "en"}, default "vi"
        Language of the form; both are read back alike.

    Returns
    -------
    Path
        The file. The same inputs make the same bytes.

    Raises
    ------
    OshriskError
        If the data is simulated and the file's name does not say ``simulated``.
    """
    target = Path(path)
    if inputs.registry.simulated and SIMULATED_MARK not in target.name:
        raise OshriskError("results.simulated_name", file=target.name)
    known = no_results() if recorded is None else recorded
    with whole_file(target) as partial:
        code = form_code(str(inputs.plan.quarter), version, simulated=inputs.registry.simulated)
        foot = f"{inputs.programme.office.department} · {code}"
        book = Book(str(partial), language, inputs.plan.as_of, foot, text("report.page", language))
        form = _Form(book, inputs, version, language)
        form.guide()
        form.visits(known)
        form.things("findings", known.findings)
        form.things("machines", known.machines)
        form.lists()
        book.file.close()
    return target


class _Form:
    """A form being written: the workbook, its plan and the lists to choose from."""

    def __init__(self, book: Book, inputs: ListInputs, version: int, language: Language) -> None:
        self.book, self.inputs, self.language, self.version = book, inputs, language, version
        self.choices: dict[tuple[str, ...], str] = {}
        self.columns: list[tuple[str, ...]] = []
        office = inputs.programme.office
        firms = identity(inputs.registry, inputs.plan.visits.index, office.province_code, language)
        self.firms = firms.assign(shown=firms.index.astype("str") + BETWEEN + firms["name"])
        cell = {"font_name": "Times New Roman", "font_size": SIZE, "border": 1, "text_wrap": True, "valign": "vcenter"}
        looks = {
            "given": {"bg_color": "#EDEDED", "font_color": "#404040"},
            "given_centre": {"bg_color": "#EDEDED", "font_color": "#404040", "align": "center"},
            "text": {"num_format": "@"},
            "date": {"num_format": "dd/mm/yyyy", "align": "center"},
            "number": {"num_format": "#,##0.##", "align": "center"},
        }
        self.formats = {name: book.file.add_format(cell | look) for name, look in looks.items()}

    def titles(self, sheet: str) -> list[tuple[str, str]]:
        """Return the lines above a sheet's table; the last is the code by which the form is known."""
        inputs, language = self.inputs, self.language
        office, quarter = inputs.programme.office, inputs.plan.quarter
        when = {"quarter": quarter_title(quarter, language), "version": self.version}
        entry = catalogue("results", language)["sheets"][sheet]
        lines = [
            ("parent", office.parent_body.upper()),
            ("office", office.department.upper()),
            ("title", entry["title"]),
            ("subtitle", text("results.form.quarter", language, **when)),
        ]
        if inputs.registry.simulated:
            lines.append(("alarm", text("report.simulated", language)))
        if entry["help"]:
            lines.append(("subtitle", entry["help"]))
        return [*lines, ("parent", form_code(str(quarter), self.version, simulated=inputs.registry.simulated))]

    def guide(self) -> None:
        """Write how to fill it in and what the columns mean."""
        book, language, widths = self.book, self.language, (30.0, 110.0)
        sheet, row = book.sheet(sheet_title("guide", language), self.titles("guide"), widths)
        names = {name: sheet_title(name, language) for name in SHEETS}
        names |= {
            "not_done": code_title("inspections", "done", "not_done", language),
            "found": column_texts("visits", "found", language)["title"],
            "quarter": str(self.inputs.plan.quarter),
        }
        book.across(sheet, row, (0, 1), text("results.form.how", language), "head")
        for number in _STEPS:
            words = f"{number}. {text(f'results.form.step_{number}', language, **names)}"
            book.across(sheet, row + number, (0, 1), words, "text")
            sheet.set_row(row + number, row_height([(words, sum(widths))], SIZE))
        row += len(_STEPS) + 2
        for name, columns in SHEETS.items():
            meaning = f"{text('results.form.meaning', language)}: {sheet_title(name, language)}"
            book.across(sheet, row, (0, 1), meaning, "head")
            for offset, column in enumerate(columns, start=1):
                texts = column_texts(name, column.name, language)
                book.row(sheet, row + offset, [texts["title"], texts["help"]], ["text", "text"], widths)
            row += len(columns) + 2
        book.close(sheet, row - 2, 1)

    def visits(self, known: Results) -> None:
        """Write the sheet of visits, one row a visit of the plan."""
        language, plan = self.language, self.inputs.plan.visits
        given = catalogue("results", language)["prefilled"]
        titles = {name: given.get(name) or self._title("visits", name) for name in PREFILLED}
        titles |= {name: self._title("visits", name) for name in TO_FILL}
        widths = [_WIDTHS.get(name, _WIDTH) for name in titles]
        sheet, top = self.book.sheet(sheet_title("visits", language), self.titles("visits"), widths)
        self.book.heading(sheet, top, list(zip(titles.values(), widths, strict=True)), frozen=3)
        rows = plan.reindex(columns=["order", "arm", "mode", "team", "month"]).assign(
            enterprise_id=plan.index.astype("str"),
            name=self.firms["name"],
            commune=self.firms["commune"],
            arm=plan["arm"].map(catalogue("results", language)["review"]["arms"]),
            mode=plan["mode"].map(catalogue("results", language)["modes"]),
        )
        for place, name in enumerate(PREFILLED):
            look = self.formats["given_centre" if name in _CENTRED else "given"]
            for row, value in enumerate(rows[name].tolist(), start=top + 1):
                self.book.cell(sheet, row, place, value, look)
        filled = known.visits.reindex(plan.index)
        columns = [column for column in SHEETS["visits"] if column.name in TO_FILL]
        self._cells(sheet, (top + 1, len(PREFILLED)), "visits", columns, filled, rows=len(plan))
        for row, (name, commune) in enumerate(zip(rows["name"], rows["commune"], strict=True), start=top + 1):
            texts = [(str(name), _WIDTHS["name"]), (str(commune), _WIDTHS["commune"])]
            sheet.set_row(row, max(row_height(texts, SIZE), 30))  # room to write by hand
        self.book.close(sheet, top + len(plan), len(titles) - 1)

    def things(self, name: str, known: pd.DataFrame) -> None:
        """Write a sheet of findings or machines: what is known, then empty rows."""
        columns = SHEETS[name]
        heads = [
            (self._title(name, column.name), _THING_WIDTH if column.kind == "id" else _WIDTHS.get(column.name, _WIDTH))
            for column in columns
        ]
        titles = self.titles(name)
        sheet, top = self.book.sheet(sheet_title(name, self.language), titles, [width for _, width in heads])
        self.book.heading(sheet, top, heads, frozen=1)
        shown = known["enterprise_id"].map(self.firms["shown"]).fillna(known["enterprise_id"])
        rows = known.assign(enterprise_id=shown).reset_index(drop=True)
        count = len(rows) + max(_SPARE_ROWS, _ROWS_A_VISIT * len(self.firms))
        self._cells(sheet, (top + 1, 0), name, columns, rows.reindex(range(count)), rows=count)
        self.book.close(sheet, top + count, len(columns) - 1)

    def lists(self) -> None:
        """Write the hidden sheet that the drop-downs take their values from."""
        sheet = self.book.file.add_worksheet(sheet_title("lists", self.language))
        for column, values in enumerate(self.columns):
            sheet.write_column(0, column, values)
        sheet.hide()

    def _title(self, sheet: str, column: str) -> str:
        return str(column_texts(sheet, column, self.language)["title"])

    def _cells(
        self,
        sheet: Any,
        corner: tuple[int, int],
        name: str,
        columns: Sequence[Column],
        values: pd.DataFrame,
        *,
        rows: int,
    ) -> None:
        """Write cells to be filled in, with what they hold already and what may be chosen."""
        top, left = corner
        for place, column in enumerate(columns, start=left):
            shown = self._shown(name, column)
            look = self.formats[_look(column)]
            for row, value in enumerate(values[column.name].tolist(), start=top):
                _write(sheet, (row, place), shown.get(value, value) if shown else value, look)
            options = {"validate": "any", "ignore_blank": True} | _prompt(
                column_texts(name, column.name, self.language)
            )
            if shown:
                options |= self._offer(tuple(shown.values()))
            sheet.data_validation(top, place, top + rows - 1, place, options)

    def _shown(self, sheet: str, column: Column) -> dict[Any, str]:
        """Return what is offered for every value of a column; empty where anything may be written."""
        language, inputs = self.language, self.inputs
        if column.kind == "id":
            return dict(zip(self.firms["shown"], self.firms["shown"], strict=True))
        if column.kind == "flag":
            return {answer == "yes": text(f"cli.{answer}", language).capitalize() for answer in ("yes", "no")}
        if column.codes:
            return {code: code_title(_TABLE_OF[sheet], column.name, code, language) for code in column.codes}
        if not column.lookup:
            return {}
        titles = listed_titles(column.lookup, inputs.programme.office.province_code)
        if column.lookup == "finding":  # codes of the decree in force when the quarter begins
            titles = {code: titles[code] for code in sanctions(inputs.plan.quarter.start).index}
        return {code: title[:200] for code, title in titles.items()}

    def _offer(self, values: tuple[str, ...]) -> dict[str, Any]:
        if values not in self.choices:
            letter = xlsxwriter.utility.xl_col_to_name(len(self.columns), col_abs=True)
            self.choices[values] = f"='{sheet_title('lists', self.language)}'!{letter}$1:{letter}${len(values)}"
            self.columns.append(values)
        return {
            "validate": "list",
            "source": self.choices[values],
            "error_title": text("results.form.choose_title", self.language)[:32],
            "error_message": text("results.form.choose", self.language),
            "error_type": "warning",  # a code without its name is right too
        }


def _prompt(texts: Mapping[str, str]) -> dict[str, str]:
    """Return what a spreadsheet shows beside a chosen cell; it takes 32 and 255 letters."""
    return {"input_title": texts["title"][:32], "input_message": texts["help"][:255]}


def _look(column: Column) -> str:
    if column.kind == "date":
        return "date"
    return "number" if column.kind in ("count", "number") else "text"


def _write(sheet: Any, place: tuple[int, int], value: Any, look: Any) -> None:
    if value is None or pd.isna(value):
        sheet.write_blank(*place, None, look)
    elif isinstance(value, pd.Timestamp):
        sheet.write_datetime(*place, value.to_pydatetime(), look)
    elif isinstance(value, float):
        sheet.write_number(*place, value, look)
    else:
        sheet.write_string(*place, str(value), look)

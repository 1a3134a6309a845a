"""Names in both languages lead to one thing each."""

from __future__ import annotations

import pytest

from oshrisk.messages import LANGUAGES, catalogue
from oshrisk.reference.sectors import schemes
from oshrisk.registry.tables import TABLES
from oshrisk.registry.titles import (
    code_names,
    code_set,
    code_title,
    column_texts,
    column_title,
    find_column,
    find_table,
    flag_names,
    fold,
    table_title,
)


@pytest.mark.parametrize("table", TABLES)
def test_no_two_columns_share_a_writing(table: str) -> None:
    owner: dict[str, str] = {}
    for language in LANGUAGES:
        for column in TABLES[table].names:
            texts = column_texts(table, column, language)
            for writing in (column, texts["title"], *texts["aliases"]):
                assert owner.setdefault(fold(writing), column) == column, writing
                assert find_column(table, writing.upper()) == column
                assert find_column(table, f" {fold(writing)} ") == column


def test_no_two_tables_share_a_writing() -> None:
    owner: dict[str, str] = {}
    for language in LANGUAGES:
        for table in TABLES:
            texts = catalogue("tables", language)[table]
            assert len(texts["title"]) <= 31  # the longest name of a sheet
            for writing in (table, texts["title"], *texts["aliases"]):
                assert owner.setdefault(fold(writing), table) == table, writing
                assert find_table(f"3. {writing}") == table


@pytest.mark.parametrize("table", TABLES)
def test_no_two_codes_share_a_writing(table: str) -> None:
    for column in TABLES[table].columns:
        if column.lookup == "sector_scheme":
            continue  # words of the reference data: below
        owner: dict[str, str] = {}
        for language in LANGUAGES:
            texts = catalogue("tables", language)
            name = code_set(table, column.name)
            for code in column.codes:
                more = texts["code_aliases"].get(name, {}).get(code, {}).get("aliases", [])
                for writing in (code, code_title(table, column.name, code, language), *more):
                    assert owner.setdefault(fold(writing), code) == code, (column.name, writing)
        assert set(code_names(table, column)) == set(owner)


def test_no_two_sector_schemes_share_a_writing() -> None:
    owner: dict[str, str] = {}
    for scheme in schemes().values():
        for writing in (scheme.name, *scheme.titles.values(), *scheme.aliases):
            assert owner.setdefault(fold(writing), scheme.name) == scheme.name, writing
    assert code_names("enterprises", TABLES["enterprises"]["sector_scheme"]) == owner


def test_yes_is_not_no() -> None:
    answers = flag_names()
    for language in LANGUAGES:
        flags = catalogue("tables", language)["flags"]
        assert {answers[fold(word)] for word in flags["yes"]} == {True}
        assert {answers[fold(word)] for word in flags["no"]} == {False}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_and_column_is_explained(language: str) -> None:
    texts = catalogue("tables", language)  # type: ignore[arg-type]  # a parametrised language
    for name, table in TABLES.items():
        assert set(texts[name]["columns"]) == set(table.names)
        for column in table.columns:
            entry = texts[name]["columns"][column.name]
            assert entry["title"]
            assert entry["help"]
            assert ("Bắt buộc" in entry["help"] or "Required" in entry["help"]) == column.required, (name, column.name)
        assert table_title(name, language)  # type: ignore[arg-type]  # a parametrised language
        assert column_title(name, table.names[0], language)  # type: ignore[arg-type]  # a parametrised language

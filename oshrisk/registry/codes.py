"""Coded values: closed sets by code or title, flags, and codes that must stand in a reference list."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oshrisk.messages import Language
from oshrisk.reference.folder import cached
from oshrisk.registry.failures import Failures, Mask
from oshrisk.registry.numbers import answered
from oshrisk.registry.raw import RawColumn
from oshrisk.registry.tables import Column, Table
from oshrisk.registry.titles import BETWEEN, code_names, flag_names, fold

_HINTS = 200  # near names are looked for this often a column: a whole column of free text has no near code
_FLOAT = r"^(\d{1,5})\.0$"  # a code that went through a program as a number: 810.0
_GROUP_DIGITS = 3  # businesses are registered by codes of four digits: a shorter number may lack its zero
LOOKUP_CODES = {"commune": "E162", "equipment_item": "E163", "cas": "E164", "finding": "E165"}


def to_code(raw: RawColumn, table: Table, column: Column, failures: Failures) -> pd.Categorical:
    """Read a closed set of codes: the code itself or its title in either language, with or without accents.

    Parameters
    ----------
    raw : RawColumn
        The cells.
    table, column : Table, Column
        What they should be.
    failures : Failures
        Takes what is none of the codes (E150).

    Returns
    -------
    Categorical
        Missing where empty or wrong.
    """
    names = code_names(table.name, column)
    position = {code: place for place, code in enumerate(column.codes)}
    near = partial(_near, names=names)
    places, answers = _over_words(
        raw, lambda word: names.get(fold(word)), near, failures=failures, column=column.name, code="E150"
    )
    codes = np.array([-1 if code is None else position[str(code)] for code in answers], dtype=np.int8)[places]
    return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(column.codes)))


def to_flag(raw: RawColumn, column: Column, failures: Failures) -> pd.arrays.BooleanArray:
    """Read yes and no in either language, a cross or a digit; a cell that is empty is unknown, never no.

    Parameters
    ----------
    raw : RawColumn
        The cells.
    column : Column
        What they should be.
    failures : Failures
        Takes what is neither (E150).

    Returns
    -------
    BooleanArray
        Missing where empty or wrong.
    """
    names = flag_names()
    places, answers = _over_words(
        raw, lambda word: names.get(fold(word)), lambda _: "", failures=failures, column=column.name, code="E150"
    )
    value = np.array([bool(answer) for answer in answers], dtype=bool)
    missing = np.array([answer is None for answer in answers], dtype=bool)
    return pd.arrays.BooleanArray(value[places], missing[places])


def to_listed(raw: RawColumn, column: Column, province_code: str, failures: Failures) -> pa.Array:
    """Read codes that must stand in a reference list; a name from the list, or code and name, will do as well.

    Parameters
    ----------
    raw : RawColumn
        The cells.
    column : Column
        What they should be.
    province_code : str
        Province whose communes count.
    failures : Failures
        Takes what is not on the list (E162 to E165).

    Returns
    -------
    Array of text
        Null where empty or wrong.
    """
    names = listed(column.lookup, province_code)

    def find(word: str) -> str | None:
        folded = fold(word)
        code = names.get(folded) or names.get(fold(word.split(BETWEEN.strip(), maxsplit=1)[0]))
        if code is None and column.lookup == "commune" and folded.isdigit():
            return names.get(folded.zfill(5))  # commune codes have five digits: no other reading of 3127
        return code

    titles = listed_titles(column.lookup, province_code)

    def near(word: str) -> str:
        return titles.get(_near(word, names), "")

    places, answers = _over_words(
        raw, find, near, failures=failures, column=column.name, code=LOOKUP_CODES[column.lookup]
    )
    return pa.array(answers, pa.large_string()).take(pa.array(places))


@cached
def listed(lookup: str, province_code: str) -> dict[str, str]:
    """Return every folded writing of the codes of a reference list and the code it stands for.

    Parameters
    ----------
    lookup : {"commune", "equipment_item", "cas", "finding"}
        The list. Codes of every date count: a finding keeps the code of the decree it was made under.
    province_code : str
        Province whose communes count.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> names = listed("commune", "dien_bien")
    >>> {names[fold(writing)] for writing in ("Mường Thanh", "phường Mường Thanh", "P. Mường Thanh", "P.Muong Thanh")}
    {'03334'}
    """
    codes = reference_list(lookup, province_code)
    names = {fold(code): code for code in codes.index}
    again: set[str] = set()
    for code, title, kind in zip(codes.index, codes["name"], codes["kind"], strict=True):
        for writing in {fold(title), fold(f"{kind} {title}"), fold(f"{kind[:1]} {title}")}:  # P. Mường Thanh
            if names.setdefault(writing, code) != code:
                again.add(writing)
    return {writing: code for writing, code in names.items() if writing not in again and writing}


@cached
def listed_titles(lookup: str, province_code: str, language: Language = "vi") -> dict[str, str]:
    """Return how every code of a reference list is shown to people: the code and its name.

    Examples
    --------
    >>> listed_titles("commune", "dien_bien")["03325"]
    '03325 · xã Mường Phăng'
    >>> listed_titles("equipment_item", "", "en")["2"]
    '2 · Thermal-oil heater'
    """
    codes = reference_list(lookup, province_code)
    names = codes["kind"].str.cat(codes["name"], sep=" ").str.strip()
    if language == "en":
        names = codes["name_en"].where(codes["name_en"].ne(""), names)
    return {str(code): f"{code}{BETWEEN}{name}" for code, name in names.items()}


@cached
def reference_list(lookup: str, province_code: str) -> pd.DataFrame:
    """Return a reference list as ``name``, ``name_en`` (may be empty) and ``kind`` (of a commune) by code."""
    from oshrisk.reference import communes, load  # noqa: PLC0415  # reading the reference tables only when needed

    if lookup == "commune":
        places = communes.communes(province_code)
        columns = {"name": places["name"].astype(str), "name_en": "", "kind": places["type"].astype(str)}
        return pd.DataFrame(columns, index=places.index.astype(str))
    table, key = {
        "equipment_item": ("strict_equipment", "item"),
        "cas": ("chemicals", "cas"),
        "finding": ("sanctions", "code"),
    }[lookup]
    rows = load.table(table).dropna(subset=key).drop_duplicates(key).set_index(key)
    names = {"name": rows["name_vi"], "name_en": rows["name_en"]}
    columns = {name: values.fillna("").astype(str) for name, values in names.items()}
    return pd.DataFrame({**columns, "kind": ""}, index=rows.index.astype(str))


def to_sector(
    raw: RawColumn, scheme: pd.Series, registered_on: pd.Series, failures: Failures
) -> tuple[pa.Array, pd.Series, Mask]:
    """Read sector codes together with the scheme they belong to.

    A code without a scheme is dated by its registration; where there is neither, it means nothing (E161):
    35111 is hydropower in VSIC 2018 and coal in VSIC 2025. A code held as a number may have lost its leading
    zero: it gets it back where only the reading with the zero is known, or listed itself; where a short number can
    be read both ways (81 is cleaning, 081 is quarrying) it is a failure. Four digits are read as they stand,
    since businesses are registered by level-4 codes. A text like ``810.0`` is a number that a program wrote.

    Parameters
    ----------
    raw : RawColumn
        The cells.
    scheme : Series
        Scheme as given; missing where not.
    registered_on : Series of datetime64[s]
        Date of registration of the code.
    failures : Failures
        Takes unknown codes (E160), codes without a scheme (E161) and numbers with two readings (E166).

    Returns
    -------
    codes : Array of text
    scheme : Series of str
        As given, or from the registration.
    restored : ndarray of bool
        Where a leading zero was put back.
    """
    from oshrisk.reference import sectors  # noqa: PLC0415  # reading the reference tables only when needed

    texts = answered(raw.texts())
    numbered = raw.is_number | np.asarray(pc.fill_null(pc.match_substring_regex(texts, _FLOAT), False), dtype=bool)
    codes = pc.replace_substring_regex(pc.replace_substring_regex(texts, _FLOAT, r"\1"), r"[.\s]", "")
    codes = pc.utf8_upper(codes)
    given = np.asarray(codes.is_valid().to_numpy(zero_copy_only=False))
    scheme = sectors.scheme_of(scheme, registered_on)
    dated = given & scheme.notna().to_numpy()
    failures.add("sector_code", "E161", given & ~dated)
    known = _asked(sectors.is_known, scheme, codes, dated)
    restored = np.zeros(len(raw), dtype=bool)
    numbered &= dated
    if numbered.any():
        zero = pc.binary_join_element_wise(pa.scalar("0", codes.type), codes, pa.scalar("", codes.type))
        with_zero = _asked(sectors.is_known, scheme, zero, numbered)
        clearer = _asked(sectors.is_listed, scheme, zero, numbered).astype(int) - _asked(
            sectors.is_listed, scheme, codes, numbered
        )
        restored = with_zero & (~known | (clearer > 0))
        short = pc.less_equal(pc.utf8_length(codes), _GROUP_DIGITS).to_numpy(zero_copy_only=False) == True  # noqa: E712  # null is no length
        failures.add("sector_code", "E166", numbered & known & with_zero & short & (clearer == 0))
        codes = pc.if_else(pa.array(restored), zero, codes)
    failures.add("sector_code", "E160", dated & ~known & ~restored, np.asarray(scheme.fillna("").astype(object)))
    return pc.replace_substring_regex(codes, r"^[A-V](\d{2,5})$", r"\1"), scheme, restored


def _asked(answer: Callable[[pd.Series, pd.Series], Mask], scheme: pd.Series, codes: pa.Array, rows: Mask) -> Mask:
    """Ask about the codes of some rows; False for the others."""
    found = np.zeros(len(rows), dtype=bool)
    found[rows] = answer(scheme[rows], pd.Series(codes.to_pandas(), dtype="str")[rows])
    return found


def _over_words(
    raw: RawColumn,
    find: Callable[[str], object],
    near: Callable[[str], str],
    *,
    failures: Failures,
    column: str,
    code: str,
) -> tuple[NDArray[np.intp], list[object]]:
    """Look every different word up once; return each row's place among the answers, of which the last is None."""
    encoded = pc.dictionary_encode(answered(raw.texts()))
    words = encoded.dictionary.to_pylist()
    answers = [find(word) for word in words]
    places = pc.fill_null(encoded.indices, len(words)).to_numpy(zero_copy_only=False).astype(np.intp)
    wrong = np.array([*(answer is None for answer in answers), False], dtype=bool)
    if wrong.any():
        details = np.full(len(wrong), "", dtype=object)
        hints = np.flatnonzero(wrong)[:_HINTS]
        details[hints] = [near(words[place]) for place in hints]
        failures.add(column, code, wrong[places], details[places])
    return places, [*answers, None]


def _near(word: str, names: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(re.sub(r"\s+", "", fold(word)), names, n=1, cutoff=0.75)
    return names[close[0]] if close else ""

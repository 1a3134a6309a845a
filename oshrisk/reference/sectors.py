"""Sector codes: which scheme, which division, which legal list; a code means nothing without its scheme.

Schemes are data: a row of ``sector_schemes`` and a list of codes in the folder ``sectors``.

The same code can mean different things: 35111 is hydropower in VSIC 2018 and coal power in VSIC 2025 (R2.3). So the
key of every lookup is (scheme, code); a code without a scheme is unknown here and may only be dated by its
registration (`scheme_on`), never guessed.

Every function looks up each different (scheme, code) once, however many enterprises carry it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.errors import OshriskError
from oshrisk.messages import Language, text
from oshrisk.reference.folder import cached
from oshrisk.reference.load import Day, table, tables, valid_on

MEASURED: Final = "vsic2018"
"""The codes whose divisions measured rates are told by, and to which schemes of other divisions are mapped."""


@dataclass(frozen=True)
class Scheme:
    """A classification of sectors: a row of ``sector_schemes``.

    Parameters
    ----------
    name : str
        As registers write it.
    titles : mapping of language to str
        As people read it.
    aliases : tuple of str
        What registers may write instead.
    codes : str
        The list of its codes: the table ``sectors/<codes>``.
    complete : int
        Digits down to which the list is complete: a deeper code is known by its ancestor there.
    longest : int
        Digits of its longest codes.
    country : str
        Country whose scheme it is (ISO 3166); empty for none.
    national : bool
        Whether a code without a scheme may be one of its codes.
    since : Timestamp
        First day on which such a code is one of its; NaT for ever.
    """

    name: str
    titles: Mapping[Language, str]
    aliases: tuple[str, ...]
    codes: str
    complete: int
    longest: int
    country: str
    national: bool
    since: pd.Timestamp


@cached
def schemes() -> dict[str, Scheme]:
    """Return the schemes that registers may use, by name.

    Raises
    ------
    OshriskError
        If a scheme does not say how many digits its codes have, or its list of codes is not there.

    Examples
    --------
    >>> list(schemes())
    ['vsic2018', 'vsic2025', 'naics2017', 'naics2022']
    """
    rows = table("sector_schemes").fillna({"aliases": "", "country": ""})
    for scheme, codes in rows[["scheme", "codes"]].itertuples(index=False):
        if f"sectors/{codes}" not in tables():
            raise OshriskError("extend.no_codes", scheme=scheme, file=f"sectors/{codes}.csv")
    undigited = rows.loc[rows[["complete_digits", "most_digits"]].isna().any(axis=1), "scheme"]
    if len(undigited):
        raise OshriskError("extend.no_digits", schemes=", ".join(undigited))
    return {
        row["scheme"]: Scheme(
            name=row["scheme"],
            titles={"vi": row["title_vi"], "en": row["title_en"]},
            aliases=tuple(filter(None, row["aliases"].split(";"))),
            codes=row["codes"],
            complete=int(row["complete_digits"]),
            longest=int(row["most_digits"]),
            country=row["country"],
            national=row["national"] == "yes",
            since=row["valid_from"],
        )
        for row in rows.to_dict("records")
    }


def scheme_title(scheme: str, language: Language = "vi") -> str:
    """Return the name of a scheme as people read it; what no data folder knows stands as it is.

    Examples
    --------
    >>> scheme_title("naics2022")
    'NAICS 2022'
    """
    known = schemes().get(scheme)
    return scheme if known is None else known.titles[language]


def of_country(country: str) -> tuple[str, ...]:
    """Return the schemes of a country (ISO 3166).

    Examples
    --------
    >>> of_country("VN")
    ('vsic2018', 'vsic2025')
    """
    return tuple(scheme.name for scheme in schemes().values() if scheme.country == country)


def has_sections(scheme: str) -> bool:
    """Say whether a scheme has divisions and sections of its own; else its codes are mapped to others'.

    Examples
    --------
    >>> has_sections("vsic2025"), has_sections("naics2022"), has_sections("nace")
    (True, False, False)
    """
    return scheme in schemes() and not _mapping(schemes()[scheme].codes)


def in_law() -> tuple[str, ...]:
    """Return the schemes that lists of the law speak of: the columns of ``high_risk_sectors``.

    Examples
    --------
    >>> in_law()
    ('vsic2018', 'vsic2025')
    """
    return tuple(name for name in schemes() if name in table("high_risk_sectors").columns)


def scheme_on(registered_on: pd.Series) -> pd.Series:
    """Date a code without a scheme by the day on which it was registered.

    Parameters
    ----------
    registered_on : Series of datetime64
        Day of registration of the present sector code.

    Returns
    -------
    Series of str
        The national scheme in force on the day, NaN where the day is unknown: in Viet Nam ``"vsic2018"`` before the
        first day of VSIC 2025 (15 November 2025, Decision 36/2025/QĐ-TTg, R0.7), ``"vsic2025"`` from then on.

    Examples
    --------
    >>> scheme_on(pd.Series(pd.to_datetime(["2025-11-14", "2025-11-15", None]))).to_list()
    ['vsic2018', 'vsic2025', nan]
    """
    national = [scheme for scheme in schemes().values() if scheme.national]
    since = pd.Series([scheme.since for scheme in national], dtype="datetime64[s]")
    since = since.sort_values(na_position="first", kind="stable").fillna(pd.Timestamp.min.ceil("s"))
    names = pd.array([*(national[place].name for place in since.index), None], dtype="str")
    place = np.searchsorted(since, registered_on.to_numpy(dtype="datetime64[s]"), side="right") - 1
    place = np.minimum(np.maximum(place, 0), len(since) - 1)  # what is older than all is read in the oldest
    return pd.Series(names.take(np.where(registered_on.notna(), place, len(since))), registered_on.index)


def scheme_of(stated: pd.Series, registered_on: pd.Series) -> pd.Series:
    """Return the scheme of each code: as stated, else by the day of its registration (`scheme_on`).

    Parameters
    ----------
    stated : Series of str or category, shape (n,)
        Schemes as registers have them; NaN where they do not say.
    registered_on : Series of datetime64, shape (n,)
        Day of registration of the code.

    Returns
    -------
    Series of str, shape (n,)
        NaN where neither is known.
    """
    named = stated.astype("str")
    unsaid = named.isna()
    return named.mask(unsaid, scheme_on(registered_on)) if unsaid.any() else named


def different_pairs(scheme: pd.Series, code: pd.Series) -> tuple[NDArray[np.intp], pd.DataFrame]:
    """Return the number of each pair of scheme and code, and the different pairs: far fewer than enterprises.

    Parameters
    ----------
    scheme, code : Series of str, shape (n,)
        NaN is unknown, and a value like any other.

    Returns
    -------
    numbers : ndarray of int, shape (n,)
        Row in `pairs`.
    pairs : DataFrame, shape (n_different, 2)
        ``scheme`` and ``code``.

    Examples
    --------
    >>> different_pairs(pd.Series(["a", "b", "a"]), pd.Series(["1", "1", "1"]))[0].tolist()
    [0, 1, 0]
    """
    of_scheme, named = pd.factorize(scheme, use_na_sentinel=False)
    of_code, codes = pd.factorize(code, use_na_sentinel=False)
    numbers, both = pd.factorize(of_scheme * np.int64(len(codes)) + of_code)
    count = max(len(codes), 1)
    pairs = {"scheme": pd.array(named, dtype="str").take(both // count)}
    return numbers, pd.DataFrame(pairs | {"code": pd.array(codes, dtype="str").take(both % count)})


def is_known(scheme: pd.Series, code: pd.Series) -> NDArray[np.bool_]:
    """Say whether each code is one of its scheme.

    A code is known if it stands in the list held, or if its ancestor at the deepest complete level does (of VSIC
    2018 three digits are held in full, of VSIC 2025 and NAICS two; deeper codes in part). A section letter before
    the digits ("C23") is accepted where it is the section of the code.

    Parameters
    ----------
    scheme : Series of str or category, shape (n,)
        Sector schemes; NaN is unknown.
    code : Series of str, shape (n,)
        Sector codes.

    Returns
    -------
    ndarray of bool, shape (n,)
        False for an unknown code, scheme or both.

    Examples
    --------
    >>> is_known(pd.Series(["vsic2018", "vsic2025", "vsic2018"]), pd.Series(["45", "45", "C2394"])).tolist()
    [True, False, True]
    """
    return _answers(scheme, code, lambda name, value: _clean(name, value) is not None, missing=False).astype(bool)


def is_listed(scheme: pd.Series, code: pd.Series) -> NDArray[np.bool_]:
    """Say whether each code stands in the list of its scheme itself, not only an ancestor.

    Parameters
    ----------
    scheme, code : Series, shape (n,)
        As for `is_known`.

    Returns
    -------
    ndarray of bool, shape (n,)
        False for an unknown scheme.

    Examples
    --------
    >>> is_listed(pd.Series(["vsic2018"] * 2), pd.Series(["239", "23999"])).tolist()
    [True, False]
    """
    return _answers(scheme, code, lambda name, value: value in _tree(schemes()[name].codes), missing=False).astype(bool)


def division(scheme: pd.Series, code: pd.Series) -> pd.Series:
    """Return the division of each code.

    Parameters
    ----------
    scheme, code : Series, shape (n,)
        As for `is_known`.

    Returns
    -------
    Series of str, shape (n,)
        Two digits, indexed like `code`; NaN where the code is unknown or only a section letter. For a scheme
        whose list is mapped (NAICS) the VSIC 2018 division of the longest prefix that has one, NaN where none does.

    Examples
    --------
    >>> division(pd.Series(["vsic2018", "naics2022"]), pd.Series(["35111", "236220"])).to_list()
    ['35', '41']
    """
    return _series(code, _answers(scheme, code, _division))


def section(scheme: pd.Series, code: pd.Series) -> pd.Series:
    """Return the section letter of each code, in its own version (from J on VSIC 2025 has other letters).

    Parameters
    ----------
    scheme, code : Series, shape (n,)
        As for `is_known`.

    Returns
    -------
    Series of str, shape (n,)
        One letter, indexed like `code`; NaN where the code is unknown. Of a mapped scheme the
        VSIC 2018 section of its `division`.

    Examples
    --------
    >>> section(pd.Series(["vsic2018", "vsic2025"]), pd.Series(["6820", "6820"])).to_list()
    ['L', 'M']
    """
    return _series(code, _answers(scheme, code, _section))


def common_section(scheme: pd.Series, code: pd.Series) -> pd.Series:
    """Return the section of each code by the letters of VSIC 2018, whatever its scheme: one letter, one meaning.

    Parameters
    ----------
    scheme, code : Series, shape (n,)
        As for `is_known`.

    Returns
    -------
    Series of str, shape (n,)
        One letter, indexed like `code`; NaN where the code is unknown. Where a scheme has other letters, those that
        its list names as ``equivalent``.

    Examples
    --------
    >>> common_section(pd.Series(["vsic2018", "vsic2025"]), pd.Series(["6820", "6820"])).to_list()
    ['L', 'L']
    """
    return _series(code, _answers(scheme, code, _common_section))


def in_list(scheme: pd.Series, code: pd.Series, legal_list: str, date: Day) -> NDArray[np.bool_]:
    """Say whether each sector stands in a list of the law.

    Parameters
    ----------
    scheme, code : Series, shape (n,)
        As for `is_known`.
    legal_list : str
        Name in the table ``high_risk_sectors``: ``"TT07-2016-Art8"``, ``"ND39-2016-Art36.1"``,
        ``"ND39-2016-Art37.1"``, ``"ND58-2020"``.
    date : str or date
        The day.

    Returns
    -------
    ndarray of bool, shape (n,)
        False also where the code is unknown, too short to tell, or of a scheme that the lists do not speak of
        (`in_law`): combine with `is_known`.

    Raises
    ------
    KeyError
        If there is no such list.

    Notes
    -----
    The lists name sectors in words; the VSIC codes are a reading of them (environmental sanitation and ship
    repair an own one, confidence "derived").

    Examples
    --------
    >>> in_list(pd.Series(["vsic2025"] * 2), pd.Series(["2394", "4711"]), "TT07-2016-Art8", "2026-11-30").tolist()
    [True, False]
    """
    prefixes = _prefixes(legal_list, date)

    def listed(name: str, value: str) -> bool:
        return name in prefixes and (_clean(name, value) or "").startswith(prefixes[name])

    return _answers(scheme, code, listed, missing=False).astype(bool)


@cached
def _prefixes(legal_list: str, date: Day) -> dict[str, tuple[str, ...]]:
    """Return by scheme the prefixes of the codes of a list of the law."""
    rows = table("high_risk_sectors")
    if legal_list not in set(rows["legal_list"]):
        raise KeyError(legal_list)
    rows = valid_on(rows[rows["legal_list"] == legal_list], date)
    return {name: tuple(filter(None, ";".join(rows[name].dropna()).split(";"))) for name in in_law()}


def sector_name(scheme: str, code: str, language: Language = "vi") -> str:
    """Return the name of a sector, or of its nearest ancestor that has one.

    Parameters
    ----------
    scheme : str
        Sector scheme.
    code : str
        Sector code.
    language : {"vi", "en"}, default "vi"
        Language of the name.

    Returns
    -------
    str
        The name. Where the list has none, that of the VSIC division it maps to, saying so; for an unknown code or
        scheme a text that says so.

    Examples
    --------
    >>> sector_name("vsic2018", "35111"), sector_name("vsic2025", "35111")
    ('Thuỷ điện', 'Nhiệt điện than')
    >>> sector_name("vsic2018", "23999", "en")
    'Manufacture of non-metallic mineral products n.e.c.'
    """
    clean = _clean(scheme, code) if scheme in schemes() and isinstance(code, str) else None
    if clean is None:
        return text("reference.sector.unknown", language, code=code if isinstance(code, str) else "–")
    tree = _tree(schemes()[scheme].codes)
    names = (tree.get(clean[:length], {}).get(language) for length in range(len(clean), 0, -1))
    own = next(filter(None, names), None)
    if own is not None:
        return own
    mapped = _mapped(scheme, clean)
    name = _tree(MEASURED)[mapped][language] if mapped else text("reference.sector.unmapped", language)
    return text("reference.sector.mapped", language, scheme=scheme_title(scheme, language), code=clean, name=name)


def section_name(section: str, language: Language = "vi") -> str:
    """Return the name of a section by its `common_section`; another letter stands as it is.

    Examples
    --------
    >>> section_name("F", "en")
    'Construction'
    """
    return _tree(MEASURED).get(section, {}).get(language, section)


def section_of(division: pd.Series) -> pd.Series:
    """Return the section of each division of VSIC 2018, whatever schemes registers may use.

    Examples
    --------
    >>> section_of(pd.Series(["41", "01"])).to_list()
    ['F', 'A']
    """
    tree = _tree(MEASURED)
    return division.map({code: row["section"] for code, row in tree.items()})


@cached
def _tree(codes: str) -> dict[str, dict[str, str]]:
    rows = table(f"sectors/{codes}").set_index("code")
    named = rows[["section", "equivalent", "name_vi", "name_en"]].fillna("")
    named = named.set_axis(["section", "equivalent", "vi", "en"], axis="columns")
    return {str(code): row for code, row in named.to_dict(orient="index").items()}


@cached
def _mapping(codes: str) -> dict[str, str]:
    """Return the divisions that prefixes are mapped to; none where a scheme has its own."""
    rows = table(f"sectors/{codes}").dropna(subset="division")
    return dict(zip(rows["code"], rows["division"], strict=True))


@cached
def _clean(scheme: str, code: str) -> str | None:
    """Return the code without a section letter before its digits, None if the scheme does not know it."""
    code = code.strip().upper()
    of = schemes()[scheme]
    tree = _tree(of.codes)
    if code in tree:
        return code
    letter, digits = (code[0], code[1:]) if code[:1].isalpha() else ("", code)
    ancestor = digits if digits in tree else digits[: of.complete]
    if not _digits(digits, of.longest) or ancestor not in tree or letter not in ("", tree[ancestor]["section"]):
        return None
    return digits


def _digits(code: str, longest: int) -> bool:
    return 2 <= len(code) <= longest and code.isascii() and code.isdigit()


@cached
def _division(scheme: str, code: str) -> str | float:
    clean = _clean(scheme, code)
    if clean is None or clean.isalpha():
        return np.nan
    return clean[:2] if has_sections(scheme) else _mapped(scheme, clean) or np.nan


def _mapped(scheme: str, code: str) -> str | None:
    prefixes = _mapping(schemes()[scheme].codes)
    return next((prefixes[code[:length]] for length in range(len(code), 1, -1) if code[:length] in prefixes), None)


def _section(scheme: str, code: str) -> str | float:
    clean = _clean(scheme, code)
    if clean is not None and clean.isalpha():
        return clean
    of_code = _division(scheme, code)
    tree = _tree(schemes()[scheme].codes if has_sections(scheme) else MEASURED)
    return tree[of_code]["section"] if isinstance(of_code, str) else np.nan


@cached
def _common_section(scheme: str, code: str) -> str | float:
    letter = _section(scheme, code)
    if not isinstance(letter, str) or not has_sections(scheme):
        return letter
    return _tree(schemes()[scheme].codes).get(letter, {}).get("equivalent") or letter


def _answers(
    scheme: pd.Series,
    code: pd.Series,
    answer: Callable[[str, str], bool | str | float],
    missing: float = np.nan,
) -> NDArray[np.object_]:
    """Ask once for every different (scheme, code); `missing` stands where either is NaN or the scheme is foreign."""
    found = np.full(len(code), missing, dtype=object)
    for name in schemes():
        rows = np.flatnonzero((scheme == name).to_numpy(dtype=bool, na_value=False))
        positions, different = pd.factorize(code.iloc[rows])
        found[rows] = np.array([*(answer(name, str(value)) for value in different), missing], dtype=object)[positions]
    return found


def _series(like: pd.Series, values: NDArray[np.object_]) -> pd.Series:
    return pd.Series(values, index=like.index, dtype="str")

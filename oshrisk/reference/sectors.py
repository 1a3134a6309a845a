"""Sector codes: which scheme, which division, which legal list; a code means nothing without its scheme.

The same code can mean different things: 35111 is hydropower in VSIC 2018 and coal power in VSIC 2025 (R2.3). So the
key of every lookup is (scheme, code); a code without a scheme is unknown here and may only be dated by its
registration (`scheme_on`), never guessed.

Every function looks up each different (scheme, code) once, however many enterprises carry it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.messages import Language, text
from oshrisk.reference.folder import cached
from oshrisk.reference.load import Day, table, valid_on

COMPLETE: Final = {"vsic2018": 3, "vsic2025": 2}
"""Levels of the list held that are complete, counted in digits: deeper codes are known by their ancestor there."""

_NAICS: Final = ("naics2017", "naics2022")
_NAICS_SECTORS: Final = frozenset(
    str(number)
    for number in (11, *range(21, 24), *range(31, 34), 42, 44, 45, 48, 49, *range(51, 57), 61, 62, 71, 72, 81, 92)
)
_SCHEMES: Final = (*COMPLETE, *_NAICS)


def scheme_on(registered_on: pd.Series) -> pd.Series:
    """Date a code without a scheme by the day on which it was registered.

    Parameters
    ----------
    registered_on : Series of datetime64
        Day of registration of the present sector code.

    Returns
    -------
    Series of str
        ``"vsic2018"`` before the first day of VSIC 2025 (15 November 2025, Decision 36/2025/QĐ-TTg, R0.7),
        ``"vsic2025"`` from then on, NaN where the day is unknown.

    Examples
    --------
    >>> scheme_on(pd.Series(pd.to_datetime(["2025-11-14", "2025-11-15", None]))).to_list()
    ['vsic2018', 'vsic2025', nan]
    """
    codes = table("vsic")
    first_day = codes.loc[codes["version"] == "vsic2025", "valid_from"].min()
    scheme = pd.Series(
        np.where(registered_on < first_day, "vsic2018", "vsic2025"), index=registered_on.index, dtype="str"
    )
    return scheme.where(registered_on.notna())


def is_known(scheme: pd.Series, code: pd.Series) -> NDArray[np.bool_]:
    """Say whether each code is one of its scheme.

    A VSIC code of one to five characters is known if it stands in the list held, or if its ancestor at the
    nearest complete level does (levels 1 to 3 of 2018 and 1 to 2 of 2025 are held in full, deeper ones in part).
    A section letter before the digits ("C23") is accepted where it is the section of the code. A NAICS code is
    known if it has two to six digits and begins with a NAICS sector; the codes below are not held.

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


def division(scheme: pd.Series, code: pd.Series) -> pd.Series:
    """Return the VSIC division of each code.

    Parameters
    ----------
    scheme, code : Series, shape (n,)
        As for `is_known`.

    Returns
    -------
    Series of str, shape (n,)
        Two digits, indexed like `code`; NaN where the code is unknown or only a section letter. For NAICS the
        division that the longest matching prefix of the table ``sector_rates`` maps to (own mapping; NaN where
        none does).

    Examples
    --------
    >>> division(pd.Series(["vsic2018", "naics2022"]), pd.Series(["35111", "236220"])).to_list()
    ['35', '41']
    """
    return _series(code, _answers(scheme, code, _division))


def section(scheme: pd.Series, code: pd.Series) -> pd.Series:
    """Return the VSIC section letter of each code, in its own version (letters from K on shift in 2025).

    Parameters
    ----------
    scheme, code : Series, shape (n,)
        As for `is_known`.

    Returns
    -------
    Series of str, shape (n,)
        One letter, indexed like `code`; NaN where the code is unknown. For NAICS the 2018 section of its `division`.

    Examples
    --------
    >>> section(pd.Series(["vsic2018", "vsic2025"]), pd.Series(["6820", "6820"])).to_list()
    ['L', 'M']
    """
    return _series(code, _answers(scheme, code, _section))


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
        (NAICS): combine with `is_known`.

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
    rows = table("high_risk_sectors")
    if legal_list not in set(rows["legal_list"]):
        raise KeyError(legal_list)
    rows = valid_on(rows[rows["legal_list"] == legal_list], date)
    prefixes = {name: tuple(";".join(rows[name]).split(";")) if len(rows) else () for name in COMPLETE}

    def listed(name: str, value: str) -> bool:
        return name in prefixes and (_clean(name, value) or "").startswith(prefixes[name])

    return _answers(scheme, code, listed, missing=False).astype(bool)


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
        The name. For NAICS the name of the VSIC division it maps to, saying so; for an unknown code or scheme
        a text that says so.

    Examples
    --------
    >>> sector_name("vsic2018", "35111"), sector_name("vsic2025", "35111")
    ('Thuỷ điện', 'Nhiệt điện than')
    >>> sector_name("vsic2018", "23999", "en")
    'Manufacture of non-metallic mineral products n.e.c.'
    """
    clean = _clean(scheme, code) if scheme in _SCHEMES and isinstance(code, str) else None
    if clean is None:
        return text("reference.sector.unknown", language, code=code if isinstance(code, str) else "–")
    if scheme in _NAICS:
        mapped = _naics_division(clean)
        name = _tree("vsic2018")[mapped][language] if mapped else text("reference.sector.unmapped", language)
        return text("reference.sector.naics", language, code=clean, name=name)
    tree = _tree(scheme)
    return next(tree[clean[:length]][language] for length in range(len(clean), 0, -1) if clean[:length] in tree)


@cached
def _tree(version: str) -> dict[str, dict[str, str]]:
    codes = table("vsic")
    codes = codes[codes["version"] == version].set_index("code")
    named = codes[["section", "name_vi", "name_en"]].set_axis(["section", "vi", "en"], axis="columns")
    return {str(code): row for code, row in named.to_dict(orient="index").items()}


@cached
def _naics_prefixes() -> dict[str, str]:
    rows = table("sector_rates").dropna(subset="naics_prefixes")
    pairs = rows.assign(prefix=rows["naics_prefixes"].str.split()).explode("prefix")
    return dict(zip(pairs["prefix"], pairs["vsic_division"], strict=True))


def _clean(scheme: str, code: str) -> str | None:
    """Return the code without a section letter before its digits, None if the scheme does not know it."""
    code = code.strip().upper()
    if scheme in _NAICS:
        return code if _digits(code, 6) and code[:2] in _NAICS_SECTORS else None
    tree = _tree(scheme)
    if code in tree:
        return code
    letter, digits = (code[0], code[1:]) if code[:1].isalpha() else ("", code)
    ancestor = digits if digits in tree else digits[: COMPLETE[scheme]]
    if not _digits(digits, 5) or ancestor not in tree or letter not in ("", tree[ancestor]["section"]):
        return None
    return digits


def _digits(code: str, longest: int) -> bool:
    return 2 <= len(code) <= longest and code.isascii() and code.isdigit()


def _division(scheme: str, code: str) -> str | float:
    clean = _clean(scheme, code)
    if clean is None or clean.isalpha():
        return np.nan
    return _naics_division(clean) or np.nan if scheme in _NAICS else clean[:2]


def _naics_division(code: str) -> str | None:
    prefixes = _naics_prefixes()
    return next((prefixes[code[:length]] for length in range(len(code), 1, -1) if code[:length] in prefixes), None)


def _section(scheme: str, code: str) -> str | float:
    clean = _clean(scheme, code)
    if clean is not None and clean.isalpha():
        return clean
    of_code = _division(scheme, code)
    return _tree("vsic2018" if scheme in _NAICS else scheme)[of_code]["section"] if isinstance(of_code, str) else np.nan


def _answers(
    scheme: pd.Series,
    code: pd.Series,
    answer: Callable[[str, str], bool | str | float],
    missing: float = np.nan,
) -> NDArray[np.object_]:
    """Ask once for every different (scheme, code); `missing` stands where either is NaN or the scheme is foreign."""
    found = np.full(len(code), missing, dtype=object)
    for name in _SCHEMES:
        rows = np.flatnonzero((scheme == name).to_numpy(dtype=bool, na_value=False))
        positions, different = pd.factorize(code.iloc[rows])
        found[rows] = np.array([*(answer(name, str(value)) for value in different), missing], dtype=object)[positions]
    return found


def _series(like: pd.Series, values: NDArray[np.object_]) -> pd.Series:
    return pd.Series(values, index=like.index, dtype="str")

"""What a list says of each enterprise: who, where, what it does."""

from __future__ import annotations

from typing import Final

import pandas as pd

from oshrisk.messages import Language
from oshrisk.reference.communes import communes
from oshrisk.reference.sectors import different_pairs, scheme_of, sector_name
from oshrisk.registry.registry import Registry, places_of

IDENTITY: Final = ["name", "commune", "sector"]
_ASKED: Final = ["name", "commune_code", "sector_scheme", "registered_on", "sector_code"]


def identity(registry: Registry, ids: pd.Index, province_code: str, language: Language) -> pd.DataFrame:
    """Return name, place and sector of some enterprises, in words.

    Parameters
    ----------
    registry : Registry
        What is known.
    ids : Index
        The enterprises.
    province_code : str
        Folder of the province's reference data.
    language : {"vi", "en"}
        Language of the sector's name.

    Returns
    -------
    DataFrame of str, shape (len(ids), 3)
        Indexed by `ids`: ``name``, ``commune``, ``sector`` (code, name); empty where unknown.
    """
    firms = _firms(registry, ids, _ASKED)
    return pd.DataFrame(
        {"name": firms["name"], "commune": _commune(firms, province_code), "sector": _sector(firms, language)},
        dtype="str",
    )


def address(registry: Registry, ids: pd.Index, province_code: str) -> pd.Series:
    """Return street and commune of some enterprises; a commune that the street names already is not said twice.

    Parameters
    ----------
    registry : Registry
        What is known.
    ids : Index
        The enterprises.
    province_code : str
        Folder of the province's reference data.

    Returns
    -------
    Series of str
        Indexed by `ids`; empty where unknown.
    """
    firms = _firms(registry, ids, ["commune_code", "address"])
    commune, street = _commune(firms, province_code), firms["address"].fillna("")
    inside = [place in line for place, line in zip(commune.str.lower(), street.str.lower(), strict=True)]
    both = (street + ", " + commune).str.removeprefix(", ")
    return both.mask(pd.Series(inside, ids) | commune.eq(""), street)


def households(registry: Registry, ids: pd.Index) -> pd.Series:
    """Say which enterprises are household businesses, whose name, tax code and street are personal data (FACTS R7.3).

    Parameters
    ----------
    registry : Registry
        What is known.
    ids : Index
        The enterprises.

    Returns
    -------
    Series of bool
        Indexed by `ids`; False where the legal form is unknown.
    """
    return _firms(registry, ids, ["legal_form"])["legal_form"].eq("household").fillna(False).astype(bool)


def _firms(registry: Registry, ids: pd.Index, columns: list[str]) -> pd.DataFrame:
    return registry["enterprises"][columns].iloc[places_of(ids, registry.ids)].set_axis(ids)


def _commune(firms: pd.DataFrame, province_code: str) -> pd.Series:
    places = communes(province_code)
    named = (places["type"] + " " + places["name"]).astype("str")
    named = named.str.slice(0, 1).str.upper() + named.str.slice(1)
    code, different = pd.factorize(firms["commune_code"])
    words = pd.array([*named.reindex(different, fill_value=""), ""], dtype="str")
    return pd.Series(words.take(code), firms.index)


def _sector(firms: pd.DataFrame, language: Language) -> pd.Series:
    keys, pairs = different_pairs(scheme_of(firms["sector_scheme"], firms["registered_on"]), firms["sector_code"])
    told = pairs.notna().all(axis=1)
    names = [
        f"{pair.code} – {sector_name(pair.scheme, pair.code, language)}" if known else ""
        for pair, known in zip(pairs.itertuples(), told, strict=True)
    ]
    return pd.Series(pd.array(names, dtype="str").take(keys), firms.index)

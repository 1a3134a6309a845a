import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oshrisk.reference import sectors, table

LISTS = ["TT07-2016-Art8", "ND39-2016-Art36.1", "ND39-2016-Art37.1", "ND58-2020"]
TODAY = "2026-11-30"


def one(function, scheme, code, *more):
    answer = function(pd.Series([scheme], dtype="str"), pd.Series([code], dtype="str"), *more)
    return next(iter(answer))


def test_version_and_code_are_the_key():
    for scheme in sectors.schemes().values():
        assert table(f"sectors/{scheme.codes}")["code"].is_unique


@pytest.mark.parametrize(
    ("version", "level", "count"),
    [
        ("vsic2018", "1", 21),
        ("vsic2018", "2", 88),
        ("vsic2018", "3", 242),
        ("vsic2025", "1", 22),
        ("vsic2025", "2", 87),
    ],
)
def test_levels_that_are_said_to_be_complete_have_their_official_counts(version, level, count):
    assert (table(f"sectors/{version}")["level"] == level).sum() == count


def test_every_parent_is_listed():
    rows = table("sectors/vsic2018")
    assert set(rows.loc[rows["level"].isin(["2", "3"]), "parent"]) <= set(rows["code"])


@pytest.mark.parametrize(
    ("scheme", "vi", "en"),
    [("vsic2018", "Thuỷ điện", "Hydropower generation"), ("vsic2025", "Nhiệt điện than", "Coal-fired power")],
)
def test_35111_is_hydropower_in_2018_and_coal_in_2025(scheme, vi, en):
    assert sectors.sector_name(scheme, "35111") == vi
    assert sectors.sector_name(scheme, "35111", "en") == en


def test_codes_that_changed_their_meaning_name_both_meanings():
    rows = table("vsic_changes").set_index("code")
    assert rows.index.is_unique
    assert {"35111", "35121", "35122", "3512", "4661", "4662", "4663", "4669", "46691", "46692"} <= set(rows.index)
    assert rows.loc["35111", "successor_2025"] == "35121"
    assert sectors.sector_name("vsic2025", rows.loc["35111", "successor_2025"]) == "Thủy điện"


@pytest.mark.parametrize(
    ("day", "scheme"), [("2018-01-01", "vsic2018"), ("2025-11-14", "vsic2018"), ("2025-11-15", "vsic2025")]
)
def test_registration_dates_a_code(day, scheme):
    assert sectors.scheme_on(pd.Series(pd.to_datetime([day]), index=["x"])).to_dict() == {"x": scheme}


def test_no_registration_no_scheme():
    assert sectors.scheme_on(pd.Series([pd.NaT], dtype="datetime64[s]")).isna().all()


@pytest.mark.parametrize(
    ("scheme", "code", "known"),
    [
        ("vsic2018", "C", True),
        ("vsic2018", "V", False),
        ("vsic2025", "V", True),
        ("vsic2018", "45", True),
        ("vsic2025", "45", False),
        ("vsic2025", "45200", False),
        ("vsic2018", "C23", True),
        ("vsic2018", "B23", False),
        ("vsic2018", "23999", True),
        ("vsic2018", "2349", False),
        ("vsic2025", "2349", True),
        ("vsic2018", "1", False),
        ("vsic2018", "239999", False),
        ("vsic2018", "23a", False),
        ("vsic2018", "²³", False),
        ("vsic2018", "", False),
        ("vsic2018", None, False),
        (None, "35111", False),
        ("isic4", "3511", False),
        ("naics2022", "236220", True),
        ("naics2017", "31", True),
        ("naics2022", "34", False),
        ("naics2022", "2362201", False),
        ("naics2022", "C23", False),
    ],
)
def test_is_known(scheme, code, known):
    assert bool(one(sectors.is_known, scheme, code)) is known


@pytest.mark.parametrize(
    ("scheme", "code", "division", "section"),
    [
        ("vsic2018", "35111", "35", "D"),
        ("vsic2018", "F", None, "F"),
        ("vsic2018", "C2394", "23", "C"),
        ("vsic2018", "6820", "68", "L"),
        ("vsic2025", "6820", "68", "M"),
        ("vsic2025", "45", None, None),
        ("naics2022", "333120", "28", "C"),
        ("naics2022", "541940", "75", "M"),
        ("naics2022", "23", None, None),
        (None, "35111", None, None),
    ],
)
def test_division_and_section(scheme, code, division, section):
    found = [one(sectors.division, scheme, code), one(sectors.section, scheme, code)]
    assert [None if pd.isna(value) else value for value in found] == [division, section]


def test_every_naics_prefix_maps_to_one_division_that_exists():
    prefixes = table("sectors/naics").dropna(subset="division")["code"]
    scheme = pd.Series("naics2022", index=range(len(prefixes)), dtype="str")
    mapped = sectors.division(scheme, prefixes.reset_index(drop=True))
    assert mapped.notna().all()
    assert sectors.is_known(scheme.replace("naics2022", "vsic2018"), mapped).all()


def test_answers_keep_the_index_and_take_categories():
    scheme = pd.Series(["vsic2025", None], index=["a", "b"], dtype="category")
    code = pd.Series(["0810", "0810"], index=["a", "b"])
    assert sectors.division(scheme, code).dropna().to_dict() == {"a": "08"}
    assert sectors.is_known(scheme, code).tolist() == [True, False]


@pytest.mark.parametrize(
    ("legal_list", "code", "inside"),
    [
        ("TT07-2016-Art8", "22", True),
        ("ND39-2016-Art36.1", "22", False),
        ("ND39-2016-Art37.1", "22", True),
        ("TT07-2016-Art8", "4101", True),
        ("ND39-2016-Art36.1", "4101", True),
        ("ND39-2016-Art37.1", "4101", False),
        ("TT07-2016-Art8", "3512", True),
        ("ND39-2016-Art37.1", "3512", False),
        ("TT07-2016-Art8", "3520", False),
        ("TT07-2016-Art8", "35", False),
        ("ND39-2016-Art36.1", "B0810", True),
        ("ND58-2020", "1020", True),
        ("TT07-2016-Art8", "4711", False),
    ],
)
@pytest.mark.parametrize("scheme", ["vsic2018", "vsic2025"])
def test_lists_of_the_law(legal_list, code, inside, scheme):
    assert bool(one(sectors.in_list, scheme, code, legal_list, TODAY)) is inside


def test_a_list_begins_on_its_day():
    found = [bool(one(sectors.in_list, "vsic2018", "0810", "ND58-2020", day)) for day in ("2020-07-14", "2020-07-15")]
    assert found == [False, True]


def test_lists_have_their_number_of_sectors_and_only_codes_that_exist():
    rows = table("high_risk_sectors")
    assert rows.groupby("legal_list").size().to_dict() == dict(zip(LISTS, [11, 9, 11, 11], strict=True))
    for version in ("vsic2018", "vsic2025"):
        prefixes = rows[version].str.split(";").explode().reset_index(drop=True)
        assert sectors.is_known(pd.Series([version] * len(prefixes)), prefixes).all()


def test_unknown_list():
    with pytest.raises(KeyError):
        one(sectors.in_list, "vsic2018", "0810", "TT99", TODAY)


@pytest.mark.parametrize("scheme", [None, float("nan"), "isic4", "vsic2018"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_unknown_sector_is_called_so(scheme, language):
    assert "99999" in sectors.sector_name(scheme, "99999" if scheme != "vsic2018" else "x99999", language)


def test_naics_is_named_by_its_division():
    assert sectors.sector_name("naics2022", "236220", "en") == "Construction of buildings (from NAICS 2022 236220)"
    assert sectors.sector_name("naics2022", "23", "en") == "Not mapped to VSIC (from NAICS 2022 23)"


CODES = st.text(alphabet="0123456789ABCUVx ", max_size=7)
SCHEMES = st.sampled_from(["vsic2018", "vsic2025", "naics2017", "naics2022", "other", None])


@given(st.lists(st.tuples(SCHEMES, CODES), max_size=20))
def test_what_is_unknown_has_no_division_section_or_list(pairs):
    scheme = pd.Series([pair[0] for pair in pairs], dtype="str")
    code = pd.Series([pair[1] for pair in pairs], dtype="str")
    known = sectors.is_known(scheme, code)
    assert sectors.division(scheme, code)[~known].isna().all()
    assert sectors.section(scheme, code)[~known].isna().all()
    vsic = scheme.isin(["vsic2018", "vsic2025"]).to_numpy()
    assert sectors.section(scheme, code)[known & vsic].notna().all()
    listed = np.array([sectors.in_list(scheme, code, name, TODAY) for name in LISTS])
    assert not listed[:, ~(known & vsic)].any()
    assert all(sectors.sector_name(*pair) for pair in pairs)

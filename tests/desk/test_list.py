"""The list: everybody found, filtered, sorted and paged on the server."""

import re

import numpy as np
import pandas as pd
import pytest

from oshrisk.desk.everybody import FALLING, SORTS, Everybody, Wish

NAMES = ["Công ty Đá vôi Tây Bắc", "CONG TY DA VOI", "Cơ sở Đà Nẵng", "Hợp tác xã Mường Ảng", "Trạm xăng 09"]


@pytest.fixture(scope="module")
def few():
    """Five enterprises: the first and the last are listed."""
    from oshrisk.registry.titles import fold

    ids = pd.Index([f"56000{number:05}" for number in range(5)], name="enterprise_id", dtype="str")
    rows = pd.DataFrame(
        {
            "name": NAMES,
            "commune": ["03127", "03151", None, "03151", "03127"],
            "sector": ["0810", "0810", "4711", "0162", "4730"],
            "section": ["B", "B", "G", "A", "G"],
            "workers": [29.0, np.nan, 5.0, 120.0, np.nan],
            "risk_class": pd.Categorical(["A", "B", "D", None, "A"]),
            "index": [99.0, 80.0, 10.0, np.nan, 95.0],
            "rank": [1.0, 3.0, 4.0, np.nan, 2.0],
            "listed": [True, False, False, False, True],
            "order": pd.array([2, None, None, None, 1], dtype="Int64"),
            "arm": ["risk", None, None, None, "random"],
            "mode": ["on_site", None, None, None, "remote"],
            "team": pd.array([1, None, None, None, 2], dtype="Int64"),
            "month": pd.array([1, None, None, None, 3], dtype="Int64"),
            "trip": pd.array([4, None, None, None, 0], dtype="Int64"),
            "reason": [None, "lower_priority", "lower_priority", "closed", None],
        },
        index=ids,
    )
    written = pd.Series([name.lower() for name in NAMES], ids, dtype="str").str.cat(ids.to_series(), sep=" ")
    return Everybody(rows, written, written.map(fold))


def found(few, **wish):
    return [int(one[-1]) for one in few.choose(Wish(**wish))]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("cong ty", {0, 1}),
        ("CÔNG TY", {0}),  # with marks only what has them
        ("đá", {0}),
        ("da", {0, 1, 2}),
        ("Đà", {2}),
        ("mường ảng", {3}),
        ("muong ang", {3}),
        ("5600000003", {3}),
        ("xăng 09", {4}),
        ("nobody", set()),
        ("%", set()),
        ("", {0, 1, 2, 3, 4}),
    ],
)
def test_search_with_and_without_marks(few, search, expected):
    assert set(found(few, search=search)) == (expected if search != "%" else {0, 1, 2, 3, 4})


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("turned", [False, True])
def test_every_order_is_in_order(few, sort, turned):
    values = few.rows.iloc[found(few, sort=sort, turned=turned)][sort].dropna()
    if sort == "name":
        assert values.iloc[0] == ("Trạm xăng 09" if turned else "CONG TY DA VOI")
        return
    rising = turned == (sort in FALLING)
    ranks = values.cat.codes if sort == "risk_class" else values
    assert ranks.is_monotonic_increasing if rising else ranks.is_monotonic_decreasing


def test_what_is_unknown_comes_last(few):
    assert found(few, sort="workers")[-2:] == [4, 1]
    assert found(few, sort="order")[:2] == [4, 0]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"listed": "yes"}, {0, 4}),
        ({"listed": "no"}, {1, 2, 3}),
        ({"risk_class": "A"}, {0, 4}),
        ({"commune": "03151"}, {1, 3}),
        ({"section": "G", "listed": "yes"}, {4}),
        ({"team": "2"}, {4}),
        ({"month": "1", "mode": "on_site"}, {0}),
        ({"reason": "closed"}, {3}),
        ({"arm": "nonsense"}, set()),
    ],
)
def test_filters(few, filters, expected):
    assert set(found(few, filters=filters)) == expected


def test_the_page_says_how_many_and_pages(browser):
    client = browser("binh")
    page = client.get("/2027Q1/list/?listed=").content.decode()
    assert re.search(r"1[56]\d cơ sở", page)
    assert "Trang 1/" in page
    assert page.count("<tr") == 51
    second = client.get("/2027Q1/list/?listed=&page=2").content.decode()
    assert _ids(page).isdisjoint(_ids(second))
    assert client.get("/2027Q1/list/?listed=&page=999").status_code == 200


def test_without_a_question_only_the_listed(browser):
    from oshrisk.desk import lists

    from .people import QUARTER

    page = browser("binh").get("/2027Q1/list/").content.decode()
    assert _ids(page) == set(lists.issued(QUARTER).visits.index[:50])


def test_htmx_gets_only_the_rows(browser):
    answer = browser("binh").get("/2027Q1/list/?search=mo+phong", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "<html" not in page
    assert "<table" in page


@pytest.mark.parametrize("query", ["sort=password", "page=x", "team=%00", "search=" + "a" * 5000, "listed=maybe"])
def test_odd_questions_break_nothing(browser, query):
    assert browser("binh").get(f"/2027Q1/list/?{query}").status_code == 200


def _ids(page):
    return set(re.findall(r"/enterprise/([^\"]+)\"", page))

"""The map links to what it shows, and tables say the same."""

import re

import pytest

from .people import QUARTER, said


def test_every_visit_of_the_map_leads_to_its_enterprise(browser, desk):
    from oshrisk.desk import lists

    page = said(browser("binh").get("/2027Q1/map/"))
    assert 'role="group"' in page
    known = set(lists.issued(QUARTER).visits.index)
    linked = set(re.findall(r'href="/2027Q1/enterprise/([^"]+)"', page))
    assert linked <= known
    marked = set(re.findall(r'data-enterprise="([^"]+)"', page))
    assert marked == linked
    assert linked


def test_communes_and_trips_stand_in_tables(browser, desk):
    from oshrisk.desk import lists
    from oshrisk.reference.communes import communes

    page = said(browser("binh").get("/2027Q1/map/"))
    tables = page[page.index("</figure>") :]
    assert all(name in tables for name in communes("dien_bien")["name"])
    for trip in lists.issued(QUARTER).trips.index:
        assert f'href="?trip={trip}"' in tables


@pytest.mark.parametrize(("trip", "status"), [("1", 200), ("999", 404), ("<script>", 200), ("", 200)])
def test_one_trip_alone(browser, desk, trip, status):
    answer = browser("binh").get("/2027Q1/map/", {"trip": trip})
    assert answer.status_code == status
    assert "<script>" not in said(answer).replace("<script src", "")


def test_hostile_names_stay_words(browser, desk, monkeypatch):
    import oshrisk.desk.urls  # noqa: F401  # pages cannot be imported before it
    from oshrisk.desk import lists

    issued = lists.issued(QUARTER)
    firms = issued.registry["enterprises"]
    monkeypatch.setitem(issued.registry.tables, "enterprises", firms.assign(name='"><script>alert(1)</script>'))
    monkeypatch.setattr("oshrisk.desk.pages.province.drawn", lambda issued, language, trip: _fresh(issued, language))
    page = said(browser("binh").get("/2027Q1/map/"))
    assert "<script>alert" not in page
    assert "alert(1)" in page


def _fresh(issued, language):
    from oshrisk.desk.map_drawing import linked
    from oshrisk.pictures import province_map

    drawing = province_map(issued, language)
    return linked(drawing.svg, QUARTER), drawing.words

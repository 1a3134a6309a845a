"""Files for maps say what their readers may know, and no more."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from oshrisk.field.levels import LEVELS, facts_for
from oshrisk.field.places import geojson, kml
from oshrisk.messages import LANGUAGES
from oshrisk.reference.communes import communes

KML = "{http://www.opengis.net/kml/2.2}"
SCORES = {"index", "risk_class", "rank", "inclusion_probability", "priority", "violation_probability"}
INSIDE = {"address", "content", "ground", "arm", "team", "trip", "stop", "mode", "length", "together"}


@pytest.fixture(scope="module")
def placed(listed):
    """The list with one household business, and one enterprise whose position is known."""
    firms = listed.registry["enterprises"].copy()
    one, two = listed.visits.index[:2]
    firms["legal_form"] = firms["legal_form"].mask(firms["enterprise_id"].eq(one), "household")
    for name, value in (("lat", 21.5), ("lon", 103.01)):
        firms[name] = firms[name].mask(firms["enterprise_id"].eq(two), value)
    registry = replace(listed.registry, tables=dict(listed.registry.tables) | {"enterprises": firms})
    return replace(listed, ranking=replace(listed.ranking, known=registry))


def read(issued, level, language="vi"):
    content = json.loads(geojson(issued, level, language))
    kinds = {"visit": [], "trip": []}
    for feature in content["features"]:
        kinds[feature["properties"]["kind"]].append(feature)
    return content, kinds["visit"], kinds["trip"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", LEVELS)
def test_geojson_is_as_rfc_7946_says(placed, level, language):
    content, visits, trips = read(placed, level, language)
    assert content["type"] == "FeatureCollection"
    assert "crs" not in content
    assert content["simulated"] is True
    assert len({feature["id"] for feature in content["features"]}) == len(content["features"])
    assert len(visits) == len(placed.visits)
    for feature in [*visits, *trips]:
        geometry = feature["geometry"]
        if geometry is None:
            continue
        positions = geometry["coordinates"] if feature in trips else [geometry["coordinates"]]
        assert geometry["type"] == ("LineString" if feature in trips else "Point")
        assert all(102 < lon < 104 and 20 < lat < 23 for lon, lat in positions)  # longitude first


def test_no_score_leaves_the_office(placed):
    for level in ("public", "team"):
        _content, visits, trips = read(placed, level)
        names = {name for feature in [*visits, *trips] for name in feature["properties"]}
        assert not names & SCORES
        written = kml(placed, level, "vi").decode()
        assert not any(f'name="{score}"' in written for score in SCORES)
    _, visits, _ = read(placed, "internal")
    assert {"index", "risk_class", "rank"} <= set(visits[0]["properties"])


def test_the_public_learns_no_address_no_reason_and_no_household(placed):
    one, two = placed.visits.index[:2]
    content, visits, trips = read(placed, "public")
    assert not trips
    assert not {name for feature in visits for name in feature["properties"]} & INSIDE
    firms = placed.registry["enterprises"].set_index("enterprise_id")
    for written in (json.dumps(content, ensure_ascii=False), kml(placed, "public", "vi").decode()):
        assert one not in written
        assert firms.at[one, "name"] not in written
        assert two in written
    assert {feature["properties"]["located"] for feature in visits} <= {"commune", ""}


def test_the_public_order_tells_no_rank(placed):
    _, visits, _ = read(placed, "public")
    shown = [feature["properties"] for feature in visits]
    assert [facts["order"] for facts in shown] == list(range(1, len(placed.visits) + 1))
    assert [(facts["commune"], facts["name"]) for facts in shown] == sorted(
        (facts["commune"], facts["name"]) for facts in shown
    )


def test_a_team_sees_where_an_enterprise_is_where_that_is_known(placed):
    two = placed.visits.index[1]
    _, visits, trips = read(placed, "team")
    found = {feature["properties"]["id"]: feature for feature in visits}
    assert found[two]["geometry"]["coordinates"] == [103.01, 21.5]
    assert found[two]["properties"]["located"] == "enterprise"
    assert len(trips) == len(placed.trips)
    assert all(trip["properties"]["road_hours_estimated"] is True for trip in trips)


def test_lines_of_trips_begin_and_end_at_the_office(placed):
    seat = communes("dien_bien").loc["03127"]
    for trip in read(placed, "team")[2]:
        if trip["geometry"] is not None:
            ends = [trip["geometry"]["coordinates"][place] for place in (0, -1)]
            assert ends == [[seat["lon"], seat["lat"]]] * 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_kml_is_read_with_its_parts_in_order(placed, language):
    root = ElementTree.fromstring(kml(placed, "team", language))  # noqa: S314 - own
    marks = list(root.iter(f"{KML}Placemark"))
    places = facts_for(placed, "team", language)
    assert len(marks) == int(places["located"].ne("").sum()) + len(placed.trips)
    ids = [mark.get("id") for mark in marks]
    assert len(set(ids)) == len(ids)
    for mark in marks:
        tags = [child.tag.removeprefix(KML) for child in mark]
        assert tags[0] == "name"
        assert tags[-1] in ("Point", "LineString")
    styles = {style.get("id") for style in root.iter(f"{KML}Style")}
    assert {url.text.removeprefix("#") for url in root.iter(f"{KML}styleUrl")} <= styles


def test_the_same_list_makes_the_same_files(listed):
    for write in (geojson, kml):
        assert write(listed, "team", "vi") == write(listed, "team", "vi")

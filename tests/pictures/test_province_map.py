"""The map says what the list says, whole in itself."""

import math
import re
from xml.etree import ElementTree

import pytest

from oshrisk.messages import LANGUAGES
from oshrisk.pictures.labels import Label, place_labels
from oshrisk.pictures.network import legs, positions, roads_of, route
from oshrisk.pictures.province_map import province_map
from oshrisk.pictures.scene import make_scene
from oshrisk.reference.communes import communes, road_km_between

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def roots(listed):
    return {language: ElementTree.fromstring(province_map(listed, language).svg) for language in LANGUAGES}  # noqa: S314 - own


def marked(root, name):
    return [node for node in root.iter(f"{SVG}g") if node.get("class") == name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_commune_and_visit_is_there_once_with_a_title(listed, roots, language):
    root = roots[language]
    places = communes("dien_bien")
    shown = [node.get("data-commune") for node in marked(root, "commune")]
    assert sorted(shown) == sorted(places.index)
    visits = [node.get("data-enterprise") for node in marked(root, "visit")]
    assert sorted(visits) == sorted(listed.visits.index[listed.visits["commune_code"].isin(places.index)])
    for node in [*marked(root, "commune"), *marked(root, "visit")]:
        assert node.find(f".//{SVG}title").text
    written = {node.text for node in root.iter(f"{SVG}text")}
    assert set(places["name"]) <= written


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_comes_from_outside_and_no_style_leaks(listed, language):
    svg = province_map(listed, language).svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"<style|\sstyle=", svg)


def test_the_mark_of_simulated_data_and_of_estimated_roads_stand_on_it(listed):
    drawing = province_map(listed, "vi")
    for words in ("DỮ LIỆU MÔ PHỎNG", "ước tính"):
        assert words in drawing.svg
        assert words in drawing.words
    assert str(len(listed.visits)) in drawing.words


def test_names_do_not_cover_each_other(listed):
    scene = make_scene(listed, "vi", None)
    labels = [Label(row.x, row.y, row.radius, 90.0, 32.0) for row in scene.places.itertuples()]
    boxes = place_labels(labels, [], (1000.0, scene.height))
    covered = [
        (one, two)
        for i, one in enumerate(boxes)
        for two in boxes[i + 1 :]
        if min(one[2], two[2]) - max(one[0], two[0]) > 1e-6 and min(one[3], two[3]) - max(one[1], two[1]) > 1e-6
    ]
    assert not covered
    assert all(left >= 0 and top >= 0 and right <= 1000 and low <= scene.height for left, top, right, low in boxes)


def test_a_name_stands_nearer_to_its_own_place_than_to_another():
    places = [
        Label(100.0, 100.0, 8.0, 80.0, 20.0),
        Label(100.0, 140.0, 8.0, 80.0, 20.0),
        Label(185.0, 120.0, 20.0, 80.0, 20.0),
    ]
    for own, (left, top, right, bottom) in zip(places, place_labels(places, [], (400.0, 300.0)), strict=True):
        gaps = {
            place: math.hypot(max(left - place.x, 0, place.x - right), max(top - place.y, 0, place.y - bottom))
            - place.radius
            for place in places
        }
        assert min(gaps, key=gaps.get) is own


def test_distances_are_to_scale(listed):
    places, km = positions("dien_bien"), road_km_between("dien_bien")
    far = (places.loc["03158"] - places.loc["03127"]).pow(2).sum() ** 0.5
    near = (places.loc["03256"] - places.loc["03127"]).pow(2).sum() ** 0.5
    assert far / near == pytest.approx(km.loc["03158", "03127"] / km.loc["03256", "03127"], rel=0.02)


def test_a_route_begins_and_ends_at_the_office_and_passes_its_stops(listed):
    roads = roads_of(listed)
    for stops in listed.trips["communes"]:
        way = route(stops, roads)
        assert way[0] == way[-1] == roads.seat
        assert set(stops) <= set(way)
    assert route(["unknown"], roads) == []


def test_legs_count_every_trip_once_a_piece_of_road(listed):
    roads = roads_of(listed)
    used = legs(listed, roads, listed.trips.index)
    assert all(leg.start < leg.end and 1 <= leg.trips <= len(listed.trips) for leg in used)
    assert max(leg.trips for leg in used) > 1


def test_a_trip_alone_shows_its_own_visits(listed):
    trip = int(listed.trips["visits"].idxmax())
    root = ElementTree.fromstring(province_map(listed, "en", trips=[trip]).svg)  # noqa: S314 - own
    assert len(marked(root, "visit")) == listed.trips.at[trip, "visits"]
    assert len(marked(root, "commune")) < len(communes("dien_bien"))


def test_the_same_list_gives_the_same_map_and_paper_takes_it(listed):
    drawing = province_map(listed, "vi")
    assert province_map(listed, "vi") == drawing
    png = drawing.png(400)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == pytest.approx(400, abs=1)


def test_a_map_for_teams_says_nothing_of_expected_harm(listed):
    plain, whole = (province_map(listed, "en", risk=risk) for risk in (False, True))
    assert "harm" in whole.svg
    assert "harm" not in plain.svg
    assert "harm" not in plain.words
    radii = set(re.findall(r'<circle cx="[\d.]+" cy="[\d.]+" r="([\d.]+)" stroke', plain.svg.split('class="names"')[0]))
    assert len(radii) == 1

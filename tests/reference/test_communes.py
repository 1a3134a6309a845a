import pytest

from oshrisk.errors import OshriskError
from oshrisk.reference import communes

SEAT = "03127"
PROVINCE = "dien_bien"


def test_the_province_has_its_45_units():
    places = communes.communes(PROVINCE)
    assert places.index.is_unique
    assert places["type"].value_counts().to_dict() == {"xã": 42, "phường": 3}
    assert places["lat"].between(20.9, 22.55).all()
    assert places["lon"].between(102.16, 103.6).all()
    assert (places["area_km2"] > 0).all()


def test_the_seat_is_at_no_distance_and_muong_nhe_is_the_far_end():
    hours = communes.travel_hours(PROVINCE, SEAT)
    places = communes.communes(PROVINCE)
    assert hours[SEAT] == 0
    assert places.loc[hours.nlargest(3).index, "former_district"].eq("Mường Nhé").all()
    assert 4 < hours["03160"] < 8
    assert hours["03334"] < 0.5  # the next ward
    assert hours.drop(SEAT).gt(0).all()


def test_the_road_is_longer_than_the_flight_and_the_same_both_ways():
    road = communes.road_km(PROVINCE, SEAT)
    assert 180 < road["03160"] < 230  # the road to Mường Nhé is about 200 km
    assert road["03160"] == pytest.approx(communes.road_km(PROVINCE, "03160")[SEAT])


def test_unknown_province_and_seat_say_how_to_mend_it():
    with pytest.raises(OshriskError, match=r"atlantis.*dien_bien"):
        communes.communes("atlantis")
    with pytest.raises(OshriskError, match="99999"):
        communes.travel_hours(PROVINCE, "99999")


def test_estimates_rest_on_constants_with_a_source():
    with pytest.raises(KeyError):
        communes.constant("speed_of_light")


def test_roads_between_communes_agree_with_those_from_the_seat():
    between = communes.travel_hours_between(PROVINCE)
    assert between.shape == (45, 45)
    assert (between == between.T).all(axis=None)
    assert between[SEAT].to_numpy() == pytest.approx(communes.travel_hours(PROVINCE, SEAT).to_numpy())

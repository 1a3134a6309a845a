import numpy as np
import pandas as pd
import pytest

from oshrisk.errors import OshriskError
from oshrisk.planning.roads import DETOUR, make_roads, read_hours, road_tree
from oshrisk.reference.communes import communes
from oshrisk.settings import Programme

SEAT = "03127"
NAMES = pd.Series({"a": "A", "b": "B", "c": "C", "d": "D"})


def table(folder, text):
    file = folder / "roads.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_tree_reproduces_the_hours_from_the_seat():
    roads = make_roads(Programme())
    for commune in roads.parent.index:
        hours, here = 0.0, commune
        while here != roads.seat:
            hours += roads.edge_hours[here]
            here = roads.parent[here]
        assert hours == pytest.approx(roads.hours.loc[SEAT, commune])
    assert roads.edge_hours.drop(SEAT).gt(0).all()
    assert roads.estimated


def test_a_parent_lies_on_the_way():
    roads = make_roads(Programme())
    depth = roads.from_seat
    for commune, parent in roads.parent.drop(SEAT).items():
        assert depth[parent] + roads.hours.loc[parent, commune] <= DETOUR * depth[commune] + 1e-9


def test_the_road_to_muong_nhe_passes_the_communes_before_it():
    parent = make_roads(Programme()).parent
    names = communes("dien_bien")["name"]
    assert names[parent["03158"]] == "Mường Nhé"  # Sín Thầu, the far corner
    assert parent["03160"] != SEAT


def test_the_tree_does_not_depend_on_the_order_of_communes():
    hours = make_roads(Programme()).hours
    mixed = hours.sample(frac=1, random_state=1)
    pd.testing.assert_series_equal(
        road_tree(mixed[mixed.index], SEAT).sort_index(), road_tree(hours, SEAT).sort_index()
    )


def test_a_table_is_completed_by_the_shortest_way(tmp_path):
    file = table(tmp_path, "from_commune,to_commune,hours\na,b,1\nb,c,1.5\nc,d,1\na,d,9\nd,c,2\n")
    hours = read_hours(file, NAMES)
    assert hours.loc["a", "c"] == 2.5
    assert hours.loc["a", "d"] == 3.5
    assert hours.loc["d", "c"] == 2.0
    assert np.diag(hours).tolist() == [0.0] * 4


def test_a_table_as_vietnamese_excel_saves_it(tmp_path):
    file = table(tmp_path, "\ufefffrom_commune;to_commune;hours\na;b;1,5\nb;c;1\nc;d;1\n")
    assert read_hours(file, NAMES).loc["a", "b"] == 1.5


def test_all_problems_of_a_table_come_at_once(tmp_path):
    file = table(tmp_path, "from_commune,to_commune,hours\na,x,1\na,b,fast\nb,c,-1\na,d,1\na,d,2\n")
    with pytest.raises(OshriskError) as caught:
        read_hours(file, NAMES)
    message = caught.value.message("en")
    for part in ("line 2", '"x"', "line 3", '"fast"', "line 4", '"-1"', "line 6"):
        assert part in message


def test_communes_without_a_road_are_named(tmp_path):
    with pytest.raises(OshriskError, match="d D"):
        read_hours(table(tmp_path, "from_commune,to_commune,hours\na,b,1\nb,c,1\n"), NAMES)


@pytest.mark.parametrize(
    ("content", "code"), [(None, "no_table"), ("from,to,hours\na,b,1\n", "no_columns"), ("", "not_csv")]
)
def test_unusable_files(tmp_path, content, code):
    file = tmp_path / "none.csv" if content is None else table(tmp_path, content)
    with pytest.raises(OshriskError) as caught:
        read_hours(file, NAMES)
    assert caught.value.code == f"selection.{code}"
    assert str(file) in str(caught.value)


def test_unknown_communes_in_the_settings():
    programme = Programme.model_validate({"roads": {"closed_communes": ["99999"]}})
    with pytest.raises(OshriskError, match="99999"):
        make_roads(programme)


def test_closures():
    roads = make_roads(Programme.model_validate({"roads": {"closed_communes": ["03158"], "closed_months": [7]}}))
    closed = roads.closed([6, 7])
    assert closed.loc["03158"].tolist() == [False, True]
    assert closed.to_numpy().sum() == 1

"""Files for the field and pictures are among the documents, each for its readers."""

import json

import pandas as pd
import pytest

from oshrisk.documents.field_files import calendar_files, form_files, map_files
from oshrisk.documents.parts import Document, Picture
from oshrisk.documents.picture_files import picture_files, trip_files
from oshrisk.documents.report import KINDS
from oshrisk.documents.sources import LEVELS, Source
from oshrisk.messages import LANGUAGES


@pytest.fixture(scope="module")
def source(listed_workspace, listed):
    on = pd.Timestamp("2026-12-10")
    return Source(listed_workspace, listed, on, lambda: pytest.fail("the list is enough"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_plain_and_say_the_quarter(source, language):
    files = calendar_files(source, language)
    for level in LEVELS:
        files |= map_files(level)(source, language)
    assert len(files) == 3 + 6
    for name, content in files.items():
        assert name.isascii()
        assert "2027Q1" in name
        assert content


def test_the_form_is_a_workbook(source):
    ((name, content),) = form_files(source, "vi").items()
    assert name.endswith(".xlsx")
    assert content.startswith(b"PK")


def test_files_with_scores_are_of_the_highest_level():
    levels = {kind.name: kind.level for kind in KINDS}
    assert (levels["maps-public"], levels["maps"], levels["maps-scores"]) == LEVELS
    assert (levels["form"], levels["calendar"], levels["trips"], levels["pictures"]) == (*["team"] * 3, "internal")


def test_what_is_public_has_no_scores(source):
    files = map_files("public")(source, "vi")
    content = next(json.loads(content) for name, content in files.items() if name.endswith(".geojson"))
    assert not any("index" in feature["properties"] for feature in content["features"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_has_words_and_a_drawing_of_its_own(source, language):
    files = picture_files(source, language)
    document = next(content for content in files.values() if isinstance(content, Document))
    pictures = [part for part in document.parts if isinstance(part, Picture)]
    drawings = [name for name in files if name.endswith(".svg")]
    assert len(pictures) == len(drawings) == 5
    for picture in pictures:
        assert picture.png.startswith(b"\x89PNG")
        assert picture.words
        assert picture.caption


def test_every_team_has_a_map_of_its_trips_without_scores(source):
    ((_, document),) = trip_files(source, "en").items()
    pictures = [part for part in document.parts if isinstance(part, Picture)]
    assert len(pictures) == source.issued.trips["team"].nunique()
    assert not any("harm" in picture.words for picture in pictures)

"""Settings are changed line by line, whole or not at all."""

import pytest

from oshrisk.errors import OshriskError
from oshrisk.settings import Programme, read_programme, settings_file
from oshrisk.settings_change import changes, write_changes

DAYS = Programme.model_validate({"capacity": {"inspector_days": 90}})
LIMITS = Programme.model_validate({"selection": {"limits": [{"by": "area", "value": "far", "least": 4}]}})


@pytest.mark.parametrize(
    "written",
    [
        settings_file(Programme(), "vi"),
        "",
        "[draw]\nseed = 2027  # ours\n",
        "[capacity]  # ours\nteams = 2\n\n[draw]\nseed = 2027\n",
        "[capacity]\ninspector_days = 120  # as agreed\n",
    ],
)
@pytest.mark.parametrize("wanted", [DAYS, LIMITS], ids=["days", "limits"])
def test_a_changed_file_says_what_was_wanted_and_keeps_the_rest(tmp_path, written, wanted):
    file = tmp_path / "programme.toml"
    file.write_text(written, encoding="utf-8")
    before = read_programme(file)
    write_changes(file, changes(before, wanted))
    assert read_programme(file) == wanted
    kept = [line for line in written.splitlines() if "inspector_days" not in line and "limits" not in line]
    assert set(kept) <= set(file.read_text(encoding="utf-8").splitlines())


def test_a_setting_on_several_lines_is_left_to_people(tmp_path):
    file = tmp_path / "programme.toml"
    written = '[selection]\nlimits = [\n  { by = "area", value = "far", least = 2 },\n]\n'
    file.write_text(written, encoding="utf-8")
    with pytest.raises(OshriskError, match="only a person") as caught:
        write_changes(file, changes(read_programme(file), LIMITS))
    assert "least = 4" in caught.value.message("en")
    assert file.read_text(encoding="utf-8") == written


def test_what_somebody_else_changed_is_not_overwritten(tmp_path):
    file = tmp_path / "programme.toml"
    file.write_text("[capacity]\ninspector_days = 100\n", encoding="utf-8")
    with pytest.raises(OshriskError, match="in the meantime"):
        write_changes(file, changes(Programme(), DAYS))
    assert read_programme(file).capacity.inspector_days == 100


def test_nothing_differs():
    assert changes(Programme(), Programme()) == []

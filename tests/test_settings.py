import pytest

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES, catalogue
from oshrisk.settings import Programme, read_programme, settings_file


@pytest.mark.parametrize("language", LANGUAGES)
def test_commented_file_reads_back(tmp_path, language):
    file = tmp_path / "programme.toml"
    file.write_text(settings_file(Programme(), language), encoding="utf-8")
    assert read_programme(file) == Programme()


def test_empty_file_is_a_whole_programme(tmp_path):
    file = tmp_path / "programme.toml"
    file.write_text("", encoding="utf-8")
    assert read_programme(file) == Programme()


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("[capacity]\ninspector_day = 3", "inspector_days"),
        ("[drow]\nseed = 3", '"draw"'),
        ("[draw]\nrandom_share = 1.5", "random_share = 1.5"),
        ("[capacity]\nteam_size = 0", "team_size = 0"),
        ("[ranking]\npriority = 'luck'", "harm_x_violation"),
        ("[ranking]\nclass_limits = [1, 2, 3]", "class_limits"),
        ("[capacity]\ninspector_days = 'many'", "inspector_days = many"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_bad_settings_are_named(tmp_path, written, named, language):
    file = tmp_path / "programme.toml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(OshriskError) as caught:
        read_programme(file)
    assert named in caught.value.message(language)


def test_all_problems_at_once(tmp_path):
    file = tmp_path / "programme.toml"
    file.write_text("[capacity]\nteam_size = 0\nhours = 3\n[draw]\nseed = -1\n", encoding="utf-8")
    with pytest.raises(OshriskError) as caught:
        read_programme(file)
    message = caught.value.message("en")
    assert all(name in message for name in ("team_size", "capacity.hours", "draw.seed"))


@pytest.mark.parametrize("content", [b"[capacity\n", b"\xff\xfe"])
def test_not_toml(tmp_path, content):
    file = tmp_path / "programme.toml"
    file.write_bytes(content)
    with pytest.raises(OshriskError, match="cannot be read"):
        read_programme(file)


def test_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(OshriskError, match="oshrisk init"):
        read_programme(tmp_path / "programme.toml")


def test_digest_depends_on_values_alone(tmp_path):
    file = tmp_path / "programme.toml"
    file.write_text("# a comment\n[draw]\nseed = 2027\n", encoding="utf-8")
    assert read_programme(file).digest == Programme().digest
    assert Programme(draw={"seed": 1}).digest != Programme().digest


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_is_explained(language):
    explained = catalogue("settings", language)
    for section, values in Programme().model_dump().items():
        assert explained["sections"][section]
        assert set(explained["keys"][section]) == set(values)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("postgresql+psycopg://an:b@d:c@host:1/db", "postgresql+psycopg://an@host:1/db"),
        ("postgresql://an@host/db", "postgresql://an@host/db"),
        ("postgresql://:secret@host/db", "postgresql://@host/db"),
        ("s3://bucket/a:b@c", "s3://bucket/a:b@c"),
        ("ledger.sqlite3", "ledger.sqlite3"),
    ],
)
def test_passwords_are_not_kept_beside_a_list(address, kept):
    programme = Programme.model_validate({"registers": {"source": address}, "ledger": {"database": address}})
    shown = programme.without_passwords
    assert (shown.registers.source, shown.ledger.database) == (kept, kept)
    assert shown.digest == programme.digest

"""Seeds: fixed by a hash, never replaced, and any tampering is seen."""

import json

import pytest

from oshrisk.errors import OshriskError
from oshrisk.planning.quarter import Quarter
from oshrisk.planning.seeds import Seed, commit_seed, commitment_of, secret_file, seed_of
from oshrisk.settings import Programme

QUARTER = Quarter(2027, 1)
PROGRAMME = Programme()


def public_file(folder):
    return folder / "seeds" / "2027Q1.commitment.json"


def test_a_committed_seed_is_the_one_that_was_published(tmp_path):
    facts = commit_seed(tmp_path, QUARTER)
    seed = seed_of(tmp_path, QUARTER, PROGRAMME)
    assert seed.committed
    assert seed.commitment == facts["sha256"] == commitment_of(seed.number, QUARTER)
    assert 2**200 < seed.number < 2**256  # fails once in 2**56 times
    assert json.loads(public_file(tmp_path).read_text()) == facts
    assert str(seed.number) not in public_file(tmp_path).read_text()
    assert secret_file(tmp_path, QUARTER).stat().st_mode & 0o777 == 0o600
    assert seed.facts == {"seed": str(seed.number), "committed": True, "commitment": facts["sha256"]}


def test_quarters_have_seeds_of_their_own_and_settings_give_the_rest(tmp_path):
    commit_seed(tmp_path, QUARTER)
    commit_seed(tmp_path, QUARTER.next)
    numbers = {seed_of(tmp_path, quarter, PROGRAMME).number for quarter in (QUARTER, QUARTER.next)}
    assert len(numbers) == 2
    assert seed_of(tmp_path, QUARTER.previous, PROGRAMME) == Seed(PROGRAMME.draw.seed, committed=False)


def test_a_commitment_that_was_not_written_is_written_for_the_same_seed(tmp_path):
    facts = commit_seed(tmp_path, QUARTER)
    public_file(tmp_path).unlink()  # as a killed process leaves it
    assert commit_seed(tmp_path, QUARTER)["sha256"] == facts["sha256"]
    assert sorted(path.name for path in (tmp_path / "seeds").iterdir()) == ["2027Q1.commitment.json", "2027Q1.secret"]


@pytest.mark.parametrize("missing", [None, "secret"])
def test_a_seed_is_never_replaced(tmp_path, missing):
    commit_seed(tmp_path, QUARTER)
    files = {"secret": secret_file(tmp_path, QUARTER), "public": public_file(tmp_path)}
    if missing:
        files.pop(missing).unlink()
    before = {name: file.read_bytes() for name, file in files.items()}
    with pytest.raises(OshriskError) as error:
        commit_seed(tmp_path, QUARTER)
    assert error.value.code == "draw.seed_committed"
    assert {name: file.read_bytes() for name, file in files.items()} == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda folder: secret_file(folder, QUARTER).write_text("12345\n"), "draw.seed_changed"),
        (lambda folder: secret_file(folder, QUARTER).write_text("none"), "draw.seed_unreadable"),
        (lambda folder: secret_file(folder, QUARTER).unlink(), "draw.seed_unreadable"),
        (lambda folder: public_file(folder).unlink(), "draw.seed_unreadable"),
        (lambda folder: public_file(folder).write_text("[]"), "draw.seed_unreadable"),
        (
            lambda folder: public_file(folder).write_text(json.dumps({"quarter": "2027Q1", "sha256": "0" * 64})),
            "draw.seed_changed",
        ),
        (
            lambda folder: public_file(folder).write_text(public_file(folder).read_text().replace("2027Q1", "2027Q2")),
            "draw.seed_changed",
        ),
    ],
    ids=["other secret", "no number", "no secret", "no commitment", "no object", "other hash", "other quarter"],
)
def test_tampering_is_seen(tmp_path, change, code):
    commit_seed(tmp_path, QUARTER)
    change(tmp_path)
    with pytest.raises(OshriskError) as error:
        seed_of(tmp_path, QUARTER, PROGRAMME)
    assert error.value.code == code
    assert all(error.value.message(language) for language in ("vi", "en"))

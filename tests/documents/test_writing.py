"""Documents are written whole or not at all, by level, marked, and never over what somebody has changed."""

import hashlib
import json
import shutil

import docx
import pytest

from oshrisk.documents import writing
from oshrisk.documents.report import KINDS
from oshrisk.documents.sources import LEVELS
from oshrisk.documents.writing import MANIFEST, Wish, write_quarter, write_year
from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES, text
from oshrisk.workflow import silent
from oshrisk.workspace import open_workspace

from .plans import ON, QUARTER


@pytest.fixture
def workspace(planned, tmp_path):
    folder = tmp_path / "folder"
    shutil.copytree(planned.folder, folder)
    return open_workspace(folder)


def small(**changes):
    return Wish(ON, only=("annex-public",), **changes)


@pytest.mark.parametrize("level", LEVELS)
def test_levels_are_cumulative(workspace, level):
    reached = LEVELS[: LEVELS.index(level) + 1]
    quick = tuple(kind.name for kind in KINDS if kind.name.startswith("annex") and kind.level in reached)
    written = write_quarter(workspace, QUARTER, Wish(ON, level, quick), silent)
    folders = {file.relative_to(written.folder).parts[0] for file in written.files}
    assert folders == set(reached)


def test_names_pages_and_manifest_say_simulated(workspace):
    written = write_quarter(workspace, QUARTER, small(), silent)
    assert all("-simulated" in file.name for file in written.files)
    word = docx.Document(next(file for file in written.files if file.suffix == ".docx"))
    assert "DỮ LIỆU MÔ PHỎNG" in word.sections[0].footer.paragraphs[0].text
    assert any(line.text.startswith("DỮ LIỆU MÔ PHỎNG") for line in word.paragraphs)
    assert written.manifest["simulated"]


def test_the_manifest_names_plan_and_files(workspace):
    written = write_quarter(workspace, QUARTER, small(), silent)
    stored = json.loads((written.folder / MANIFEST).read_text(encoding="utf-8"))
    assert stored == written.manifest
    assert [plan["quarter"] for plan in stored["plans"]] == ["2027Q1"]
    assert stored["plans"][0]["state"] == "draft"
    for name, facts in stored["outputs"].items():
        assert hashlib.sha256((written.folder / name).read_bytes()).hexdigest() == facts["sha256"]


def test_the_same_list_makes_the_same_files(workspace):
    first = write_quarter(workspace, QUARTER, small(), silent).manifest
    assert write_quarter(workspace, QUARTER, small(), silent).manifest == first


@pytest.mark.parametrize("change", ["edit", "add"])
def test_what_somebody_changed_is_not_written_over(workspace, change):
    written = write_quarter(workspace, QUARTER, small(), silent)
    file = written.files[0] if change == "edit" else written.folder / "da-ky.docx"
    file.write_bytes(b"signed")
    with pytest.raises(OshriskError) as refused:
        write_quarter(workspace, QUARTER, small(), silent)
    assert refused.value.code == "documents.changed_by_hand"
    assert file.name in str(refused.value)
    assert file.read_bytes() == b"signed"


def test_a_failure_leaves_what_was_there(workspace, monkeypatch):
    before = write_quarter(workspace, QUARTER, small(), silent)

    def broken(*_arguments):
        raise RuntimeError("half of it")

    monkeypatch.setattr(writing, "pdf_bytes", broken)
    with pytest.raises(RuntimeError):
        write_quarter(workspace, QUARTER, small(language="en"), silent)
    assert all(file.is_file() for file in before.files)
    assert [file.name for file in before.folder.parent.iterdir()] == ["2027Q1"]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish(ON, only=("anex",)), "documents.unknown_kind"),
        (Wish(ON, "public", ("annex-scores",)), "documents.above_level"),
    ],
)
def test_unknown_and_withheld_kinds_are_refused(workspace, wish, code):
    with pytest.raises(OshriskError) as refused:
        write_quarter(workspace, QUARTER, wish, silent)
    assert refused.value.code == code
    assert not workspace.path("reports").exists()


def test_a_year_has_a_folder_of_its_own(workspace):
    written = write_year(workspace, 2027, Wish(ON), silent)
    assert written.folder == workspace.path("reports", "2027")
    assert {file.name for file in written.files} == {"bao-cao-2027-simulated.docx", "bao-cao-2027-simulated.pdf"}


def test_the_offices_own_letterhead_is_used(workspace):
    own = docx.Document()
    own.add_paragraph("Mẫu riêng của Sở")
    own.add_paragraph("{{ body }}")
    own.save(workspace.path("own.docx"))
    settings = workspace.path("programme.toml")
    changed = settings.read_text(encoding="utf-8").replace('letterhead = ""', 'letterhead = "own.docx"')
    settings.write_text(changed, encoding="utf-8")
    written = write_quarter(open_workspace(workspace.folder), QUARTER, small(), silent)
    word = docx.Document(next(file for file in written.files if file.suffix == ".docx"))
    assert word.paragraphs[0].text == "Mẫu riêng của Sở"


def test_every_kind_has_a_title_in_both_languages():
    for kind in KINDS:
        assert all(text(f"documents.kinds.{kind.name}", language) for language in LANGUAGES)

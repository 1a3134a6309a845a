"""report and letterhead as their user calls them."""

import json
import shutil

import docx
import pytest
from typer.testing import CliRunner

from oshrisk.cli import app
from oshrisk.errors import OshriskError


@pytest.fixture(scope="module")
def folder(planned, tmp_path_factory):
    copy = tmp_path_factory.mktemp("command") / "folder"
    shutil.copytree(planned.folder, copy)
    return copy


def call(*arguments):
    return CliRunner().invoke(app, [str(word) for word in arguments])


def test_it_says_what_it_wrote_and_what_to_check(folder):
    done = call("report", "2027Q1", "--folder", folder, "--only", "annex-public")
    assert done.exit_code == 0
    assert "public/danh-sach-cong-khai-2027Q1-simulated.docx" in done.output
    assert "Đối chiếu với văn bản gốc" in done.output
    assert (folder / "reports" / "2027Q1" / "public" / "danh-sach-cong-khai-2027Q1-simulated.pdf").is_file()


def test_scripts_get_the_manifest(folder):
    done = call("report", 2027, "--folder", folder, "--on", "2027-04-10", "--json")
    facts = json.loads(done.stdout)
    assert (facts["period"], facts["on"], facts["level"]) == ("2027", "2027-04-10", "internal")
    assert set(facts["outputs"]) == {"team/bao-cao-2027-simulated.docx", "team/bao-cao-2027-simulated.pdf"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("2027Q1", "--level", "everybody"), "documents.unknown_level"),
        (("2027Q1", "--only", "anex"), "documents.unknown_kind"),
        (("2027Q5",), "plan.not_a_quarter"),
        (("2031",), "documents.no_quarter"),
        (("2027Q1", "--on", "31/02/2027"), "cli.bad_date"),
    ],
)
def test_mistakes_are_told(folder, arguments, code):
    done = call("report", *arguments, "--folder", folder)
    assert done.exit_code != 0
    assert isinstance(done.exception, OshriskError)
    assert done.exception.code == code
    assert all(done.exception.message(language) for language in ("vi", "en"))


def test_the_template_can_be_opened_and_has_its_tags(tmp_path):
    assert call("letterhead", tmp_path / "mau.docx").exit_code == 0
    lines = [line.text for line in docx.Document(tmp_path / "mau.docx").paragraphs]
    assert "{{ body }}" in lines

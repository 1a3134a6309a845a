"""The documentation is whole: reference pages are what the code says, and every command works as written."""

import importlib.util
import re
from pathlib import Path

import pytest
from typer.main import get_command

from oshrisk.cli import app

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
generate = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(generate)


@pytest.mark.parametrize(("name", "page"), generate.pages().items())
def test_reference_page_is_what_the_code_says(name, page):
    assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == page, "run: python docs/generate.py"


def test_every_command_and_option_is_documented():
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    for name in get_command(app).commands:
        assert f"`oshrisk {name}`" in page


@pytest.mark.parametrize("page", sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]), ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]), ids=lambda p: p.name)
def test_commands_named_in_the_docs_exist(page):
    commands = set(get_command(app).commands)
    for block in re.findall(r"^```\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL):
        assert set(re.findall(r"^oshrisk ([a-z]+)", block, flags=re.MULTILINE)) <= commands

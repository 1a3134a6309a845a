"""The documentation is whole: the reference says what the code says, links lead somewhere, commands are understood."""

import importlib.util
import re
import shlex
from itertools import chain
from pathlib import Path

import pytest
from typer.main import get_command

import oshrisk
from oshrisk import testing
from oshrisk.cli import app
from oshrisk.documents.report import KINDS
from oshrisk.documents.sources import LEVELS
from oshrisk.features import FEATURES
from oshrisk.messages import catalogue
from oshrisk.reference.load import table
from oshrisk.registry.tables import TABLES
from oshrisk.risk import load_table
from oshrisk.settings import Limit, Programme

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
generate = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(generate)

FOLDERS = ("docs", "models", "benchmarks", "notebooks")
PAGES = sorted([*ROOT.glob("*.md"), *chain.from_iterable((ROOT / name).rglob("*.md") for name in FOLDERS)])
PAGES = [page for page in PAGES if "_build" not in page.parts]
LISTS = (ROOT / "docs" / "index.md", ROOT / "docs" / "decisions" / "README.md")  # from which Sphinx makes its contents
FENCE = re.compile(r"^```(?P<kind>\S*)[^\n]*\n(?P<inside>.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?P<picture>!?)\[(?P<words>[^\]]*)\]\((?P<target>[^)\s]+)\)")
PROGRAM = get_command(app)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def words_of(page):
    """The text of a page without its blocks of code."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def links_of(page):
    return [(*found.group("picture", "words", "target"),) for found in LINK.finditer(words_of(page))]


def anchors_of(page):
    """The anchors that a code host gives the headings of a page."""
    heads = re.findall(r"^#+ (.+)$", words_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", head).lower()).replace(" ", "-") for head in heads}


def understand(command, arguments):
    """Read a command line as the program does, without doing it; ends the test where it is not understood."""
    context = command.make_context(command.name, list(arguments), resilient_parsing=False)
    if hasattr(command, "resolve_command"):
        _, below, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        understand(below, rest)


def reference(name):
    return (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "page"), generate.pages().items())
def test_reference_page_is_what_the_code_says(name, page):
    assert reference(name) == page, "run: python docs/generate.py"


def commands_of(command, path="oshrisk"):
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from commands_of(below, f"{path} {name}")


def test_every_command_is_documented():
    page = reference("commands.md")
    assert [name for name in commands_of(PROGRAM) if name != "oshrisk" and f"`{name}`" not in page] == []


def test_every_option_is_documented():
    page = reference("commands.md")
    commands = [command for _, command in generate._below(PROGRAM, ())]
    options = {option for command in commands for option in generate._taken(command)}
    assert [option for option in options if option not in page] == []


def whole_reference():
    """What the code has, and the page on which each of it must stand."""
    programme = Programme().model_dump()
    errors = catalogue("registry", "en")["errors"]
    return {
        "commands.md": catalogue("cli", "en")["options"],
        "settings.md": [name for section in programme.values() for name in section],
        "tables.md": [column.name for each in TABLES.values() for column in each.columns],
        "features.md": [feature.name for feature in FEATURES],
        "factors.md": [factor.name for factor in load_table().factors],
        "errors.md": [code if code.startswith("E1") else f"registry.{code}" for code in errors],
        "rules.md": set(table("rules")["rule_id"]),
        "eligibility.md": set(table("eligibility")["rule_id"]),
        "documents.md": [*LEVELS, *(kind.name for kind in KINDS)],
        "constants.md": [*table("constants")["constant"], *load_table().constants],
        "api.md": [*oshrisk.__all__, *testing.__all__],
    }


@pytest.mark.parametrize(("page", "names"), whole_reference().items())
def test_everything_the_code_has_is_documented(page, names):
    told = reference(page)
    assert [name for name in names if f"`{name}`" not in told] == []


def test_every_key_of_a_limit_is_documented():
    assert all(f"{name} =" in reference("settings.md") for name in Limit.model_fields)


def test_every_public_name_says_what_it_is():
    assert [name for name in oshrisk.__all__ if not (getattr(oshrisk, name).__doc__ or "").strip()] == []


@each_page
def test_links_lead_somewhere(page):
    for _, _, target in links_of(page):
        if re.match(r"https?:|mailto:", target):
            continue
        file, _, anchor = target.partition("#")
        aim = (page.parent / file).resolve() if file else page
        assert aim.is_file(), target
        assert not anchor or anchor in anchors_of(aim), target


@each_page
def test_pictures_are_told_in_words(page):
    assert [target for picture, words, target in links_of(page) if picture and not words.strip()] == []


@each_page
def test_no_path_of_anybodys_machine(page):
    assert (
        re.findall(r"(?<![\w./}])/(?:home|work|tmp|root|Users|mnt)/|[A-Z]:\\", page.read_text(encoding="utf-8")) == []
    )


def test_no_page_that_nobody_links_to():
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in PAGES
        for _, _, target in links_of(page)
        if target
    }
    assert [page.name for page in PAGES if page not in linked and page != LISTS[0]] == []


def test_the_contents_have_every_page():
    listed = {(page.parent / target).resolve() for page in LISTS for _, _, target in links_of(page)}
    pages = [*PAGES, *sorted(ROOT.glob("notebooks/*.ipynb"))]
    missing = [page.relative_to(ROOT).as_posix() for page in pages if page not in listed and page != LISTS[0]]
    assert missing == [], "link to them in docs/index.md"


def commands_shown(page):
    """The command lines in a page's blocks, those that go over several lines in one."""
    told = page.read_text(encoding="utf-8").replace("\\\n", " ")
    blocks = [inside for kind, inside in FENCE.findall(told) if kind in {"", "sh", "bash"}]
    blocks += re.findall(r"^ {4,}(oshrisk .+)$", FENCE.sub("", told), re.MULTILINE)
    for line in "\n".join(blocks).splitlines():
        word, *arguments = shlex.split(line, comments=True) or [""]
        if word == "oshrisk":
            yield arguments


@each_page
def test_commands_are_understood(page):
    for arguments in commands_shown(page):
        understand(PROGRAM, arguments)

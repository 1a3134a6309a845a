"""Write the reference pages from the code: ``python docs/generate.py``. A test holds the pages to what this writes."""

from __future__ import annotations

import inspect
import math
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
from typer.main import get_command

import oshrisk
from oshrisk import testing
from oshrisk.cli import app
from oshrisk.documents import report
from oshrisk.documents.sources import LEVELS
from oshrisk.features import FEATURES
from oshrisk.messages import catalogue, text
from oshrisk.reference.load import table as reference_table
from oshrisk.registry.tables import TABLES
from oshrisk.risk import OUTCOMES, RiskTable, load_table
from oshrisk.settings import Programme

FOLDER = Path(__file__).parent / "reference"
PACKAGE = Path(oshrisk.__file__).parent
ROOMS = sorted(path.stem for path in (PACKAGE / "locale" / "en").glob("*.toml"))
# A constant of the code whose comment says that it is assumed: NAME: Final = value  # ... assumed ...
ASSUMED = re.compile(
    r"^_?(?P<name>[A-Z][A-Z_0-9]+)(?:: Final\S*)? = (?P<value>.+?)  # (?P<why>.*assumed.*)$", re.MULTILINE
)
NOT_SCORED = ("simulate",)  # what the simulated province assumes decides about no real enterprise
MADE = "<!-- made by docs/generate.py: change the code or the catalogues, not this page -->\n"


def pages() -> dict[str, str]:
    """Return every page by file name."""
    made = {
        "commands.md": _commands(),
        "settings.md": _settings(),
        "tables.md": _tables(),
        "features.md": _features(),
        "factors.md": _factors(),
        "errors.md": _errors(),
        "rules.md": _rules(),
        "eligibility.md": _eligibility(),
        "documents.md": _documents(),
        "constants.md": _constants(),
        "api.md": _api(),
    }
    return {name: MADE + "\n" + "\n".join(lines) + "\n" for name, lines in made.items()}


def _commands() -> Iterator[str]:
    yield "# Commands\n"
    yield text("cli.exit_codes.text", "en") + "\n"
    known = {" ".join(path): command for path, command in _below(get_command(app), ())}
    said = {language: dict(_said(language)) for language in ("en", "vi")}
    rows = [
        [f"`oshrisk {name}`", said["en"][name], said["vi"][name], " ".join(_taken(known[name]))] for name in said["en"]
    ]
    yield from _table(["command", "meaning", "nghĩa", "takes"], rows)
    yield "\n## What they take\n"
    english, vietnamese = (catalogue("cli", language)["options"] for language in ("en", "vi"))
    yield from _table(["name", "meaning", "nghĩa"], [[f"`{n}`", english[n], vietnamese[n]] for n in english])


def _below(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Walk through the commands and those below them."""
    for name, one in getattr(command, "commands", {}).items():
        yield (*path, name), one
        yield from _below(one, (*path, name))


def _taken(command: Any) -> Iterator[str]:
    """Name what a command takes: arguments as they are, options by their long names."""
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            yield f"`{parameter.name}`"
        elif parameter.opts != ["--help"]:
            yield f"`{max(parameter.opts, key=len)}`"


def _said(language: str) -> Iterator[tuple[str, str]]:
    """Say what every command does, those of the ledger below it."""
    for name, said in catalogue("cli", language)["commands"].items():
        yield name, said
        if name == "ledger":
            below = catalogue("ledger", language)["commands"].items()
            yield from ((f"ledger {part.replace('_', ' ')}", words) for part, words in below)


def _settings() -> Iterator[str]:
    yield "# Settings (`programme.toml`)\n"
    for section, values in Programme().model_dump(mode="json").items():
        yield f"\n## [{section}]: {text(f'settings.sections.{section}', 'en')}\n"
        rows = [
            [f"`{name}`", f"`{value}`", *(text(f"settings.keys.{section}.{name}", lang) for lang in ("en", "vi"))]
            for name, value in values.items()
        ]
        yield from _table(["setting", "default", "meaning", "nghĩa"], rows)


def _tables() -> Iterator[str]:
    yield "# The ten tables\n"
    yield "Only `enterprises` is required. A table or column that is not there is unknown, never zero.\n"
    for name, table in TABLES.items():
        yield f"\n## `{name}`: {text(f'tables.{name}.title', 'en')} / {text(f'tables.{name}.title', 'vi')}\n"
        yield text(f"tables.{name}.help", "en") + "\n"
        rows = []
        for column in table.columns:
            key = f"tables.{name}.columns.{column.name}"
            kind = ", ".join(column.codes) or f"{column.kind}{f' [{column.unit}]' if column.unit else ''}"
            required = "required" if column.required else ""
            titles = f"{text(f'{key}.title', 'en')} / {text(f'{key}.title', 'vi')}"
            rows.append([f"`{column.name}`", kind, required, titles, text(f"{key}.help", "en")])
        yield from _table(["column", "values", "", "title / tiêu đề", "meaning"], rows)


def _features() -> Iterator[str]:
    yield "# Features\n"
    yield "One row an enterprise, as of a date; NaN is unknown.\n"
    rows = [
        [f"`{f.name}`", f"`{f.file}`", ", ".join(f.states) or f"{f.kind} [{f.unit}]", f.title(), f.explanation("en")]
        for f in FEATURES
    ]
    yield from _table(["feature", "file", "values", "tên", "meaning"], rows)


def _factors() -> Iterator[str]:
    table = load_table("dien-bien-expert")
    yield f"# Factors of the risk table `{table.name}`\n"
    yield (
        "Relative risks by outcome (rates per worker-year for accident and fatal, odds for violation). A factor"
        " without a feature is always unknown. Basis and mark of each figure: `models/dien-bien-expert.toml`.\n"
    )
    for factor in table.factors:
        yield f"\n## `{factor.name}`: {factor.title_en} / {factor.title_vi}\n"
        yield f"Feature: `{factor.feature}`\n" if factor.feature else "Feature: none in the registers yet\n"
        rows = [
            [f"`{bin_.state}`", bin_.phrase_en, bin_.phrase_vi, *(_relative_risk(bin_, name) for name in OUTCOMES)]
            for bin_ in factor.bins
        ]
        yield from _table(["bin", "meaning", "nghĩa", *OUTCOMES], rows)


def _relative_risk(bin_: object, outcome: str) -> str:
    return f"{math.exp(bin_.effects[outcome].log_rr):.2f}"


def _errors() -> Iterator[str]:
    yield "# Error codes\n"
    english, vietnamese = (catalogue("registry", language)["errors"] for language in ("en", "vi"))
    yield "\n## Cells and rows (quarantine)\n"
    coded = [code for code in english if code.startswith("E")]
    rows = [[f"`{c}`", *(t[c][what] for what in ("title", "mend") for t in (english, vietnamese))] for c in coded]
    yield from _table(["code", "what is wrong", "lỗi", "how to mend it", "cách sửa"], rows)
    yield "\n## Errors that stop a command (exit code 3)\n"
    rows = []
    for room in ROOMS:
        texts = [catalogue(room, language).get("errors", {}) for language in ("en", "vi")]
        for name in texts[0]:
            if not name.startswith("E1") and isinstance(texts[0][name], dict) and "what" in texts[0][name]:
                rows.append([f"`{room}.{name}`", *(f"{t[name]['what']} {t[name]['mend']}" for t in texts)])
    yield from _table(["code", "text", "nội dung"], rows)


def _rules() -> Iterator[str]:
    yield "# Rules of law as data\n"
    yield "From `oshrisk/reference/data/rules.csv`. `unverified`: from memory, to be checked before it is relied on.\n"
    rules = reference_table("rules")
    rows = [
        [
            f"`{rule.rule_id}`",
            rule.article,
            rule.text_vi,
            rule.text_en,
            f"{_day(rule.valid_from)} – {_day(rule.valid_to)}",
            rule.confidence,
        ]
        for rule in rules.itertuples()
    ]
    yield from _table(["rule", "article", "nội dung", "text", "valid", "confidence"], rows)


def _eligibility() -> Iterator[str]:
    yield "# Who must, may or may not be checked\n"
    yield (
        "From `oshrisk/reference/data/eligibility.csv`, in order of precedence: the first row of an enterprise with the"
        " effect must, may or not_now decides. A condition joins facts (`oshrisk/planning/facts.py`); articles are"
        " those of the [rules](rules.md). Not valid before or after the dates, nor before the article itself.\n"
    )
    reasons = {language: catalogue("plan", language)["reasons"] for language in ("vi", "en")}
    rows = [
        [
            row.precedence,
            f"`{row.rule_id}`",
            row.effect + ("" if pd.isna(row.value) else f" {row.value:g}"),
            f"`{row.condition}`",
            *(_reason(reasons[language][row.reason]) for language in ("vi", "en")),
            row.until,
            f"{_day(row.valid_from)} – {_day(row.valid_to)}",
            row.confidence,
        ]
        for row in reference_table("eligibility").itertuples()
    ]
    heads = ["", "rule", "effect", "condition", "lý do", "reason", "until", "valid", "confidence"]
    yield from _table(heads, rows)


def _documents() -> Iterator[str]:
    yield "# Documents and who may read them\n"
    yield (
        "`oshrisk report` writes each document as Word and PDF into the folder of its level. Each level includes those"
        " before it, and `--level` is the highest that is written. No public document holds a score, a class, a reason"
        " or anything personal of a household business (R7.3, R7.4 of the [rules](rules.md)); the team sees reasons,"
        " the office scores.\n"
    )
    names = {language: catalogue("documents", language) for language in ("en", "vi")}
    levels = [[f"`{level}`", *(names[language]["levels"][level] for language in names)] for level in LEVELS]
    yield from _table(["level", "said on the document", "in trên văn bản"], levels)
    for title, kinds in (("quarter", report.KINDS), ("year", getattr(report, "YEAR_KINDS", ()))):
        rows = [
            [f"`{kind.name}`", f"`{kind.level}`", *(names[language]["kinds"][kind.name] for language in names)]
            for kind in kinds
        ]
        if rows:
            yield f"\n## Of a {title}\n"
            yield from _table(["kind", "level", "document", "văn bản"], rows)


def _constants() -> Iterator[str]:
    yield "# What is known and what is assumed\n"
    yield (
        "Every number that is not law, with where it comes from. *read*: in the source itself; *secondary*: in a source"
        " about it; *derived*: worked out from such; *unverified*, *memory*: remembered, not looked up; *assumed*: our"
        " choice, stated so that it can be disputed. Numbers of the law stand in [rules](rules.md); the points of the"
        " risk table, each with its basis, in [factors](factors.md) and `models/dien-bien-expert.toml`; choices that an"
        " office makes itself in [settings](settings.md).\n"
    )
    yield "\n## Reference constants\n"
    yield "From `oshrisk/reference/data/constants.csv`.\n"
    rows = [
        [f"`{row.constant}`", f"{row.value:,.8g} {row.unit}", row.name_vi, row.name_en, row.source, row.confidence]
        for row in reference_table("constants").itertuples()
    ]
    yield from _table(["constant", "value", "tên", "meaning", "source", "mark"], rows)
    table = load_table("dien-bien-expert")
    yield f"\n## Levels and constants of the risk table `{table.name}`\n"
    yield from _table(["constant", "value", "basis", "mark"], list(_model_constants(table)))
    yield "\n## Sectors measured abroad\n"
    yield (
        "From `oshrisk/reference/data/sector_rates.csv`. The order of sectors leans on DART cases per hour in the"
        " United States (OSHA) and on the fatal share of work accidents in Brazil (INSS), each with an assumed error of"
        " transport (`transport_sd_…` above). They are not Vietnamese rates by sector, which nobody publishes"
        " ([decision 4](../decisions/0004-sector-base.md)).\n"
    )
    yield "\n## Assumptions in the code\n"
    yield from _table(["constant", "value", "what it means", "file"], list(_assumptions()))


def _model_constants(table: RiskTable) -> Iterator[list[str]]:
    """List what the table states beside its points."""
    entries = {f"level of {outcome}": entry for outcome, entry in table.base.level.items()} | dict(table.constants)
    for name, entry in entries.items():
        yield [f"`{name}`", f"{entry.value:,.8g} {entry.unit}", entry.basis, entry.mark]
    for outcome, rule in table.combination.items():
        yield [f"`combination of {outcome}`", f"shrink {rule.shrink:g}, cap ± {rule.cap:g}", rule.basis, rule.mark]


def _assumptions() -> Iterator[list[str]]:
    """List the constants of the code whose comment says that they are assumed."""
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        for found in ASSUMED.finditer(path.read_text(encoding="utf-8")) if place.parts[0] not in NOT_SCORED else ():
            why = found["why"].removeprefix("assumed: ")
            yield [f"`{found['name']}`", f"`{found['value']}`", why, f"`oshrisk/{place.as_posix()}`"]


def _api() -> Iterator[str]:
    yield "# Python API\n"
    yield "What `import oshrisk` offers, in the order of the work, and the checks of `oshrisk.testing`.\n"
    public = [("oshrisk", name) for name in sorted(oshrisk.__all__, key=_place_in_flow)]
    public += [("oshrisk.testing", name) for name in testing.__all__]
    rows = [[f"[`{name}`](#{name.lower()})", _first_sentence(module, name)] for module, name in public]
    yield from _table(["name", "what it is"], rows)
    for module, name in public:
        kind = "class" if inspect.isclass(_object(module, name)) else "function"
        members = "\n   :members:" if kind == "class" else ""
        yield f"\n## `{name}`\n\n```{{eval-rst}}\n.. auto{kind}:: {module}.{name}{members}\n```"


def _place_in_flow(name: str) -> tuple[int, str]:
    flow = ("registry", "features", "risk", "planning", "report", "workspace", "workflow", "quarterly", "issued")
    room = _object("oshrisk", name).__module__.split(".")[1]
    return (flow.index(room) if room in flow else len(flow)), name.lower()


def _object(module: str, name: str) -> Any:
    return getattr(import_module(module), name)


def _first_sentence(module: str, name: str) -> str:
    return (inspect.getdoc(_object(module, name)) or "").partition("\n\n")[0].replace("\n", " ")


def _reason(words: str) -> str:
    return words.replace("{", "‹").replace("}", "›")


def _day(date: object) -> str:
    return "" if pd.isna(date) else str(date)[:10]


def _table(heads: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |"


def main() -> int:
    """Write all pages."""
    FOLDER.mkdir(exist_ok=True)
    for name, page in pages().items():
        (FOLDER / name).write_text(page, encoding="utf-8")
        print(FOLDER / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())

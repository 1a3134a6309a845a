"""Write the reference pages from the code: ``python docs/generate.py``. A test holds the pages to what this writes."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from oshrisk.features import FEATURES
from oshrisk.messages import LANGUAGES, catalogue, text
from oshrisk.reference.load import table as reference_table
from oshrisk.registry.tables import TABLES
from oshrisk.risk import OUTCOMES, load_table
from oshrisk.settings import Programme

FOLDER = Path(__file__).parent / "reference"
ROOMS = (  # those whose texts may have errors
    *("settings", "cli", "registry", "reference", "risk", "plan", "selection", "draw", "ledger", "results", "report"),
    *("simulate", "evaluate"),
)
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
    }
    return {name: MADE + "\n" + "\n".join(lines) + "\n" for name, lines in made.items()}


def _commands() -> Iterator[str]:
    yield "# Commands\n"
    yield text("cli.exit_codes.text", "en") + "\n"
    for language in LANGUAGES:
        yield from _table(
            [language, text("cli.words.command", language), text("cli.words.meaning", language)],
            [["", f"`oshrisk {name}`", said] for name, said in _said(language)],
        )
    yield "\n## Options\n"
    english, vietnamese = (catalogue("cli", language)["options"] for language in ("en", "vi"))
    yield from _table(["option", "meaning", "nghĩa"], [[f"`{n}`", english[n], vietnamese[n]] for n in english])


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

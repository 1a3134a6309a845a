"""Risk tables from TOML and JSON: read, checked as a whole, and found by name."""

from __future__ import annotations

import json
import math
import tomllib
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

import oshrisk
from oshrisk.errors import OshriskError
from oshrisk.risk.problems import BadTableError, Node, Problem
from oshrisk.risk.sector_base import SectorBase, SectorRow
from oshrisk.risk.sector_prior import SectorGroup, expert_base, group_names
from oshrisk.risk.table import (
    OUTCOMES,
    UNKNOWN,
    Bin,
    Combination,
    Constant,
    Effect,
    Factor,
    Kind,
    RiskTable,
    content_hash,
)

_MARKS = ("read", "derived", "secondary", "memory", "assumed", "fitted")
_POPULATION_MEAN = "population_mean"
_SCORING = (
    "credibility_strength",
    "too_quiet_probability",
    "days_per_accident",
    "days_per_death",
    "workers_unknown",
    "workers_minimum",
)
_SECTORS = ("transport_sd_accident", "transport_sd_fatal", "section_strength_cases", "section_strength_fatal")


def load_table(name_or_path: str | Path = "dien-bien-expert") -> RiskTable:
    """Read a risk table.

    Parameters
    ----------
    name_or_path : str or Path, default "dien-bien-expert"
        Name of a packaged table, or path to a ``.toml`` or ``.json`` file.

    Returns
    -------
    RiskTable
        The checked table.

    Raises
    ------
    OshriskError
        If there is no such table, if it is not TOML or JSON, if a JSON table was changed after it was written, or if
        the table is bad: then with all its faults.

    Examples
    --------
    >>> load_table("dien-bien-expert")["temporary_share"].title_en
    'Share of seasonal workers'
    """
    path = Path(name_or_path)
    if path.suffix not in {".toml", ".json"}:
        path = _models() / f"{name_or_path}.toml"
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        names = ", ".join(sorted(found.stem for found in _models().glob("*.toml")))
        raise OshriskError("risk.no_table", name=name_or_path, names=names) from error
    except UnicodeDecodeError as error:
        raise OshriskError("risk.not_readable", file=path, problem=error) from error
    return read_json(content, path.name) if path.suffix == ".json" else read_toml(content, path.name)


def _models() -> Path:
    """Return the folder of packaged tables: inside the package in a wheel, beside it in a source checkout."""
    package = Path(oshrisk.__file__).parent
    inside = package / "models"
    return inside if inside.is_dir() else package.parent / "models"


def read_toml(content: str, file: str = "TOML") -> RiskTable:
    """Read a table from TOML text; errors as `load_table`."""
    try:
        document = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise OshriskError("risk.not_readable", file=file, problem=error) from error
    return read_document(document, file)


def read_json(content: str, file: str = "JSON") -> RiskTable:
    """Read a table from JSON text and hold it against its `model_id`; errors as `load_table`."""
    try:
        document = json.loads(content)
    except json.JSONDecodeError as error:
        raise OshriskError("risk.not_readable", file=file, problem=error) from error
    if not isinstance(document, dict):
        raise OshriskError("risk.not_readable", file=file, problem=type(document).__name__)
    stated = document.pop("model_id", None)
    try:
        actual = content_hash(document)
    except ValueError as error:  # NaN or infinity, which JSON proper does not have
        raise OshriskError("risk.not_readable", file=file, problem=error) from error
    if stated != actual:
        raise OshriskError("risk.tampered", file=file, stated=stated, actual=actual)
    return read_document(document, file)


def read_factor(content: str, file: str = "TOML") -> Factor:
    """Read one factor: what stands below a ``[[factor]]`` of a table; errors as `load_table`."""
    try:
        document = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise OshriskError("risk.not_readable", file=file, problem=error) from error
    problems: list[Problem] = []
    factor = _factor(Node(document, "", problems))
    if problems:
        raise BadTableError(file, problems)
    return factor


def read_document(document: Mapping[str, Any], file: str) -> RiskTable:
    """Build a table from plain values.

    Parameters
    ----------
    document : mapping
        What a TOML or JSON file holds. A sector base is given either ready (``base``) or as the expert's groups
        (``sector``), which are then combined with the reference rates.
    file : str
        Name used in messages.

    Returns
    -------
    RiskTable
        The table.

    Raises
    ------
    BadTableError
        With all faults.
    """
    problems: list[Problem] = []
    top = Node(document, "", problems)
    heading = {name: top.text(name) for name in ("name", "title_vi", "title_en")}
    note = top.text("note", "")
    level = _level(top)
    combination = {outcome: _combination(top.child("combination"), outcome) for outcome in OUTCOMES}
    constants = _constants(top)
    factors = tuple(_factor(node) for node in top.children("factor", "name"))
    _once(top, "factor", [factor.name for factor in factors])
    groups = [_group(node) for node in top.children("sector", "group")]
    rows = tuple(_sector_row(node) for node in top.children("base", "prefix"))
    _check_sectors(top, groups, rows)
    not_applied = tuple(_not_applied(node) for node in top.children("not_applied", "factor"))
    top.close()
    if problems:
        raise BadTableError(file, problems)
    base = expert_base(level, groups, constants) if groups else SectorBase(level, rows)
    return RiskTable(
        **heading,
        note=note,
        factors=factors,
        base=base,
        combination=combination,
        constants=constants,
        not_applied=not_applied,
    )


def _constant(node: Node, key: str, below: float = math.inf) -> Constant:
    part = node.child(key)
    entry = Constant(part.positive("value", below), part.text("unit"), part.text("basis"), part.choice("mark", _MARKS))
    part.close()
    return entry


def _level(top: Node) -> dict[str, Constant]:
    node = top.child("level")
    level = {
        outcome: _constant(node, outcome, below=1.0 if outcome == "violation" else math.inf) for outcome in OUTCOMES
    }
    node.close()
    return level


def _constants(top: Node) -> dict[str, Constant]:
    node = top.child("constants")
    required = (*_SCORING, *(_SECTORS if top.has("sector") else ()))
    constants = {name: _constant(node, name) for name in dict.fromkeys([*node.values, *required])}
    if constants["too_quiet_probability"].value >= 1:
        node.note(
            "out_of_range", "too_quiet_probability", value=constants["too_quiet_probability"].value, low=0, high=1
        )
    return constants


def _combination(node: Node, outcome: str) -> Combination:
    part = node.child(outcome, "missing_outcome")
    shrink = part.positive("shrink")
    if shrink > 1:
        part.note("out_of_range", "shrink", value=shrink, low=0, high=1)
    entry = Combination(shrink, part.positive("cap"), part.text("basis"), part.choice("mark", _MARKS))
    part.close()
    return entry


def _effect(node: Node, outcome: str) -> Effect:
    part = node.child(outcome, "missing_outcome")
    log_rr, sd = part.number("log_rr"), part.positive("sd")
    sign = part.choice("sign", ("+", "-", "0"))
    if (sign == "+" and log_rr < 0) or (sign == "-" and log_rr > 0):
        part.note("sign", log_rr=log_rr, sign=sign)
    effect = Effect(log_rr, sd, sign, part.text("basis", ""), part.choice("mark", _MARKS))
    part.close()
    return effect


def _factor(node: Node) -> Factor:
    kind: Kind = "numeric" if node.choice("kind", ("numeric", "category")) == "numeric" else "category"
    bins = tuple(_bin(part, kind) for part in node.children("bin", "state"))
    if not bins:
        node.note("missing", "bin")
    _once(node, "bin", [entry.state for entry in bins])
    if kind == "numeric":
        _check_intervals(node, bins)
    if bins and not abs(sum(entry.share for entry in bins) - 1) <= 1e-6:
        node.note("shares", "bin", total=sum(entry.share for entry in bins))
    factor = Factor(
        name=node.text("name"),
        feature=node.text("feature", ""),
        kind=kind,
        bins=bins,
        unknown=_unknown(node.child("unknown", "missing_unknown"), bins),
        title_vi=node.text("title_vi"),
        title_en=node.text("title_en"),
        source=node.text("source", ""),
        note=node.text("note", ""),
        share_mark=node.choice("share_mark", _MARKS, "assumed"),
    )
    node.close()
    return factor


def _bin(node: Node, kind: Kind) -> Bin:
    state = node.text("state")
    if state == UNKNOWN:
        node.note("reserved_state", "state", state=state)
    for key in ("from", "to"):
        if kind == "category" and node.has(key):
            node.note("interval_on_category", key)
    entry = Bin(
        state=state,
        effects={outcome: _effect(node, outcome) for outcome in OUTCOMES},
        phrase_vi=node.text("phrase_vi"),
        phrase_en=node.text("phrase_en"),
        share=node.number("share"),
        low=node.number("from", -math.inf),
        high=node.number("to", math.inf),
    )
    if entry.share < 0:
        node.note("out_of_range", "share", value=entry.share, low=0, high=1)
    node.close()
    return entry


def _unknown(node: Node, bins: tuple[Bin, ...]) -> Bin:
    effects = {}
    for outcome in OUTCOMES:
        if node.has(outcome) and node.values[outcome] == _POPULATION_MEAN:
            effects[outcome] = population_mean(bins, outcome)
        else:
            effects[outcome] = _effect(node, outcome)
            if effects[outcome].log_rr < 0:
                node.note("silence_rewarded", outcome, log_rr=effects[outcome].log_rr)
    entry = Bin(UNKNOWN, effects, node.text("phrase_vi"), node.text("phrase_en"))
    node.close()
    return entry


def population_mean(bins: tuple[Bin, ...], outcome: str) -> Effect:
    """Return what a missing value counts as: the log of the mean relative risk over the known bins, at least 0.

    At least the reference bin, because silence must not be rewarded against a report of the reference state; for a
    factor whose other bins are all protective that is 0. The variance is that of the log ratio in the population.

    Parameters
    ----------
    bins : tuple of Bin
        Known bins with their shares.
    outcome : str
        Outcome.

    Returns
    -------
    Effect
        Marked "assumed", as the shares are.
    """
    share = np.array([entry.share for entry in bins])
    mean = np.array([entry.effects[outcome].log_rr for entry in bins])
    variance = np.array([entry.effects[outcome].sd ** 2 for entry in bins])
    log_rr = max(0.0, float(np.log(np.sum(share * np.exp(mean))))) if share.sum() > 0 else math.nan
    spread = float(np.sum(share * (variance + mean**2)) - np.sum(share * mean) ** 2)
    sign = "+" if log_rr > 0 else "0"
    return Effect(
        log_rr, math.sqrt(max(spread, 1e-4)), sign, "log of the mean relative risk of the known bins", "assumed"
    )


def _check_intervals(node: Node, bins: tuple[Bin, ...]) -> None:
    for entry in bins:
        if entry.low >= entry.high:
            node.note("empty_interval", f"bin[{entry.state}]", low=entry.low, high=entry.high)
    for first, second in pairwise(bins):
        names = {"first": first.state, "second": second.state, "end": first.high, "start": second.low}
        if second.low < first.high:
            node.note("overlap", f"bin[{second.state}]", **names)
        elif second.low > first.high:
            node.note("gap", f"bin[{second.state}]", **names)


def _once(node: Node, key: str, names: list[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1 and name:
            node.note("twice", key, name=name, count=count)


def _group(node: Node) -> SectorGroup:
    group = SectorGroup(
        node.text("group"),
        node.text("title_vi"),
        node.text("title_en"),
        {outcome: _effect(node, outcome) for outcome in OUTCOMES},
    )
    if group.group not in group_names():
        node.note("not_allowed", "group", value=group.group, allowed=", ".join(sorted(group_names())))
    node.close()
    return group


def _sector_row(node: Node) -> SectorRow:
    row = SectorRow(
        scheme=node.text("scheme"),
        prefix=node.text("prefix"),
        **{outcome: node.number(outcome) for outcome in OUTCOMES},
        **{f"{outcome}_sd": node.positive(f"{outcome}_sd") for outcome in OUTCOMES},
        group=node.text("group", ""),
        title_vi=node.text("title_vi", ""),
        title_en=node.text("title_en", ""),
        severity=node.number("severity", 0.0),
    )
    node.close()
    return row


def _check_sectors(top: Node, groups: list[SectorGroup], rows: tuple[SectorRow, ...]) -> None:
    if bool(groups) == bool(rows):
        top.note("sectors", "sector")
    _once(top, "sector", [group.group for group in groups])
    _once(top, "base", [f"{row.scheme} {row.prefix}" for row in rows])


def _not_applied(node: Node) -> dict[str, Any]:
    outcome = node.choice("outcome", OUTCOMES)
    entry: dict[str, Any] = {key: node.text(key) for key in ("factor", "bin", "outcome", "why_vi", "why_en")}
    if outcome in OUTCOMES:
        effect = _effect(node, outcome)
        entry[outcome] = {key: getattr(effect, key) for key in ("log_rr", "sd", "sign", "basis", "mark")}
    node.close()
    return entry

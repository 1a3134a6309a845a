"""The one model form: a table of factors, their bins and the relative risk of each.

Expert, fitted and boosted models are all a `RiskTable`, so that one scorer, one explainer and one file format serve
them all. A table is data: it loads without running code and a person can read it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oshrisk.messages import Language
from oshrisk.risk.sector_base import SectorBase

Kind = Literal["numeric", "category"]

OUTCOMES: Final[tuple[str, ...]] = ("accident", "fatal", "violation")
UNKNOWN: Final = "unknown"


@dataclass(frozen=True)
class Effect:
    """What a bin does to one outcome.

    Parameters
    ----------
    log_rr : float
        Natural log of the relative risk against the reference bin: of the rate per worker-year for accident and
        fatal, of the odds for violation.
    sd : float
        Prior standard deviation of `log_rr`, above 0.
    sign : {"+", "-", "0"}
        Direction that data may not turn; "0" states none.
    basis : str
        Where the figure comes from.
    mark : str
        ``"read"``, ``"derived"``, ``"secondary"``, ``"memory"``, ``"assumed"`` or ``"fitted"``.
    """

    log_rr: float
    sd: float
    sign: str
    basis: str
    mark: str


@dataclass(frozen=True)
class Bin:
    """One bin of a factor: a state, or an interval of a number.

    Parameters
    ----------
    state : str
        Its name within the factor; for a category factor, the value of the feature.
    effects : mapping of outcome to Effect
        All three outcomes.
    phrase_vi, phrase_en : str
        What it says of an enterprise, in the words of an inspector.
    share : float
        Assumed share of enterprises in the bin; 0 for the unknown bin.
    low, high : float
        Interval of a numeric factor: from `low`, inclusive, to `high`, exclusive; infinite where open.
    """

    state: str
    effects: Mapping[str, Effect]
    phrase_vi: str
    phrase_en: str
    share: float = 0.0
    low: float = -math.inf
    high: float = math.inf

    def phrase(self, language: Language) -> str:
        """Return the words for an enterprise in this bin."""
        return self.phrase_vi if language == "vi" else self.phrase_en


@dataclass(frozen=True)
class Factor:
    """One factor: a feature cut into bins.

    Parameters
    ----------
    name : str
        Name of the factor, unique in a table.
    feature : str
        Column of the features; empty where the registers do not hold it: then it is always unknown.
    kind : {"numeric", "category"}
        Whether bins are intervals or states.
    bins : tuple of Bin
        Known bins; those of a numeric factor rise and join without gap.
    unknown : Bin
        What a missing value counts as, and the centre of the factor: contributions are log ratios against it,
        so that a factor that is not known multiplies the risk by exactly 1.
    title_vi, title_en : str
        Name for people.
    source, note, share_mark : str
        Evidence; remarks; where the bins' shares come from (``"assumed"``).
    """

    name: str
    feature: str
    kind: Kind
    bins: tuple[Bin, ...]
    unknown: Bin
    title_vi: str
    title_en: str
    source: str = ""
    note: str = ""
    share_mark: str = "assumed"

    @property
    def all_bins(self) -> tuple[Bin, ...]:
        """The known bins, then the unknown one: the order of bin codes."""
        return (*self.bins, self.unknown)

    @cached_property
    def contributions(self) -> dict[str, NDArray[np.float64]]:
        """By outcome, shape (number of bins + 1): log ratio of each bin against the unknown bin, whose own is 0."""
        return {
            outcome: np.array([b.effects[outcome].log_rr for b in self.all_bins]) - self.unknown.effects[outcome].log_rr
            for outcome in OUTCOMES
        }

    @cached_property
    def variances(self) -> dict[str, NDArray[np.float64]]:
        """By outcome, shape (number of bins + 1): prior variance of each bin's log ratio."""
        return {outcome: np.array([b.effects[outcome].sd ** 2 for b in self.all_bins]) for outcome in OUTCOMES}


@dataclass(frozen=True)
class Combination:
    """How the summed log ratios of the factors count for one outcome: times `shrink`, within ± `cap`."""

    shrink: float
    cap: float
    basis: str
    mark: str


@dataclass(frozen=True)
class Constant:
    """One constant of a model, with its unit and where it comes from."""

    value: float
    unit: str
    basis: str
    mark: str


@dataclass(frozen=True)
class RiskTable:
    """A whole model.

    Parameters
    ----------
    name, title_vi, title_en, note : str
        Name of the model, its title, what it was made from.
    factors : tuple of Factor
        The factors.
    base : SectorBase
        Level of the outcomes and the sectors' ratios to it.
    combination : mapping of outcome to Combination
        Shrinkage and cap of the summed log ratios.
    constants : mapping of str to Constant
        ``credibility_strength``, ``too_quiet_probability``, ``days_per_accident``, ``days_per_death``,
        ``workers_unknown``, ``workers_minimum``, what the sector base was made with, and, where older years of
        the own record count less, ``record_discount``; where reports hold a share of the accidents only,
        ``record_completeness``.
    not_applied : tuple of mapping
        Rows that are kept for the reader but not applied, each with its reason.
    """

    name: str
    title_vi: str
    title_en: str
    note: str
    factors: tuple[Factor, ...]
    base: SectorBase
    combination: Mapping[str, Combination]
    constants: Mapping[str, Constant]
    not_applied: tuple[Mapping[str, Any], ...] = ()

    def __getitem__(self, name: str) -> Factor:
        return next(factor for factor in self.factors if factor.name == name)

    def constant(self, name: str) -> float:
        """Return the value of a constant."""
        return self.constants[name].value

    @property
    def record_discount(self) -> float:
        """What a year of the own record counts against the year after it: a constant of the table, else 1."""
        return self.constants["record_discount"].value if "record_discount" in self.constants else 1.0

    @property
    def record_completeness(self) -> float:
        """Share of the accidents of reported periods that reports hold: a constant of the table, else 1."""
        return self.constants["record_completeness"].value if "record_completeness" in self.constants else 1.0

    def with_base(self, base: SectorBase) -> RiskTable:
        """Return the same model over another sector base, such as one fitted on a register of another country."""
        return replace(self, base=base)

    def with_factor(self, factor: Factor) -> RiskTable:
        """Return the same model with one factor more, or another of the same name in its place."""
        others = tuple(entry for entry in self.factors if entry.name != factor.name)
        place = next((i for i, entry in enumerate(self.factors) if entry.name == factor.name), len(others))
        return replace(self, factors=(*others[:place], factor, *others[place:]))

    @cached_property
    def model_id(self) -> str:
        """SHA-256 of the whole content: the same for the same table, whatever file it came from."""
        return content_hash(self.document())

    def document(self) -> dict[str, Any]:
        """Return the table as plain values, the form that JSON and TOML files hold."""
        return {
            "name": self.name,
            "title_vi": self.title_vi,
            "title_en": self.title_en,
            "note": self.note,
            **self.base.document(),
            "combination": {outcome: asdict(entry) for outcome, entry in self.combination.items()},
            "constants": {name: asdict(entry) for name, entry in self.constants.items()},
            "factor": [_factor_document(factor) for factor in self.factors],
            "not_applied": [dict(entry) for entry in self.not_applied],
        }

    def to_json(self) -> str:
        """Return the table as JSON with its `model_id`; floats are written so that they come back exactly."""
        document = {"model_id": self.model_id, **self.document()}
        return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, content: str, *, file: str = "JSON") -> RiskTable:
        """Restore a table from `to_json`.

        Parameters
        ----------
        content : str
            The JSON text.
        file : str
            Name used in messages.

        Returns
        -------
        RiskTable
            Equal to the one that was written.

        Raises
        ------
        OshriskError
            If it is not JSON, if its content does not match its `model_id`, or if the table is bad.
        """
        from oshrisk.risk.reading import read_json  # noqa: PLC0415  # the reader needs the classes above

        return read_json(content, file)

    def to_frame(self) -> pd.DataFrame:
        """Lay the factors out for reading: one row a factor, bin and outcome.

        Returns
        -------
        DataFrame
            factor, feature, kind, state, low, high, share, outcome, log_rr, relative_risk (against the reference
            bin), multiplier (as applied: shrunk, against the unknown bin, before the cap), sd, sign, basis, mark,
            phrase_vi, phrase_en.
        """
        rows = [
            self._row(factor, entry, outcome)
            for factor in self.factors
            for entry in factor.all_bins
            for outcome in OUTCOMES
        ]
        return pd.DataFrame(rows)

    def _row(self, factor: Factor, entry: Bin, outcome: str) -> dict[str, object]:
        effect = entry.effects[outcome]
        centred = effect.log_rr - factor.unknown.effects[outcome].log_rr
        return {
            "factor": factor.name,
            "feature": factor.feature,
            "kind": factor.kind,
            "state": entry.state,
            "low": entry.low,
            "high": entry.high,
            "share": entry.share,
            "outcome": outcome,
            "log_rr": effect.log_rr,
            "relative_risk": math.exp(effect.log_rr),
            "multiplier": math.exp(self.combination[outcome].shrink * centred),
            "sd": effect.sd,
            "sign": effect.sign,
            "basis": effect.basis,
            "mark": effect.mark,
            "phrase_vi": entry.phrase_vi,
            "phrase_en": entry.phrase_en,
        }


def content_hash(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a table's plain values, whatever their order in the file."""
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _factor_document(factor: Factor) -> dict[str, Any]:
    document: dict[str, Any] = {"name": factor.name}
    if factor.feature:
        document["feature"] = factor.feature
    for name in ("kind", "title_vi", "title_en", "source", "note", "share_mark"):
        document[name] = getattr(factor, name)
    document["bin"] = [_bin_document(entry) for entry in factor.bins]
    document["unknown"] = {
        name: value for name, value in _bin_document(factor.unknown).items() if name not in {"state", "share"}
    }
    return document


def _bin_document(entry: Bin) -> dict[str, Any]:
    document: dict[str, Any] = {"state": entry.state}
    if math.isfinite(entry.low):
        document["from"] = entry.low
    if math.isfinite(entry.high):
        document["to"] = entry.high
    document |= {"share": entry.share, "phrase_vi": entry.phrase_vi, "phrase_en": entry.phrase_en}
    return document | {outcome: asdict(entry.effects[outcome]) for outcome in OUTCOMES}

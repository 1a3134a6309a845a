"""What workers do with one shard, or with one part of the list: functions of their arguments and of files alone.

Every result is a file that is whole or not there. A task that finds its file does not make it again, so that killed
workers and interrupted runs change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from oshrisk.features.build import own_features, with_peers
from oshrisk.features.peers import MinorRates
from oshrisk.messages import Language
from oshrisk.report.facts import IDENTITY, identity
from oshrisk.report.ranking import ASSESSED, INSPECTED, ranking_rows
from oshrisk.risk import RiskTable
from oshrisk.risk.assessment import Whole, estimates, placed
from oshrisk.risk.credibility import YEARLY
from oshrisk.risk.scoring import Floats, look_up
from oshrisk.risk.sector_fit import register_sums
from oshrisk.risk.sector_sums import SectorSums
from oshrisk.risk.similarity import Inspected
from oshrisk.scale.place import Place
from oshrisk.scale.shards import Shards
from oshrisk.settings import Programme

RATE, OPEN = "minor_accident_rate", "still_open"
BATCH = 1_024  # rows that a part of the list reads of a shard at once
ORDER = [("priority", "descending"), ("enterprise_id", "ascending")]
_OWN = {"enterprise_id", "name"}  # words that nobody else has
_WHO = [f"shown_{name}" for name in IDENTITY]  # apart from the features
_ALWAYS = (
    *("sector_scheme", "sector_code", "division", "section", "workers", INSPECTED),
    *("accidents_5y", "reported_worker_years_5y", *YEARLY[0], *YEARLY[1]),
)


@dataclass(frozen=True)
class Ranking:
    """What is ranked, and how.

    Parameters
    ----------
    shards : Shards
        The snapshot.
    work : Place
        Where results of tasks are kept.
    as_of : Timestamp
        Date of knowledge.
    programme : Programme
        Settings ``office`` and ``ranking``.
    table : RiskTable
        The model.
    language : {"vi", "en"}
        Language of names and reasons.
    """

    shards: Shards
    work: Place
    as_of: pd.Timestamp
    programme: Programme
    table: RiskTable
    language: Language


@dataclass(frozen=True)
class Measured:
    """What a shard says of the whole once its features are there.

    Parameters
    ----------
    schemes : Series of int
        Enterprises by sector scheme.
    minor : MinorRates
        Minor-accident rates of those who report.
    """

    schemes: pd.Series
    minor: MinorRates


def measure(ranking: Ranking, number: int) -> Measured:
    """Compute the features of a shard; keep those that the model looks at, and who the enterprises are."""
    file = ranking.work / f"features-{number:04d}.arrow"
    if not file.exists():
        file.write_rows(pa.Table.from_pandas(_features(ranking, number)))
    kept = file.read_rows(["sector_scheme", "division", RATE]).to_pandas()
    schemes = kept["sector_scheme"].astype("str").value_counts()
    return Measured(schemes, MinorRates.of(kept[RATE].to_numpy(), kept["division"]))


def _features(ranking: Ranking, number: int) -> pd.DataFrame:
    office = ranking.programme.office
    known, own = ranking.shards.read(number, ranking.as_of)
    features, rates = own_features(
        known, ranking.as_of, province_code=office.province_code, seat_commune=office.seat_commune
    )
    looked_at = {*_ALWAYS, *(factor.feature for factor in ranking.table.factors)}
    still_open = known["enterprises"]["closed_on"].isna().to_numpy()
    kept = features[[name for name in features.columns if name in looked_at]].assign(**{RATE: rates, OPEN: still_open})
    firms = identity(known, known.ids[:own], office.province_code, ranking.language)
    return pd.concat([kept.iloc[:own], firms.set_axis(_WHO, axis="columns")], axis=1)


def compare(
    ranking: Ranking, number: int, limits: pd.Series, scheme: str | None
) -> tuple[Inspected, SectorSums | None]:
    """Take from a shard what likeness is measured against, and what a sector base is fitted on."""
    features = _kept(ranking, number, limits)
    inspected = Inspected.among(features, features[INSPECTED].notna().to_numpy(), ranking.table).some()
    return inspected, None if scheme is None else register_sums(ranking.table, features, scheme)


def score(ranking: Ranking, number: int, limits: pd.Series, table: RiskTable, among: Inspected) -> Floats:
    """Estimate the risk of a shard's enterprises with their reasons; return their priorities, the lowest first."""
    file = ranking.work / f"scored-{number:04d}.arrow"
    if not file.exists():
        file.write_rows(_scored(ranking, number, limits, table, among), batch=BATCH)
    return np.ascontiguousarray(file.read_rows(["priority"])["priority"].to_numpy()[::-1])


def _scored(ranking: Ranking, number: int, limits: pd.Series, table: RiskTable, among: Inspected) -> pa.Table:
    everybody = _kept(ranking, number, limits)
    features = everybody[everybody[OPEN].to_numpy()]
    at, how = look_up(features, table), ranking.programme.ranking.priority
    estimated = estimates(features, table, priority=how, at=at)
    firms = features[_WHO].set_axis(IDENTITY, axis="columns")
    rows = ranking_rows(firms, features, estimated, table, among=among, language=ranking.language, priority=how, at=at)
    return pa.Table.from_pandas(rows.reset_index(), preserve_index=False).sort_by(ORDER)


def _kept(ranking: Ranking, number: int, limits: pd.Series) -> pd.DataFrame:
    features = (ranking.work / f"features-{number:04d}.arrow").read_rows().to_pandas()
    return with_peers(features, features[RATE].to_numpy(), limits)


def list_part(ranking: Ranking, number: int, ranges: NDArray[np.intp], whole: Whole) -> None:
    """Write one part of the list: of each shard the scored rows from the first of its range to before the second."""
    file = ranking.work / part_name(number, simulated=ranking.shards.simulated)
    if file.exists():
        return
    found = [
        _some(ranking.work / f"scored-{shard:04d}.arrow", int(start), int(stop))
        for shard, (start, stop) in enumerate(ranges)
    ]
    rows = _listed(pa.concat_tables(found).sort_by(ORDER), ranking.programme.ranking.class_limits, whole)
    words = [of.name for of in rows.schema if not pa.types.is_primitive(of.type) and of.name not in _OWN]
    file.write_table(rows, use_dictionary=words)  # words that many have are written once


def _listed(rows: pa.Table, class_limits: tuple[float, float, float], whole: Whole) -> pa.Table:
    """Add the place among all to rows in the order of rank, and put the columns in the order of the list."""
    estimated = pd.DataFrame({"priority": rows["priority"].to_numpy()})
    places = pa.Table.from_pandas(placed(estimated, class_limits, whole).drop(columns="priority"))
    for name in places.column_names:
        rows = rows.append_column(name, places[name])
    first = ["enterprise_id", *IDENTITY, *ASSESSED]
    return rows.select([*first, *(name for name in rows.column_names if name not in first)]).replace_schema_metadata()


def _some(file: Place, start: int, stop: int) -> pa.Table:
    first, last = start // BATCH, -(-stop // BATCH)
    with file.opened_rows() as rows:
        batches = [rows.get_batch(number) for number in range(first, last)]
        here = np.arange(start, stop) - first * BATCH
        return pa.Table.from_batches(batches, rows.schema).take(pa.array(here))  # a slice would keep all batches


def part_name(number: int, *, simulated: bool) -> str:
    """Return the name of a part of the list."""
    return f"part-{number:05d}{'-simulated' if simulated else ''}.parquet"

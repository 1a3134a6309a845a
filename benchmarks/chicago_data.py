"""The two files of Chicago's food inspections as features as of a date, for `chicago.py`.

Source: github.com/Chicago/food-inspections-evaluation (City of Chicago, 2014). A licence is what is visited; a visit
that finds a critical violation is what is predicted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from data import find
from oshrisk.risk import own_record

FILES = ("chicago_food_model_table.parquet", "chicago_food_inspections_2011_2014.parquet")
CRITICAL, SERIOUS = 0.14, 0.25  # assumed: a visit's chance of each, from which the own record departs
STRENGTH = 0.5  # assumed: prior findings that a licence is judged by before its own

# What the City used, and the class of the place. The direction is given where it is plain.
# Where the place lies is left out: inspectors have districts for a time, so that it would bring the inspector back in.
# In the training period trees name the inspector by it in 54 % of held-out visits (most frequent one: 26 %), but only
# in 12 % of those after 2013: districts change.
PLACE = {
    "years_licensed": "ageatinspection",
    "alcohol_on_premises": "consumption_on_premises_incidental_activity",
    "tobacco": "tobacco_retail_over_counter",
    "filling_station": "filling_station",
    "burglaries_near": "heat_burglary",
    "garbage_complaints_near": "heat_garbage",
    "sanitation_complaints_near": "heat_sanitation",
}
SIGNS = {
    "alcohol_on_premises": "+",
    "tobacco": "+",
    "burglaries_near": "+",
    "sanitation_complaints_near": "+",
    "years_since_visit": "+",
    "warmth": "+",
    "critical_record": "+",
    "serious_record": "+",
    "minor_violations_last": "+",
}


def read() -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Return the City's model table and all canvass visits, in the order of inspection_id; None where missing."""
    paths = find(FILES)
    if paths is None:
        return None
    model, visits = (pd.read_parquet(path).sort_values("inspection_id") for path in paths)
    return model.reset_index(drop=True), visits.reset_index(drop=True)


def record(visits: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what was known of each licence before a date: its own record.

    Parameters
    ----------
    visits : DataFrame
        All visits.
    rows : DataFrame
        license, on: the licence and the date; only visits before that day count.

    Returns
    -------
    DataFrame
        In the order of `rows`: critical_record, serious_record (log credibility multiplier of the licence's own
        visits, `oshrisk.risk.own_record`), minor_violations_last (square root of the number at the last visit),
        years_since_visit (at most 2, as the City has it), visits (number before).
    """
    past = visits.sort_values(["inspection_date", "inspection_id"])
    past = past.assign(visits=1, critical=past["criticalcount"] > 0, serious=past["seriouscount"] > 0)
    sums = past.groupby("license")[["visits", "critical", "serious"]].cumsum()
    known = past[["license", "inspection_date", "minorcount"]].join(sums)
    known = known.drop_duplicates(["license", "inspection_date"], keep="last")
    asked = rows.reset_index(drop=True).rename_axis("row").reset_index().sort_values("on", kind="stable")
    found = pd.merge_asof(
        asked, known, left_on="on", right_on="inspection_date", by="license", allow_exact_matches=False
    ).sort_values("row")
    counts = found[["visits", "critical", "serious"]].fillna(0).astype(float)
    years = (found["on"] - found["inspection_date"]).dt.days / 365
    return pd.DataFrame(
        {
            "critical_record": np.log(own_record(CRITICAL, counts["critical"], counts["visits"], STRENGTH)),
            "serious_record": np.log(own_record(SERIOUS, counts["serious"], counts["visits"], STRENGTH)),
            "minor_violations_last": np.sqrt(found["minorcount"]),
            "years_since_visit": years.clip(upper=2).fillna(2.0),
            "visits": counts["visits"],
        }
    ).reset_index(drop=True)


def visit_features(model: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """Return the features of every inspection of the City's table; the inspector is not among them."""
    rows = model[["license"]].assign(on=model["inspection_date"])
    own = record(visits, rows).drop(columns="visits").set_axis(model.index)
    frame = model[list(PLACE.values())].set_axis(list(PLACE), axis=1).astype(float)
    return frame.assign(warmth=model["temperaturemax"], risk_class=model["risk"], kind=model["facility_type"]).join(own)


def quarter_rows(model: pd.DataFrame, visits: pd.DataFrame, quarters: list[pd.Timestamp]) -> pd.DataFrame:
    """Return one row a licence and quarter: every licence seen before it, as known on its first day.

    Parameters
    ----------
    model, visits : DataFrame
        From `read`.
    quarters : list of Timestamp
        First days.

    Returns
    -------
    DataFrame
        quarter, license, features, and found: 1 or 0 by the first visit in the quarter, NaN where there was none.
        What only the City's table holds (age, licences, complaints near) is that of the licence's last visit.
    """
    flags = model[["inspection_id", *(name for name in PLACE.values() if name not in visits)]]
    seen = visits.merge(flags, on="inspection_id", how="left").sort_values(["inspection_date", "inspection_id"])
    columns = list(PLACE.values())
    seen[columns] = seen.groupby("license")[columns].ffill()
    parts = [_quarter(seen, start) for start in quarters]
    rows = pd.concat(parts, ignore_index=True)
    own = record(visits, rows[["license"]].assign(on=rows["quarter"]))
    return rows.join(own)


def _quarter(seen: pd.DataFrame, start: pd.Timestamp) -> pd.DataFrame:
    end = start + pd.DateOffset(months=3)
    before = seen[seen["inspection_date"] < start]
    last = before.drop_duplicates("license", keep="last").sort_values("license")
    inside = seen[(seen["inspection_date"] >= start) & (seen["inspection_date"] < end)].drop_duplicates("license")
    found = (inside["criticalcount"] > 0).astype(float).set_axis(inside["license"])
    elapsed = (start - last["inspection_date"]).dt.days.to_numpy() / 365
    named = {new: last[old].to_numpy(dtype=float) for new, old in PLACE.items()}
    named["years_licensed"] = named["years_licensed"] + elapsed
    return pd.DataFrame(
        {
            "quarter": start,
            "license": last["license"].to_numpy(),
            "found": found.reindex(last["license"]).to_numpy(),
            **named,
            "risk_class": last["risk"].to_numpy(),
            "kind": kinds(last["facility_type"]).to_numpy(),
            "season": f"Q{start.quarter}",
        }
    )


def kinds(stated: pd.Series) -> pd.Series:
    """Put the 201 stated kinds of place into five."""
    words = stated.fillna("").str.lower()
    kind = pd.Series("other", index=stated.index)
    for name, pattern in {
        "restaurant": "restaurant|diner",
        "grocery": "grocery|convenience|liquor|gas station",
        "school": "school",
        "care of children": "daycare|children",
    }.items():
        kind = kind.mask((kind == "other") & words.str.contains(pattern), name)
    return kind

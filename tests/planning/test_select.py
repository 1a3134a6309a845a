import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from oshrisk.planning.select import STAGES, select

ROW = st.tuples(
    st.sampled_from(STAGES), st.integers(0, 20), st.sampled_from([0.5, 1.0, 2.5, 4.0]), st.integers(0, 8), st.booleans()
)


def candidates_of(rows: list[tuple[str, int, float, int, bool]]) -> pd.DataFrame:
    index = pd.Index([f"{number:03d}" for number in range(len(rows))], name="enterprise_id")
    frame = pd.DataFrame(rows, index, ["stage", "priority", "inspector_days", "entity", "sign"])
    return frame.astype({"stage": "str", "priority": "float64", "inspector_days": "float64", "sign": bool})


def one_by_one(candidates: pd.DataFrame, days: float) -> list[str]:
    """The same choice, the slow way: the definition."""
    listed: list[str] = []
    order = sorted(
        candidates.index, key=lambda i: (STAGES.index(candidates.loc[i, "stage"]), -candidates.loc[i, "priority"], i)
    )
    for i in order:
        row = candidates.loc[i]
        beside = row["entity"] in set(candidates.loc[listed, "entity"]) and not row["sign"]
        if row["inspector_days"] <= days and not beside:
            listed.append(i)
            days -= row["inspector_days"]
    return listed


@given(st.lists(ROW, max_size=40), st.sampled_from([0.0, 0.5, 3.0, 7.5, 20.0, 1000.0]))
@settings(max_examples=200, deadline=None)
def test_is_the_greedy_choice(rows: list[tuple[str, int, float, int, bool]], days: float) -> None:
    candidates = candidates_of(rows)
    chosen = select(candidates, days)
    assert chosen.index.tolist() == one_by_one(candidates, days)
    assert chosen["order"].tolist() == list(range(1, len(chosen) + 1))
    assert chosen["inspector_days"].sum() <= days


def test_the_order_of_rows_does_not_matter() -> None:
    candidates = candidates_of([("rest", 1, 1.0, n, False) for n in range(30)])
    shuffled = candidates.sample(frac=1.0, random_state=1)
    pd.testing.assert_frame_equal(select(shuffled, 10.0), select(candidates, 10.0))

"""The same values have the same text."""

import json
import math

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from oshrisk.ledger.canonical import canonical, data_frame, frame_data, plain

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_text_gives_the_value_back(value):
    assert json.loads(canonical(plain(value))) == value


@given(st.dictionaries(st.text(), st.integers(), min_size=2))
def test_order_of_keys_does_not_matter(value):
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.floats(allow_infinity=False)),
            st.one_of(st.none(), st.dates(min_value=pd.Timestamp(1900, 1, 1).date())),
            st.sampled_from("ABD"),
            st.booleans(),
        )
    )
)
def test_frames_come_back(rows):
    index = pd.Index([f"{number:03}" for number in range(len(rows))], name="enterprise_id", dtype="str")
    frame = pd.DataFrame(rows, columns=["days", "on", "risk_class", "sign"], index=index)
    frame["days"] = frame["days"].astype("float64")
    frame["on"] = pd.to_datetime(frame["on"]).astype("datetime64[s]")
    frame["risk_class"] = pd.Categorical(frame["risk_class"], categories=list("ABCD"), ordered=True)
    frame["sign"] = frame["sign"].astype("bool")
    stored = canonical(frame_data(frame))
    pd.testing.assert_frame_equal(data_frame(json.loads(stored)), frame)


def test_what_is_missing_is_null():
    assert plain([math.nan, pd.NaT, None, pd.NA]) == [None] * 4

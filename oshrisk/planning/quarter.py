"""A quarter of a year, the time that one list covers."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from oshrisk.errors import OshriskError

_FORM = re.compile(r"(?P<year>20\d{2})[-/ ]?[Qq](?P<number>[1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter.

    Parameters
    ----------
    year : int
        Calendar year, the year that legal caps count.
    number : int
        1 to 4.

    Examples
    --------
    >>> quarter = Quarter.parse("2027Q1")
    >>> str(quarter.next), quarter.end.date().isoformat()
    ('2027Q2', '2027-03-31')
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read a quarter written as ``2027Q1`` (also ``2027-Q1``, ``2027q1``).

        Parameters
        ----------
        text : str
            The quarter.

        Returns
        -------
        Quarter
            The quarter.

        Raises
        ------
        OshriskError
            If the text is no quarter of the years 2000 to 2099.
        """
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise OshriskError("plan.not_a_quarter", value=text)
        return cls(int(match["year"]), int(match["number"]))

    @property
    def start(self) -> pd.Timestamp:
        """First day."""
        return pd.Timestamp(self.year, 3 * self.number - 2, 1).as_unit("s")

    @property
    def end(self) -> pd.Timestamp:
        """Last day."""
        return self.next.start - pd.Timedelta(days=1)

    @property
    def year_start(self) -> pd.Timestamp:
        """1 January of its year: from here legal caps count."""
        return pd.Timestamp(self.year, 1, 1).as_unit("s")

    @property
    def year_end(self) -> pd.Timestamp:
        """31 December of its year: until here legal caps hold."""
        return pd.Timestamp(self.year, 12, 31).as_unit("s")

    @property
    def next(self) -> Quarter:
        """The quarter after it."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def previous(self) -> Quarter:
        """The quarter before it."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

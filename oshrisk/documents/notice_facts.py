"""What notices are made from: the registers as known on a day, and the words about each enterprise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from oshrisk.documents.dossier_law import MARKS
from oshrisk.documents.official import office_head
from oshrisk.documents.parts import Document, Paragraph, Part
from oshrisk.features import build_features
from oshrisk.features.wording import date_text
from oshrisk.messages import Language, catalogue, text
from oshrisk.reference.rules import rules
from oshrisk.registry.registry import Registry
from oshrisk.report.book import Column
from oshrisk.report.facts import identity
from oshrisk.report.notice_book import Sheet
from oshrisk.settings import Programme


@dataclass(frozen=True)
class Notice:
    """One kind of notice: its lists, and a letter to each enterprise concerned.

    Parameters
    ----------
    name : str
        Its key below ``notices.kinds``.
    sheets : sequence of Sheet
        The lists.
    letters : mapping of str to Document
        By enterprise.
    rows : int
        Rows of the longest list.
    """

    name: str
    sheets: Sequence[Sheet]
    letters: Mapping[str, Document]
    rows: int


@dataclass(frozen=True)
class Registers:
    """The registers on a day.

    Parameters
    ----------
    registry : Registry
        All that was read.
    known : Registry
        What was known on the day, or on the day of reading if that is earlier: nothing later can be known.
    features : DataFrame
        Of it.
    firms : DataFrame
        ``name``, ``commune``, ``sector`` of everybody in words.
    programme : Programme
        Settings.
    on : Timestamp
        The day.
    language : {"vi", "en"}
        Language.
    """

    registry: Registry
    known: Registry
    features: pd.DataFrame
    firms: pd.DataFrame
    programme: Programme
    on: pd.Timestamp
    language: Language

    @classmethod
    def of(cls, registry: Registry, programme: Programme, on: pd.Timestamp, language: Language) -> Registers:
        """Take what is known on a day.

        Parameters
        ----------
        registry : Registry
            The registers.
        programme : Programme
            Settings.
        on : Timestamp
            The day.
        language : {"vi", "en"}
            Language.

        Returns
        -------
        Registers
        """
        office, date = programme.office, min(on, registry.read_on)
        known = registry.known(date)
        features = build_features(known, date, province_code=office.province_code, seat_commune=office.seat_commune)
        firms = identity(known, known.ids, office.province_code, language)
        return cls(registry, known, features, firms, programme, on, language)

    @property
    def words(self) -> dict[str, Any]:
        """The catalogue of notices."""
        return catalogue("notices", self.language)

    def facts(self, **more: object) -> dict[str, object]:
        """Return what texts may name: the office and the days."""
        dates = {"on": self.on, "read_on": self.known.date}
        said = {name: date_text(date, self.language) for name, date in dates.items()}
        return {"office": self.programme.office.department, **said, **more}

    def article(self, *rule_ids: str) -> str:
        """Name the articles of rules in force on the day, once each, and which were not read in their own text."""
        law = rules(self.on).loc[list(rule_ids)]
        column = "article" if self.language == "vi" else "article_en"
        named = [row[column] + MARKS.get(row["confidence"], "") for row in law.to_dict("records")]
        return "; ".join(dict.fromkeys(named))

    def by_place(self, ids: pd.Index) -> pd.DataFrame:
        """Return the enterprises' words in the order of a list: by commune, then by name."""
        return self.firms.loc[ids].sort_values(["commune", "name"], kind="stable")

    def who(self, ids: pd.Index) -> list[Column]:
        """Return the columns that say who: number, name, tax code, commune, sector."""
        titles, firms = self.words["columns"], self.firms.loc[ids]
        return [
            Column(titles["number"], 6, [str(place + 1) for place in range(len(ids))], "centre"),
            Column(titles["name"], 42, firms["name"]),
            Column(titles["tax_code"], 17, list(map(str, ids)), "centre"),
            Column(titles["commune"], 24, firms["commune"]),
            Column(titles["sector"], 34, firms["sector"]),
        ]

    def sheet(self, name: str, columns: Sequence[Column], note: str, subtitle: str = "") -> Sheet:
        """Make a list."""
        words = self.words["sheets"]
        said = subtitle or text("notices.sheets.subtitle", self.language, **self.facts())
        return Sheet(words[name]["name"], words[name]["title"], said, columns, note)

    def letter(self, kind: str, enterprise_id: str, table: Part, article: str, **more: object) -> Document:
        """Write the letter of a kind to an enterprise: why, what, by which article, and what to do if it is done."""
        facts = self.facts(article=article, **more)
        opening, ask, close = (
            text(f"notices.letters.{kind}.{part}", self.language, **facts) for part in ("opening", "ask", "close")
        )
        advice = self.words["advice"]
        head = office_head(
            self.programme,
            "",
            self.on,
            self.language,
            recipients=[advice["as_above"], advice["filed"]],
            addressee=text(
                "notices.dear",
                self.language,
                name=self.firms.at[enterprise_id, "name"],
                enterprise_id=enterprise_id,
            ),
        )
        parts: list[Part] = [Paragraph(opening), table, Paragraph(ask), Paragraph(close)]
        if "*" in article:
            parts.append(Paragraph(advice["marks"], "note"))
        return Document(title="", subject=self.words["letters"][kind]["subject"], parts=parts, head=head)

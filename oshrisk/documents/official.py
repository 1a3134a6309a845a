"""The letterhead of the programme's office, from its settings."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from oshrisk.documents.parts import Letterhead
from oshrisk.messages import Language, text
from oshrisk.settings import Programme


def office_head(
    programme: Programme,
    kind: str,
    on: pd.Timestamp,
    language: Language,
    *,
    recipients: Sequence[str] = (),
    addressee: str = "",
) -> Letterhead:
    """Return the letterhead of a document of the office; number and day are left open, as on every draft.

    Parameters
    ----------
    programme : Programme
        Settings of today: ``office`` and ``documents``.
    kind : str
        Kind of document, as Decree 30/2020, Annex III abbreviates it: ``TTr``, ``KH``, ``BC``; empty for a letter.
    on : Timestamp
        Its month and year are printed.
    language : {"vi", "en"}
        Language.
    recipients : sequence of str
        Below "Nơi nhận".
    addressee : str
        To whom it is addressed.

    Returns
    -------
    Letterhead
    """
    office, documents = programme.office, programme.documents
    symbol = f"{kind}-{documents.symbol}" if kind else documents.symbol
    return Letterhead(
        parent_body=office.parent_body.upper(),
        office=office.department.upper(),
        number=text("documents.page.number", language, symbol=symbol),
        place_and_date=text("documents.page.date", language, place=documents.place, month=f"{on:%m}", year=on.year),
        signer=documents.signer,
        recipients=recipients,
        addressee=addressee,
    )

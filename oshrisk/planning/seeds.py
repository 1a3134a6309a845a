"""The seed of a quarter's draw: committed by its hash before the registers are frozen, revealed with the list.

Commit and reveal: whoever has the published hash can check that the seed was not changed afterwards
(Blum, M. (1983), Coin flipping by telephone, SIGACT News 15(1), 23-27).
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from oshrisk.atomic import whole_file
from oshrisk.errors import OshriskError
from oshrisk.planning.quarter import Quarter
from oshrisk.settings import Programme

BITS = 256  # nobody can find by trial a seed of this length that fits a published hash
FOLDER = "seeds"


@dataclass(frozen=True)
class Seed:
    """The seed of a quarter's draw.

    Parameters
    ----------
    number : int
        The seed.
    committed : bool
        Whether its hash was fixed beforehand; otherwise it is the seed of the settings.
    commitment : str
        That hash, empty if there is none.
    """

    number: int
    committed: bool = False
    commitment: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """What a manifest says of it; the number as text, since it is longer than JSON readers can hold."""
        return {"seed": str(self.number), "committed": self.committed, "commitment": self.commitment}


def commitment_of(number: int, quarter: Quarter) -> str:
    """Return the hash that commits a seed.

    Parameters
    ----------
    number : int
        The seed.
    quarter : Quarter
        The quarter it is for.

    Returns
    -------
    str
        SHA-256 of ``<seed>|<quarter>``, the seed in decimal digits.

    Examples
    --------
    >>> commitment_of(2027, Quarter(2027, 1))[:16]
    'b0111d43edac2b4f'
    """
    return hashlib.sha256(f"{number}|{quarter}".encode()).hexdigest()


def commit_seed(folder: str | Path, quarter: Quarter) -> dict[str, str]:
    """Make the seed of a quarter and fix it by its hash.

    Parameters
    ----------
    folder : str or Path
        The working folder; ``seeds/<quarter>.secret`` (readable by its owner only) and
        ``seeds/<quarter>.commitment.json`` are written.
    quarter : Quarter
        The quarter.

    Returns
    -------
    dict
        ``quarter``, ``sha256`` and ``committed_at`` (UTC), as they stand in the commitment file: to be published.

    Raises
    ------
    OshriskError
        If the quarter has a published seed already: it is never replaced.
    """
    secret, public_file = secret_file(folder, quarter), _public_file(folder, quarter)
    secret.parent.mkdir(parents=True, exist_ok=True)
    if public_file.exists():
        raise OshriskError("draw.seed_committed", quarter=quarter, file=public_file)
    if not secret.exists():  # a process that was killed may have left the secret without its commitment
        _keep_secret(secret, secrets.randbits(BITS))
    try:
        number = int(secret.read_text(encoding="utf-8"))
    except ValueError as error:
        raise OshriskError("draw.seed_unreadable", quarter=quarter, folder=secret.parent) from error
    facts = {
        "quarter": str(quarter),
        "sha256": commitment_of(number, quarter),
        "committed_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with whole_file(public_file) as partial:
        partial.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return facts


def _keep_secret(secret: Path, number: int) -> None:
    """Write a secret whole, readable by its owner only; of two callers the first one's stays."""
    handle, name = tempfile.mkstemp(dir=secret.parent, prefix=".secret-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{number}\n")
        with suppress(FileExistsError):
            os.link(name, secret)
    finally:
        Path(name).unlink()


def seed_of(folder: str | Path, quarter: Quarter, programme: Programme) -> Seed:
    """Return the seed of a quarter: the committed one, or that of the settings where none was committed.

    Parameters
    ----------
    folder : str or Path
        The working folder.
    quarter : Quarter
        The quarter.
    programme : Programme
        Settings, with ``draw.seed``.

    Returns
    -------
    Seed
        The seed and whether it was committed.

    Raises
    ------
    OshriskError
        If the secret or its commitment is missing, or they do not fit each other.
    """
    secret, public_file = secret_file(folder, quarter), _public_file(folder, quarter)
    if not secret.exists() and not public_file.exists():
        return Seed(programme.draw.seed)
    try:
        number = int(secret.read_text(encoding="utf-8"))
        facts = json.loads(public_file.read_text(encoding="utf-8"))
        commitment = str(facts["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OshriskError("draw.seed_unreadable", quarter=quarter, folder=secret.parent) from error
    if commitment_of(number, quarter) != commitment or facts.get("quarter") != str(quarter):
        raise OshriskError("draw.seed_changed", quarter=quarter, folder=secret.parent)
    return Seed(number, committed=True, commitment=commitment)


def commitment(folder: str | Path, quarter: Quarter) -> dict[str, str] | None:
    """Return what is to be published of a quarter's seed.

    Parameters
    ----------
    folder : str or Path
        The working folder.
    quarter : Quarter
        The quarter.

    Returns
    -------
    dict or None
        As `commit_seed`; None where no seed is fixed, or its file cannot be read.
    """
    try:
        facts = json.loads(_public_file(folder, quarter).read_text(encoding="utf-8"))
        return {name: str(facts[name]) for name in ("quarter", "sha256", "committed_at")}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def secret_file(folder: str | Path, quarter: Quarter) -> Path:
    """Return where the secret seed of a quarter is kept.

    Parameters
    ----------
    folder : str or Path
        The working folder.
    quarter : Quarter
        The quarter.

    Returns
    -------
    Path
        The file, whether it exists or not.
    """
    return Path(folder) / FOLDER / f"{quarter}.secret"


def _public_file(folder: str | Path, quarter: Quarter) -> Path:
    return Path(folder) / FOLDER / f"{quarter}.commitment.json"

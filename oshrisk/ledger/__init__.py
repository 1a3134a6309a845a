"""Who decided what: versions of plans, decisions against them, sign-off, results, and an append-only log."""

from oshrisk.ledger.chain import log
from oshrisk.ledger.connection import Ledger, open_ledger
from oshrisk.ledger.notes import NOTES, note
from oshrisk.ledger.outcomes import record_results, results
from oshrisk.ledger.overrides import ACTIONS, MODES, REASONS, decide, decisions, deferred_to, withdraw
from oshrisk.ledger.people import ROLES, enter, set_roles, users
from oshrisk.ledger.plans import StoredVersion, save_version, status, stored_version, versions
from oshrisk.ledger.proof import Broken, verify
from oshrisk.ledger.signing import STEPS, reopen, sign

__all__ = [
    "ACTIONS",
    "MODES",
    "NOTES",
    "REASONS",
    "ROLES",
    "STEPS",
    "Broken",
    "Ledger",
    "StoredVersion",
    "decide",
    "decisions",
    "deferred_to",
    "enter",
    "log",
    "note",
    "open_ledger",
    "record_results",
    "reopen",
    "results",
    "save_version",
    "set_roles",
    "sign",
    "status",
    "stored_version",
    "users",
    "verify",
    "versions",
    "withdraw",
]

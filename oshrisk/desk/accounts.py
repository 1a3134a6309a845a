"""Accounts: one-time passwords, and the first admin."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.utils import timezone

from oshrisk.desk.models import Account
from oshrisk.ledger import Ledger, enter, set_roles, users

FIRST: Final = "admin"
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
_GROUPS, _GROUP = 4, 4  # about 79 bits
_LAPSES: Final = timedelta(days=7)


def one_time_password(name: str) -> str:
    """Give a user a password that must be changed at the next log-in.

    Parameters
    ----------
    name : str
        A user of the ledger.

    Returns
    -------
    str
        The password: it is shown once and kept nowhere; it lapses after a week.
    """
    user = get_user_model().objects.get(username=name)
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS)]
    password = "-".join(groups)
    user.set_password(password)  # ends every session of the user
    user.save(update_fields=["password"])
    Account.objects.update_or_create(user=user, defaults={"one_time_until": timezone.now() + _LAPSES})
    return password


def settle(user: Any) -> None:
    """Note that a user has chosen a password."""
    Account.objects.update_or_create(user=user, defaults={"one_time_until": None})


def first_admin(ledger: Ledger) -> str | None:
    """Return who gets the first one-time password; nobody where an account with a password is there already.

    Parameters
    ----------
    ledger : Ledger
        The ledger.

    Returns
    -------
    str or None
        An admin of the ledger (those who only worked on the command line have no password), or ``admin`` in a new one.
    """
    if any(user.has_usable_password() for user in get_user_model().objects.all()):
        return None
    enter(ledger, FIRST)
    roles = users(ledger)["roles"]
    admins = [str(name) for name, given in roles.items() if "admin" in given]
    return FIRST if FIRST in admins else admins[0]


def is_settled() -> bool:
    """Say whether anybody has chosen a password yet."""
    return bool(Account.objects.filter(one_time_until=None).exists())


def add(ledger: Ledger, name: str, roles: list[str], by: str) -> str:
    """Add a user with roles; return the one-time password."""
    set_roles(ledger, name, roles, by=by)
    return one_time_password(name.strip())

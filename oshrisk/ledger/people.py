"""Who may do what: users and their roles, kept as Django's users and groups so that the desk has the same.

The command line asks for no password: whoever can write to the database can name any user. Therefore every entry of
the log also holds the account of the operating system. The desk asks for passwords.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, Final

import pandas as pd

from oshrisk.errors import OshriskError
from oshrisk.ledger.chain import append
from oshrisk.ledger.connection import Ledger
from oshrisk.messages import text

ROLES: Final = ("reader", "planner", "reviewer", "approver", "admin")
FIRST_ROLES: Final = ("admin", "planner")  # of the first user: enough to plan, and to let others in
_NO_PASSWORD: Final = "!"  # noqa: S105  # Django's sign for an account that cannot log in
_LONGEST: Final = 150  # letters of a name: Django's limit


def enter(ledger: Ledger, name: str) -> bool:
    """Let the first user of a new ledger in, as admin and planner.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    name : str
        Who is at work.

    Returns
    -------
    bool
        True if the ledger had no users and `name` is now its first: say so to the user.
    """
    if ledger.rows("auth.user").exists():
        return False
    with ledger.changing():
        if ledger.rows("auth.user").exists():  # somebody was quicker
            return False
        _give(ledger, _name(name), FIRST_ROLES, by=_name(name))
    return True


def set_roles(ledger: Ledger, name: str, roles: Iterable[str], *, by: str) -> None:
    """Add a user, or give a user other roles.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    name : str
        The user.
    roles : iterable of str
        All roles that the user then has, of `ROLES`; none: the user may do nothing any more.
    by : str
        An admin.

    Raises
    ------
    OshriskError
        If a role is unknown, `by` is not an admin, or no admin would be left.
    """
    wanted = sorted(set(roles))
    for role in wanted:
        if role not in ROLES:
            raise OshriskError("ledger.unknown_role", role=role, roles=", ".join(ROLES))
    with ledger.changing():
        require(ledger, by, "admin")
        _give(ledger, _name(name), wanted, by=by)
        if not ledger.rows("auth.user").filter(groups__name="admin").exists():
            raise OshriskError("ledger.last_admin", user=name)


def users(ledger: Ledger) -> pd.DataFrame:
    """Return the users.

    Returns
    -------
    DataFrame, shape (n_users, 1)
        Indexed by ``user``: ``roles``, a list of names; by name.
    """
    rows = [(user.username, roles_of(user)) for user in ledger.rows("auth.user").order_by("username")]
    return pd.DataFrame(rows, columns=["user", "roles"]).set_index("user")


def require(ledger: Ledger, name: str, role: str) -> None:
    """Refuse whoever does not have a role.

    Raises
    ------
    OshriskError
        If the ledger does not know the user, or the user lacks the role.
    """
    user = ledger.rows("auth.user").filter(username=name).first()
    if user is None:
        raise OshriskError("ledger.unknown_user", user=name)
    if role not in roles_of(user):
        raise OshriskError("ledger.no_role", user=name, role=partial(text, f"ledger.roles.{role}"))


def roles_of(user: Any) -> list[str]:
    """Return the roles of a row of users, sorted."""
    return sorted(user.groups.values_list("name", flat=True))


def user_facts(user: Any) -> dict[str, Any]:
    """Return what the log holds of a user."""
    return {"table": "user", "id": user.pk, "name": user.username, "roles": roles_of(user)}


def _give(ledger: Ledger, name: str, roles: Iterable[str], *, by: str) -> None:
    user, _ = ledger.rows("auth.user").get_or_create(username=name, defaults={"password": _NO_PASSWORD})
    user.groups.set([ledger.rows("auth.group").get_or_create(name=role)[0] for role in roles])
    append(ledger, "user", by, [user_facts(user)])


def _name(name: str) -> str:
    if not 0 < len(name.strip()) <= _LONGEST:
        raise OshriskError("ledger.bad_name", value=name, most=_LONGEST)
    return name.strip()

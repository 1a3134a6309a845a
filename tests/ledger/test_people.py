"""Users and roles."""

import pytest

from oshrisk.errors import OshriskError
from oshrisk.ledger import log, save_version, set_roles, users
from oshrisk.ledger.people import ROLES
from oshrisk.messages import LANGUAGES, text

from .builders import visits


def test_users_and_their_roles(ledger):
    assert users(ledger)["roles"].to_dict() == {
        "hoa": ["reviewer"],
        "lan": ["admin", "planner"],
        "minh": ["planner"],
        "son": ["approver", "reviewer"],
    }


def test_roles_are_replaced_and_logged(ledger):
    set_roles(ledger, "minh", ["reader"], by="lan")
    last = log(ledger).iloc[-1]
    assert (last["kind"], last["by"]) == ("user", "lan")
    assert last["payload"]["rows"][0]["roles"] == ["reader"]
    with pytest.raises(OshriskError, match="minh"):
        save_version(ledger, "2027Q1", visits("a"), {}, "minh", based_on=0)


@pytest.mark.parametrize(
    ("name", "roles", "by", "code"),
    [
        ("thu", ["planner"], "minh", "no_role"),
        ("thu", ["planner"], "thu", "unknown_user"),
        ("thu", ["director"], "lan", "unknown_role"),
        ("  ", ["planner"], "lan", "bad_name"),
        ("x" * 151, ["planner"], "lan", "bad_name"),
        ("lan", ["planner"], "lan", "last_admin"),
    ],
)
def test_who_may_let_whom_in(ledger, name, roles, by, code):
    before = users(ledger)
    with pytest.raises(OshriskError) as error:
        set_roles(ledger, name, roles, by=by)
    assert error.value.code == f"ledger.{code}"
    assert users(ledger).equals(before)


def test_accounts_cannot_log_in_until_they_have_a_password(ledger):
    assert not any(user.has_usable_password() for user in ledger.rows("auth.user"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_role_has_its_text(language):
    assert len({text(f"ledger.roles.{role}", language) for role in ROLES}) == len(ROLES)

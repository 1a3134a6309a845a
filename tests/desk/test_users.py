"""The admin's page of users."""

import re

import pytest

from oshrisk.ledger import log, users

from .people import PEOPLE, send


def test_adding_a_user_shows_the_password_once(browser):
    from django.test import Client

    from oshrisk.desk.site import ledger

    admin = browser("an")
    answer = send(admin, "/users/add/", {"name": "thu", "roles": ["reader", "reviewer"]}, page="/users/")
    given = re.search(r"<code>([a-z0-9-]+)</code>", answer.content.decode())[1]
    assert users(ledger()).loc["thu", "roles"] == ["reader", "reviewer"]
    assert log(ledger()).iloc[-1][["by", "kind"]].tolist() == ["an", "user"]
    assert given not in admin.get("/users/").content.decode()
    assert Client().login(username="thu", password=given)


def test_roles_change_at_once(browser):
    reader = browser("binh")
    assert reader.get("/users/").status_code == 403
    number = _number("binh")
    send(browser("an"), f"/users/{number}/roles/", {"roles": ["admin"]}, page="/users/")
    assert reader.get("/users/").status_code == 200
    send(browser("an"), f"/users/{number}/roles/", {}, page="/users/")
    assert reader.get("/2027Q1/").status_code == 403


def test_a_new_password_ends_every_session(browser):
    reader = browser("binh")
    answer = send(browser("an"), f"/users/{_number('binh')}/password/", page="/users/")
    assert "Mật khẩu dùng một lần" in answer.content.decode()
    assert reader.get("/2027Q1/").status_code == 302


def test_what_cannot_be_is_said(browser):
    admin = browser("an")
    assert send(admin, "/users/add/", {"name": "binh"}, page="/users/").status_code == 409
    assert send(admin, "/users/add/", {"name": " "}, page="/users/").status_code == 422
    wrong = send(admin, "/users/add/", {"name": "x", "roles": ["king"]}, page="/users/")
    assert "king" in wrong.content.decode()
    own = send(admin, f"/users/{_number('an')}/password/", page="/users/")
    assert own.status_code == 409


def test_an_admin_always_remains(browser):
    from oshrisk.desk.site import ledger

    admin = browser("an")
    send(admin, f"/users/{_number('lan')}/roles/", {"roles": ["planner"]}, page="/users/")
    answer = send(admin, f"/users/{_number('an')}/roles/", {"roles": ["reader"]}, page="/users/")
    assert "không còn quản trị" in answer.content.decode()
    assert users(ledger()).loc["an", "roles"] == ["admin"]


@pytest.mark.parametrize("name", [name for name, roles in PEOPLE.items() if "admin" not in roles])
@pytest.mark.parametrize("address", ["/users/add/", "/users/1/roles/", "/users/1/password/"])
def test_only_the_admin_changes_users(browser, name, address):
    from oshrisk.desk.site import ledger

    before = len(log(ledger()))
    page = "/password/" if not PEOPLE[name] else "/2027Q1/"
    assert send(browser(name), address, {"name": "x", "roles": ["admin"]}, page=page).status_code == 403
    assert len(log(ledger())) == before


def _number(name):
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(username=name).pk

"""Logging in and out, one-time passwords, limits, sessions."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings

from .people import PASSWORD, send


def log_in(client, name, password, **how):
    return send(client, "/login/", {"username": name, "password": password}, page="/login/", **how)


def test_the_first_admin_gets_a_one_time_password_once(new_desk):
    from oshrisk.desk import accounts
    from oshrisk.desk.site import ledger

    assert accounts.first_admin(ledger()) == "lan"  # who made the list on the command line
    first = accounts.one_time_password("lan")
    assert accounts.first_admin(ledger()) is None
    assert not accounts.is_settled()
    client = Client(enforce_csrf_checks=True)
    assert log_in(client, "lan", first)["Location"] == "/"
    for address in ("/", "/2027Q1/", "/users/"):  # nothing else opens before
        assert client.get(address)["Location"] == "/password/"
    fields = {"old_password": first, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert send(client, "/password/", fields, page="/password/").status_code == 302
    assert client.get("/2027Q1/").status_code == 200
    assert accounts.is_settled()
    assert not Client().login(username="lan", password=first)


def test_a_new_ledger_gets_an_admin(desk, monkeypatch, tmp_path):
    from oshrisk.desk import accounts
    from oshrisk.ledger import open_ledger, users

    other = open_ledger(tmp_path / "empty.sqlite3")
    monkeypatch.setattr(accounts, "get_user_model", lambda: type("None", (), {"objects": other.rows("auth.user")}))
    assert accounts.first_admin(other) == "admin"
    assert users(other).loc["admin", "roles"] == ["admin", "planner"]


def test_a_one_time_password_lapses(desk):
    from oshrisk.desk import accounts
    from oshrisk.desk.models import Account

    given = accounts.one_time_password("binh")
    account = Account.objects.get(user__username="binh")
    Account.objects.filter(pk=account.pk).update(one_time_until=account.one_time_until - timedelta(days=8))
    client = Client(enforce_csrf_checks=True)
    log_in(client, "binh", given)
    assert client.get("/password/")["Location"] == "/login/"


def test_passwords_are_kept_as_argon2(desk):
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
        from django.contrib.auth import get_user_model

        from oshrisk.desk import accounts

        accounts.one_time_password("binh")
        assert get_user_model().objects.get(username="binh").password.startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("ngắn", "quá ngắn"),
        ("password123", "quá phổ biến"),
        ("12345678901234", "hoàn toàn là số"),
        (PASSWORD, "phải khác"),
    ],
)
def test_weak_passwords_are_refused(browser, new, said):
    client = browser("binh")
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    answer = send(client, "/password/", fields, page="/password/")
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert Client().login(username="binh", password=PASSWORD)


def test_the_present_password_is_asked_for(browser):
    fields = {"old_password": "guess", "new_password1": "another-long-one", "new_password2": "another-long-one"}
    answer = send(browser("binh"), "/password/", fields, page="/password/")
    assert "không phải là mật khẩu hiện tại" in answer.content.decode()


def test_a_new_password_ends_the_other_sessions(browser):
    here, there = browser("binh"), browser("binh")
    fields = {"old_password": PASSWORD, "new_password1": "another-long-one", "new_password2": "another-long-one"}
    send(here, "/password/", fields, page="/password/")
    assert here.get("/2027Q1/").status_code == 200
    assert there.get("/2027Q1/").status_code == 302


def test_after_five_failures_the_right_password_is_refused_too(browser):
    client = browser()
    said = [log_in(client, "binh", f"guess-{number}").status_code for number in range(5)]
    assert said == [200] * 5
    answer = log_in(client, "binh", PASSWORD)
    assert answer.status_code == 429
    assert "quá nhiều lần" in answer.content.decode()
    assert log_in(client, "lan", PASSWORD).status_code == 302  # somebody else from the same machine is not locked out


def test_a_machine_that_tries_many_names_is_refused(browser):
    client = browser()
    for number in range(20):
        log_in(client, f"name-{number}", "guess")
    assert log_in(client, "lan", PASSWORD).status_code == 429
    elsewhere = Client(enforce_csrf_checks=True, REMOTE_ADDR="192.0.2.7")
    assert log_in(elsewhere, "lan", PASSWORD).status_code == 302


def test_failures_are_forgotten_after_a_while(browser):
    from oshrisk.desk.limits import WINDOW
    from oshrisk.desk.models import Attempt

    client = browser()
    for number in range(5):
        log_in(client, "binh", f"guess-{number}")
    for attempt in Attempt.objects.all():
        Attempt.objects.filter(pk=attempt.pk).update(at=attempt.at - WINDOW)
    assert log_in(client, "binh", PASSWORD).status_code == 302


@pytest.mark.parametrize(("proxied", "address"), [(False, "127.0.0.1"), (True, "198.51.100.4")])
def test_only_a_proxy_may_say_whose_machine_it_is(desk, rf, proxied, address):
    from dataclasses import replace

    from oshrisk.desk.limits import address_of
    from oshrisk.desk.site import site

    asked = rf.get("/login/", HTTP_X_FORWARDED_FOR="10.0.0.1, 198.51.100.4")
    with override_settings(OSHRISK_SITE=replace(site(), proxied=proxied)):
        assert address_of(asked) == address


def test_no_form_goes_without_its_token(browser):
    from oshrisk.desk.models import Job

    answer = browser("lan").post("/2027Q1/plan/")
    assert answer.status_code == 403
    assert "quá lâu" in answer.content.decode()
    assert not Job.objects.exists()


def test_a_session_ends_in_any_case(browser):
    from oshrisk.desk.settings import LONGEST

    client = browser("binh")
    client.get("/2027Q1/")
    session = client.session
    session["since"] -= LONGEST + 1
    session.save()
    assert client.get("/2027Q1/")["Location"] == "/login/"
    assert client.get("/2027Q1/")["Location"].startswith("/login/?next=")


def test_logging_out(browser):
    client = browser("binh")
    assert client.get("/logout/").status_code == 405  # a link of another site must not do it
    send(client, "/logout/")
    assert client.get("/2027Q1/").status_code == 302


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(browser, target):
    client = browser()
    fields = {"username": "binh", "password": PASSWORD, "next": target}
    assert send(client, "/login/", fields, page="/login/")["Location"] == "/"
    assert send(client, "/language/", {"language": "en", "next": target})["Location"].startswith("/")


def test_cookies_are_not_for_scripts(browser):
    client = browser()
    answer = log_in(client, "binh", PASSWORD)
    for cookie in ("sessionid", "csrftoken"):
        assert answer.cookies[cookie]["httponly"]
        assert answer.cookies[cookie]["samesite"] == "Lax"

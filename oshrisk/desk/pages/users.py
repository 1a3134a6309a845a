"""Users and their roles: for the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oshrisk.desk import accounts
from oshrisk.desk.failures import message_of, spoken, status_of
from oshrisk.desk.roles import needs
from oshrisk.desk.site import ledger
from oshrisk.errors import OshriskError
from oshrisk.ledger import ROLES, set_roles
from oshrisk.messages import text


@require_GET
@needs("admin")
def users(request: HttpRequest) -> HttpResponse:
    """Show who may do what."""
    return _page(request)


@require_POST
@needs("admin")
def add(request: HttpRequest) -> HttpResponse:
    """Add a user; the one-time password is shown once."""
    name, roles = request.POST.get("name", "").strip(), request.POST.getlist("roles")
    if get_user_model().objects.filter(username=name).exists():
        said = _("There is a user of this name already.")
        return _page(request, said=said, typed={"name": name, "roles": roles}, status=409)
    try:
        given = accounts.add(ledger(), name, roles, request.user.username)
    except OshriskError as error:
        typed = {"name": name, "roles": roles}
        return _page(request, said=message_of(error, spoken()), typed=typed, status=status_of(error))
    return _page(request, given={"name": name, "password": given})


@require_POST
@needs("admin")
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Give a user other roles; without any, the user may do nothing more."""
    user = get_object_or_404(get_user_model(), pk=number)
    try:
        set_roles(ledger(), user.username, request.POST.getlist("roles"), by=request.user.username)
    except OshriskError as error:
        return _page(request, said=message_of(error, spoken()), status=status_of(error))
    messages.success(request, _("The roles of %(user)s are changed.") % {"user": user.username})
    return redirect("users")


@require_POST
@needs("admin")
def reset(request: HttpRequest, number: int) -> HttpResponse:
    """Give a user a new one-time password; the old one, and every session, ends."""
    user = get_object_or_404(get_user_model(), pk=number)
    if user == request.user:
        return _page(request, said=_("Change your own password on the page for it."), status=409)
    return _page(request, given={"name": user.username, "password": accounts.one_time_password(user.username)})


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = get_user_model().objects.order_by("username").prefetch_related("groups").select_related("account")
    roles = [(role, text(f"ledger.roles.{role}", spoken()), text(f"desk.duties.{role}", spoken())) for role in ROLES]
    shown = [
        {
            "user": user,
            "roles": {group.name for group in user.groups.all()},
            "state": _state(user),
        }
        for user in rows
    ]
    return render(request, "desk/users.html", {"rows": shown, "every_role": roles, **more}, status=status)


def _state(user: Any) -> str:
    if not user.has_usable_password():
        return _("no password: command line only")
    account = getattr(user, "account", None)
    if account is not None and account.one_time_until is not None:
        return _("one-time password, not used yet")
    return _("own password")


URLS = [
    path("users/", users, name="users"),
    path("users/add/", add, name="add_user"),
    path("users/<int:number>/roles/", change, name="change_user"),
    path("users/<int:number>/password/", reset, name="reset_user"),
]

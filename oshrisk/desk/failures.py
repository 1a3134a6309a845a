"""Pages that say what went wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES, Language, catalogue, text

FORBIDDEN, MISSING, CONFLICT, UNUSABLE = 403, 404, 409, 422
_STATUS: Final = {
    "ledger.conflict": CONFLICT,
    "ledger.frozen": CONFLICT,
    "ledger.not_latest": CONFLICT,
    "ledger.no_role": FORBIDDEN,
    "ledger.same_person": FORBIDDEN,
    "results.no_plan_folder": MISSING,
}


def spoken() -> Language:
    """Return the language of the page being made."""
    wish = get_language()
    return next((language for language in LANGUAGES if language == wish), LANGUAGES[0])


def message_of(error: OshriskError, language: Language) -> str:
    """Say what is wrong and how to mend it: at the desk, where the command line's advice would not help.

    Parameters
    ----------
    error : OshriskError
        What a room said.
    language : {"vi", "en"}
        Language.

    Returns
    -------
    str
        The error's own words; its advice is that of ``[mend]`` in the catalogue ``desk`` where there is one.
    """
    room, name = error.code.split(".", 1)
    advice = catalogue("desk", language)["mend"].get(room, {}).get(name)
    if advice is None:
        return error.message(language)
    values = {key: value(language) if callable(value) else value for key, value in error.values.items()}
    return f"{text(f'{room}.errors.{name}.what', language, **values)} {advice}"


def status_of(error: OshriskError) -> int:
    """Return the HTTP status that fits an error."""
    return _STATUS.get(error.code, UNUSABLE)


def told(request: HttpRequest, error: OshriskError) -> HttpResponse:
    """Answer with a page for an error that the user can mend."""
    return _page(request, _("That did not work"), message_of(error, spoken()), status_of(error))


def refused(request: HttpRequest, roles: Collection[str]) -> HttpResponse:
    """Answer that a page, or a deed, is for other roles."""
    if not roles:
        return _page(request, _("No role"), _("Your account has no role yet. Ask the administrator."), FORBIDDEN)
    named = ", ".join(text(f"ledger.roles.{role}", spoken()) for role in roles)
    said = _("This needs the role: %(roles)s. You are logged in as %(user)s.")
    return _page(request, _("Not allowed"), said % {"roles": named, "user": request.user.username}, FORBIDDEN)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django gives it
    """Answer to a form without its token: an old page, or another site."""
    said = _("This page was open for too long. What you typed is kept; load the page again and send it once more.")
    return _page(request, _("Form too old"), said, FORBIDDEN)


def missing(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  # as above
    """Answer that there is no such page."""
    return _page(request, _("Not found"), _("There is no such page, or no such enterprise."), MISSING)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer to `PermissionDenied`, whose arguments are the roles that are needed."""
    return refused(request, getattr(exception, "args", ()))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer to a defect of the program; the terminal has the trace."""
    said = _("This is a defect of the program, not your mistake. Nothing was changed. The terminal shows the details.")
    return _page(request, _("Something broke"), said, 500)


def _page(request: HttpRequest, title: str, said: str, status: int) -> HttpResponse:
    if not hasattr(request, "user"):  # too early for who is asking
        return HttpResponse(f"{title}. {said}", status=status, content_type="text/plain; charset=utf-8")
    return render(request, "desk/failure.html", {"title": title, "said": said}, status=status)

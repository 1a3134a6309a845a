"""What happens around every page: security headers, the language, and who may pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation

from oshrisk.desk.failures import refused, told
from oshrisk.desk.settings import LONGEST
from oshrisk.errors import OshriskError
from oshrisk.messages import LANGUAGES

Respond = Callable[[HttpRequest], HttpResponse]
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # pictures of documents stand in the page
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_OPEN_PAGES: Final = frozenset(("login", "logout", "password", "set_language"))  # for whoever may do nothing else
_TOUCH: Final = 300  # seconds between two renewals of a session: not every page writes


def headers(respond: Respond) -> Respond:
    """Add the headers that Django has no setting for; pages are never kept by browsers or proxies."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("X-Frame-Options", "DENY")  # for browsers older than frame-ancestors
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def language(respond: Respond) -> Respond:
    """Speak the language that was switched to; at first that of the programme, whatever the browser prefers."""

    def answer(request: HttpRequest) -> HttpResponse:
        wish = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        with translation.override(wish if wish in LANGUAGES else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = respond(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    return answer


class Gate:
    """Let in whoever has a role, a session that is not too old, and a password of their own."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note the roles of whoever asks."""
        request.roles = _roles(request.user)
        return self.respond(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _names: Any) -> HttpResponse | None:
        """Send back whoever may not pass."""
        if not request.user.is_authenticated:
            return None  # LoginRequiredMiddleware has looked already: this page is for everybody
        if _too_old(request):
            request.session.flush()
            return redirect("login")
        if request.resolver_match.url_name in _OPEN_PAGES:
            return None
        if request.user.account_due:
            return redirect("password")
        return None if request.roles else refused(request, ())

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say what the user can mend."""
        return told(request, error) if isinstance(error, OshriskError) else None


def _roles(user: Any) -> frozenset[str]:
    """Return the roles of whoever asks, and note whether the password is still the one-time one."""
    if not user.is_authenticated:
        return frozenset()
    account = getattr(user, "account", None)
    user.account_due = account is not None and account.one_time_until is not None
    return frozenset(user.groups.values_list("name", flat=True))


def _too_old(request: HttpRequest) -> bool:
    now = int(time.time())
    since = request.session.setdefault("since", now)
    if now - request.session.get("seen", 0) > _TOUCH:
        request.session["seen"] = now  # writes the session, and so moves its end
    lapsed = request.user.account_due and request.user.account.one_time_until < timezone.now()
    return bool(now - since > LONGEST or lapsed)

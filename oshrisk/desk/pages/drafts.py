"""What was typed into forms and not sent yet: kept on the server, so that closing the browser loses nothing."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from oshrisk.desk.models import Draft

_LONGEST_KEY: Final = 200
_MOST: Final = 200  # drafts of a person: the oldest go
_NEVER_KEPT: Final = frozenset(("csrfmiddlewaretoken", "based_on", "version"))  # these must be those of the page


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the fields of a form."""
    key = request.POST.get("draft", "")
    if not key or len(key) > _LONGEST_KEY:
        return HttpResponse(status=400)
    fields = {name: request.POST[name] for name in request.POST if name not in _NEVER_KEPT | {"draft"}}
    Draft.objects.update_or_create(user=request.user, key=key, defaults={"fields": fields})
    old = Draft.objects.filter(user=request.user).order_by("-at").values_list("pk", flat=True)[_MOST:]
    Draft.objects.filter(pk__in=list(old)).delete()
    return HttpResponse(status=204)


def draft_of(request: HttpRequest, key: str) -> dict[str, Any]:
    """Return what somebody typed into a form and did not send; empty where there is nothing."""
    found = Draft.objects.filter(user=request.user, key=key).first()
    return dict(found.fields) if found else {}


def drop_draft(request: HttpRequest, key: str) -> None:
    """Forget a draft: its form was sent."""
    Draft.objects.filter(user=request.user, key=key).delete()


URLS = [path("drafts/", keep, name="keep_draft")]

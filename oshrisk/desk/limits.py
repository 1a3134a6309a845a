"""How often somebody may try to log in."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from oshrisk.desk.models import Attempt
from oshrisk.desk.site import site

WINDOW: Final = timedelta(minutes=15)
MOST_OF_NAME_AND_ADDRESS: Final = 5
MOST_OF_ADDRESS: Final = 20
MOST_OF_NAME: Final = 50  # from many addresses: high, so that nobody can lock another out from one machine


def address_of(request: HttpRequest) -> str:
    """Return whose machine asks; behind a proxy, what the proxy itself has added."""
    behind = request.META.get("HTTP_X_FORWARDED_FOR", "") if site().proxied else ""
    return (behind.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", ""))[:45]


def too_many(request: HttpRequest, name: str) -> bool:
    """Say whether there were too many failed log-ins under a name or from a machine lately."""
    recent = Attempt.objects.filter(at__gt=timezone.now() - WINDOW)
    here, of_name = recent.filter(address=address_of(request)), recent.filter(name=name[:150])
    return (
        here.filter(name=name[:150]).count() >= MOST_OF_NAME_AND_ADDRESS
        or here.count() >= MOST_OF_ADDRESS
        or of_name.count() >= MOST_OF_NAME
    )


def note_failure(request: HttpRequest, name: str) -> None:
    """Remember a failed log-in, and forget those that no longer count."""
    now = timezone.now()
    Attempt.objects.filter(at__lte=now - WINDOW).delete()
    Attempt.objects.create(name=name[:150], address=address_of(request), at=now)


def forgive(request: HttpRequest, name: str) -> None:
    """Forget the failed log-ins of somebody who is in now."""
    Attempt.objects.filter(name=name[:150], address=address_of(request)).delete()

"""What every page shows: the menu, who is logged in, the mark of simulated data, the work that is going on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from oshrisk import __version__
from oshrisk.desk import navigation, quarters
from oshrisk.desk.models import Job
from oshrisk.desk.simulated import is_simulated
from oshrisk.desk.site import workspace


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """Return the names that the base template needs.

    Parameters
    ----------
    request : HttpRequest
        The request.

    Returns
    -------
    dict
        Little for whoever is not logged in.
    """
    place = workspace()
    shown: dict[str, Any] = {
        "version": __version__,
        "office": place.programme.office,
        "simulated": is_simulated(place),
        "language": get_language(),
        "roles": getattr(request, "roles", frozenset()),
    }
    if not shown["roles"] or request.user.account_due:
        return shown
    quarter = quarters.current(request)
    jobs = Job.objects.filter(state__in=Job.OPEN).order_by("pk")
    return shown | {
        "menu": navigation.menu(request, quarter),
        "quarter": quarter,
        "quarters": quarters.choices(),
        "open_jobs": list(jobs),
    }

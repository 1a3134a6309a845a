"""The addresses of all pages."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path, register_converter
from django.views.i18n import set_language

from oshrisk.desk.quarters import QuarterConverter

register_converter(QuarterConverter, "quarter")

from oshrisk.desk.pages import (  # noqa: E402  # their addresses use the converter
    account,
    changes,
    data,
    decisions,
    documents,
    drafts,
    enterprise,
    evidence,
    files,
    home,
    jobs,
    log,
    province,
    quarter,
    register,
    results,
    signing,
    users,
    whatif,
)

urlpatterns = [
    path("language/", login_not_required(set_language), name="set_language"),
    *home.URLS,
    *account.URLS,
    *users.URLS,
    *drafts.URLS,
    *jobs.URLS,
    *quarter.URLS,
    *register.URLS,
    *decisions.URLS,
    *changes.URLS,
    *signing.URLS,
    *files.URLS,
    *documents.URLS,
    *province.URLS,
    *whatif.URLS,
    *data.URLS,
    *results.URLS,
    *evidence.URLS,
    *log.URLS,
    *enterprise.URLS,
]
handler403 = "oshrisk.desk.failures.forbidden"
handler404 = "oshrisk.desk.failures.missing"
handler500 = "oshrisk.desk.failures.broken"

"""What templates need to speak: texts of the catalogues, numbers, dates and times as people write them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
from django import template

from oshrisk.desk.failures import spoken
from oshrisk.desk.models import Job
from oshrisk.desk.pages.jobs import shown
from oshrisk.features.wording import date_text, number_text
from oshrisk.ledger.telling import local_time
from oshrisk.messages import text

register = template.Library()


@register.simple_tag
def words(key: str, *codes: object) -> str:
    """Return a text of the catalogues: ``{% words "ledger.reasons" row.reason_code %}``."""
    return text(".".join([key, *map(str, codes)]), spoken())


@register.inclusion_tag("desk/parts/job.html", takes_context=True)
def job_panel(context: dict[str, Any], job: Job) -> dict[str, Any]:
    """Show a job."""
    return {"job": shown(job), "csrf_token": context.get("csrf_token")}


@register.filter
def number(value: float | None, digits: int = 2) -> str:
    """Write a number; nothing where it is unknown."""
    return "" if value is None or pd.isna(value) else number_text(round(float(value), digits), spoken())


@register.filter
def day(value: Any) -> str:
    """Write a date; nothing where it is unknown."""
    return "" if value is None or pd.isna(value) else date_text(pd.Timestamp(value), spoken())


@register.filter
def moment(value: datetime | None) -> str:
    """Write a time of the ledger as the clock of this machine showed it."""
    return "" if value is None else local_time(value)

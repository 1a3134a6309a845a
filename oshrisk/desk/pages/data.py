"""Registers: what is in place, handing in others, what is to be mended, and putting them in place."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oshrisk import intake
from oshrisk.desk import handed_in, jobs, quarters
from oshrisk.desk.failures import spoken
from oshrisk.desk.models import Job
from oshrisk.desk.roles import needs
from oshrisk.desk.settings import MEGABYTE, UPLOAD_LIMIT
from oshrisk.desk.site import ledger, workspace
from oshrisk.desk.uploads import uploaded
from oshrisk.messages import Language, text
from oshrisk.planning import Quarter
from oshrisk.registry.template import write_template
from oshrisk.registry.titles import table_title

PAGE: Final = 50  # rows
SHOWN: Final = 20  # files that were handed in
ROWS: Final = ("planner", "reviewer", "approver")  # who sees rows: they hold owners' phones and addresses (FACTS R7.3)


@require_GET
def data(request: HttpRequest) -> HttpResponse:
    """Show the registers in place, and what was handed in."""
    place = workspace()
    shown = {
        "source": place.programme.registers.source,
        "in_place": _counted(intake.checked(place, intake.IN_PLACE), spoken()),
        "files": [(one, _counted(intake.checked(place, one.number), spoken())) for one in _latest()],
        "limit": UPLOAD_LIMIT // MEGABYTE,
        "may": "planner" in request.roles,
        "sees_rows": bool(request.roles.intersection(ROWS)),
    }
    return render(request, "desk/data.html", shown)


@require_GET
@needs("planner")
def empty_workbook(request: HttpRequest) -> FileResponse:  # noqa: ARG001  # Django gives it
    """Give out the empty workbook of registers, with its titles and explanations."""
    name, province = text("cli.template_name", spoken()), workspace().programme.office.province_code
    with TemporaryDirectory() as folder:
        written = write_template(Path(folder) / name, spoken(), province_code=province)
        return FileResponse(BytesIO(written.read_bytes()), as_attachment=True, filename=name)


@require_POST
@needs("planner")
def upload(request: HttpRequest) -> HttpResponse:
    """Take registers that are handed in, and check them: as a job."""
    file = uploaded(request, "registers")
    one = intake.hand_in(workspace(), file.name, file.chunks(), request.user.username)
    return _check(request, one.number)


@require_POST
@needs("planner")
def check(request: HttpRequest) -> HttpResponse:
    """Check the registers in place again."""
    return _check(request, intake.IN_PLACE)


@require_GET
def checked_job(request: HttpRequest, quarter: Quarter, number: int) -> HttpResponse:  # noqa: ARG001  # as all jobs
    """Go to the check that a job has made."""
    job = get_object_or_404(Job, pk=number, kind="check")
    return redirect("checked", job.options["number"])


@require_GET
@needs(*ROWS)
def checked(request: HttpRequest, number: str) -> HttpResponse:
    """Show rows of a check: those to be mended, or those that were accepted."""
    place, language = workspace(), spoken()
    facts = intake.checked(place, number)
    if facts is None:
        raise Http404
    wish = _wish(request, facts)
    shown = {
        "number": number,
        "one": next((one for one in intake.handed_in(place) if one.number == number), None),
        "counted": _counted(facts, language),
        "notes": facts["notes"][language],
        "codes": [(code, text(f"registry.errors.{code}.title", language), n) for code, n in facts["codes"].items()],
        "tables": [(name, table_title(name, language)) for name in facts["counts"]],
        "wish": wish,
        "here": urlencode({name: value for name, value in wish.items() if value}),
        "may": "planner" in request.roles,
        **_rows(request, number, wish, language),
    }
    return render(request, "desk/parts/checked.html" if request.htmx else "desk/checked.html", shown)


@require_GET
@needs(*ROWS)
def marked(request: HttpRequest, number: str) -> FileResponse:  # noqa: ARG001  # Django gives it
    """Give out the report with marked cells."""
    facts = intake.checked(workspace(), number)
    if facts is None:
        raise Http404
    file = intake.check_folder(workspace(), number) / facts["marked"]
    return FileResponse(file.open("rb"), as_attachment=True, filename=facts["marked"])


@require_POST
@needs("planner")
def use(request: HttpRequest, number: str) -> HttpResponse:
    """Put registers in place; the next list is made of them."""
    aside = intake.put_in_place(workspace(), ledger(), number, request.user.username)
    said = _("These registers are in place now. Those before are kept as %(name)s.")
    messages.success(request, said % {"name": f"{aside.parent.name}/{aside.name}"})
    return _check(request, intake.IN_PLACE)


def _latest() -> list[intake.HandedIn]:
    return intake.handed_in(workspace())[:SHOWN]


def _check(request: HttpRequest, number: str) -> HttpResponse:
    quarter = str(quarters.current(request))
    job = jobs.ask("check", request.user.username, spoken(), quarter=quarter, number=number)
    return redirect("job", job.pk)


def _counted(facts: dict[str, Any] | None, language: Language) -> dict[str, Any] | None:
    """Return the rows of a check by table, and all together."""
    if facts is None:
        return None
    rows = [{"title": table_title(name, language), "name": name, **counts} for name, counts in facts["counts"].items()]
    total = {kind: sum(row[kind] for row in rows) for kind in ("read", "accepted", "quarantined")}
    return {"rows": rows, **total, "simulated": facts["simulated"], "read_on": facts["read_on"]}


def _wish(request: HttpRequest, facts: dict[str, Any]) -> dict[str, str]:
    asked = request.GET
    kind = asked.get("kind", "")
    default = "quarantined" if facts["codes"] else "accepted"
    wish = {"kind": kind if kind in handed_in.KINDS else default, "search": asked.get("search", "")[:200]}
    wish["table"] = asked.get("table", "") if asked.get("table") in facts["counts"] else ""
    wish["code"] = asked.get("code", "") if asked.get("code") in facts["codes"] else ""
    if wish["kind"] == "accepted":
        wish |= {"code": "", "table": wish["table"] or "enterprises"}
    return wish


def _rows(request: HttpRequest, number: str, wish: dict[str, str], language: Language) -> dict[str, Any]:
    folder = intake.check_folder(workspace(), number)
    table, search = wish["table"], wish["search"]
    if wish["kind"] == "accepted":
        rows = handed_in.accepted(folder, table=table, search=search)
        page = Paginator(range(len(rows)), PAGE).get_page(request.GET.get("page"))
        some = rows.iloc[list(page.object_list)]
        heads = handed_in.heads(table, rows.columns, language)
        return {"page": page, "count": len(rows), "heads": heads, "accepted": handed_in.cells(some, language)}
    rows = handed_in.to_mend(folder, table=table, code=wish["code"], search=search)
    page = Paginator(range(len(rows)), PAGE).get_page(request.GET.get("page"))
    some = rows.iloc[list(page.object_list)]
    some = some.assign(what=some[f"what_{language}"], how=some[f"mend_{language}"])
    said = [row | {"title": table_title(row["table"], language)} for row in some.to_dict("records")]
    return {"page": page, "count": len(rows), "to_mend": said}


URLS = [
    path("data/", data, name="data"),
    path("data/template/", empty_workbook, name="empty_workbook"),
    path("data/upload/", upload, name="upload_registers"),
    path("data/check/", check, name="check_registers"),
    path("data/<str:number>/", checked, name="checked"),
    path("data/<str:number>/marked/", marked, name="marked_registers"),
    path("data/<str:number>/use/", use, name="use_registers"),
    path("<quarter:quarter>/checked/<int:number>/", checked_job, name="checked_job"),
]

"""Taking the files of a list away."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.urls import path
from django.views.decorators.http import require_GET

from oshrisk.desk import lists
from oshrisk.desk.downloads import files_of
from oshrisk.planning import Quarter


@require_GET
def download(request: HttpRequest, quarter: Quarter, name: str) -> FileResponse:  # noqa: ARG001  # Django gives it
    """Give out a file that the list's manifest names; nothing else of the working folder can be asked for."""
    if not lists.is_issued(quarter):
        raise Http404
    issued = lists.issued(quarter)
    if name not in {file.name for file in files_of(issued)}:
        raise Http404
    return FileResponse((issued.folder / name).open("rb"), as_attachment=True, filename=name)


URLS = [path("<quarter:quarter>/files/<str:name>", download, name="download")]

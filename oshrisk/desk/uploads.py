"""Files that browsers send."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from oshrisk.desk.settings import MEGABYTE, UPLOAD_LIMIT
from oshrisk.errors import OshriskError


def uploaded(request: HttpRequest, field: str) -> Any:
    """Return the file that was sent with a form.

    Parameters
    ----------
    request : HttpRequest
        The request.
    field : str
        Name of the field.

    Returns
    -------
    UploadedFile
        Its name is what the sender called it, and is never to be used as a path.

    Raises
    ------
    OshriskError
        If no file was chosen, it is empty, or larger than `UPLOAD_LIMIT`.
    """
    file = request.FILES.get(field)
    if file is None or not file.size:
        raise OshriskError("intake.no_upload")
    if file.size > UPLOAD_LIMIT:
        raise OshriskError("intake.upload_too_big", name=file.name, limit=UPLOAD_LIMIT // MEGABYTE)
    return file

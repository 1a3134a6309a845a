"""Notebooks as pages: a notebook in, its cells and what they printed out as Markdown.

The repository holds notebooks without outputs. The test that runs them keeps what they printed in the folder that
``OSHRISK_NOTEBOOKS`` names; the pages show it from there, and the cells alone where there is nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KEPT = "OSHRISK_NOTEBOOKS"
NOT_RUN = "*What the cells print is not shown here: it is there after the tests of the notebooks have been run.*"


def page_of(name: str, source: str) -> str:
    """Return a notebook as Markdown.

    Parameters
    ----------
    name : str
        File name of the notebook.
    source : str
        The notebook as it stands in the repository.

    Returns
    -------
    str
        MyST Markdown.
    """
    run = Path(os.environ.get(KEPT, ".")) / name
    executed = KEPT in os.environ and run.is_file()
    notebook = json.loads(run.read_text(encoding="utf-8") if executed else source)
    parts = [part for cell in notebook["cells"] for part in _cell(cell)]
    if not executed:
        parts.insert(1, NOT_RUN)
    return "\n\n".join(parts) + "\n"


def _cell(cell: dict[str, Any]) -> Iterator[str]:
    said = "".join(cell["source"])
    if cell["cell_type"] != "code":
        yield said
        return
    yield f"````python\n{said}\n````"
    outputs = [output.get("data", {"text/plain": output.get("text", "")}) for output in cell["outputs"]]
    drawn = any("image/png" in data for data in outputs)
    for data in outputs:
        if not (drawn and "".join(data.get("text/plain", "")).startswith("<Axes")):  # the picture says it
            yield _output(data)


def _output(data: dict[str, Any]) -> str:
    """Return an output in its richest form: HTML, a picture, or text."""
    if "text/html" in data:
        return _html("".join(data["text/html"]))
    if "image/png" in data:
        picture = "".join(data["image/png"]).replace("\n", "")
        return _html(f'<img alt="Picture drawn by the code above" src="data:image/png;base64,{picture}">')
    return f"````text\n{''.join(data['text/plain']).rstrip()}\n````"


def _html(inside: str) -> str:
    return f'````{{raw}} html\n<div class="output">\n{inside}\n</div>\n````'

"""Write each notebook from its script: ``python notebooks/pair.py``.

The scripts (``*.py``, cells marked by ``# %%``) are what is edited and reviewed; the notebooks beside them hold the
same cells without outputs. A test keeps the two alike.
"""

from __future__ import annotations

from pathlib import Path

import jupytext
import nbformat

HERE = Path(__file__).parent
SCRIPTS = sorted(path for path in HERE.glob("[0-9]*.py"))


def notebook_of(script: Path) -> nbformat.NotebookNode:
    """Return a script as a notebook without outputs, the same for the same script."""
    notebook = jupytext.read(script, fmt="py:percent")
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = {}
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def text_of(script: Path) -> str:
    """Return the notebook of a script as it stands in its file."""
    return str(nbformat.writes(notebook_of(script))) + "\n"


if __name__ == "__main__":
    for path in SCRIPTS:
        path.with_suffix(".ipynb").write_text(text_of(path), encoding="utf-8")

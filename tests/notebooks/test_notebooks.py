"""The notebooks: each is its script, asks, runs from end to end without a warning, and answers."""

import importlib.util
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

HERE = Path(__file__).parents[2] / "notebooks"
SPEC = importlib.util.spec_from_file_location("pair", HERE / "pair.py")
pair = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(pair)
QUIETLY = "[IPKernelApp]"  # what the kernel says of its own connection is not the notebook's

every_notebook = pytest.mark.parametrize("script", pair.SCRIPTS, ids=lambda path: path.stem)


@every_notebook
def test_notebook_is_its_script(script):
    stands = script.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert stands == pair.text_of(script), "run: python notebooks/pair.py"


@every_notebook
def test_notebook_asks_first_and_answers_last(script):
    cells = pair.notebook_of(script).cells
    assert "**Question.**" in cells[0].source
    assert "**Answer.**" in cells[-1].source
    assert any("imulat" in cell.source or "public" in cell.source for cell in cells[:2]), "says what the data is"


@every_notebook
def test_notebook_runs(script, tmp_path, monkeypatch):
    monkeypatch.delenv("OSHRISK_LANGUAGE", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    notebook = pair.notebook_of(script)
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": tmp_path}})
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    complaints = [output.text for output in outputs if output.get("name") == "stderr"]
    assert not [line for said in complaints for line in said.splitlines() if line and not line.startswith(QUIETLY)]
    assert outputs
    if "OSHRISK_NOTEBOOKS" in os.environ:  # the documentation shows what they printed
        kept = Path(os.environ["OSHRISK_NOTEBOOKS"])
        kept.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, kept / f"{script.stem}.ipynb")


def test_every_notebook_has_its_script():
    assert {path.stem for path in HERE.glob("*.ipynb")} == {path.stem for path in pair.SCRIPTS}

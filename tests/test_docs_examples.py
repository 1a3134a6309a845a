"""Every block of Python in the documentation runs as it stands, those of a page one after the other.

Before it, blocks of TOML are put into the files that their first lines name, as a reader would.
"""

import re
import shutil

import matplotlib
import pytest

from .test_docs import FENCE, PAGES, ROOT

ELSEWHERE = {"docs/lottery.md"}  # tests/planning/test_redraw.py runs it, without the package
FILE = re.compile(r"# (?!programme)(\S+\.toml)\n")  # a piece of the settings is no file of its own


def blocks_of(page):
    """Blocks of Python, and those of TOML that name their file."""
    found = FENCE.findall(page.read_text(encoding="utf-8"))
    return [(kind, inside) for kind, inside in found if kind == "python" or (kind == "toml" and FILE.match(inside))]


CODE = {page: blocks_of(page) for page in PAGES if page.relative_to(ROOT).as_posix() not in ELSEWHERE}
CODE = {page: blocks for page, blocks in CODE.items() if any(kind == "python" for kind, _ in blocks)}


@pytest.mark.parametrize("page", CODE, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_code_of_a_page_runs(page, demo_folder, tmp_path, monkeypatch):
    folder = tmp_path / "demo"
    shutil.copytree(demo_folder, folder)
    shutil.copy(folder / "registers" / "dien-bien-simulated.xlsx", folder / "registers.xlsx")
    monkeypatch.chdir(folder)
    matplotlib.use("Agg")
    names = {"__name__": "page"}
    for kind, block in CODE[page]:
        if kind == "toml":
            (folder / FILE.match(block)[1]).write_text(block, encoding="utf-8")
        else:
            exec(compile(block, str(page), "exec"), names)  # noqa: S102  # our own pages

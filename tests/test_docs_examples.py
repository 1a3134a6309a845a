"""Every block of Python in the documentation runs as it stands, those of a page one after the other."""

import shutil

import matplotlib
import pytest

from .test_docs import FENCE, PAGES, ROOT

ELSEWHERE = {"docs/lottery.md"}  # tests/planning/test_redraw.py runs it, without the package
CODE = {
    page: [inside for kind, inside in FENCE.findall(page.read_text(encoding="utf-8")) if kind == "python"]
    for page in PAGES
}
CODE = {page: blocks for page, blocks in CODE.items() if blocks and page.relative_to(ROOT).as_posix() not in ELSEWHERE}


@pytest.mark.parametrize("page", CODE, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_code_of_a_page_runs(page, demo_folder, tmp_path, monkeypatch):
    folder = tmp_path / "demo"
    shutil.copytree(demo_folder, folder)
    shutil.copy(folder / "registers" / "dien-bien-simulated.xlsx", folder / "registers.xlsx")
    monkeypatch.chdir(folder)
    matplotlib.use("Agg")
    names = {"__name__": "page"}
    for block in CODE[page]:
        exec(compile(block, str(page), "exec"), names)  # noqa: S102  # our own pages

"""How Sphinx builds the documentation; it needs nothing from outside and stops at the first warning (``make docs``).

The repository is the source folder, so that a link works in the built pages as it does where the repository is read.
The table of contents is what ``docs/index.md`` and the list of decisions link to: there is no second one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

import oshrisk

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
LISTS = ("docs/index", "docs/decisions/README")  # pages whose links are the contents, section by section

project = "oshrisk"
author = "the oshrisk authors"
version = release = oshrisk.__version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
root_doc = "docs/index"
source_suffix = {".md": "markdown", ".ipynb": "markdown"}
include_patterns = ["*.md", "docs/**.md", "models/*.md", "benchmarks/*.md", "notebooks/*.ipynb"]
exclude_patterns = [".venv", ".ci", "docs/_build"]
nitpicky = True
myst_heading_anchors = 3
myst_enable_extensions = ["dollarmath"]
suppress_warnings = ["myst.xref_ambiguous"]

autodoc_typehints = "none"  # numpydoc says the types, with shapes and units
autodoc_member_order = "bysource"
default_role = "literal"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
toc_object_entries = False

highlight_language = "none"  # a block says its language

html_theme = "furo"
html_title = f"oshrisk {version}"
html_theme_options = {"top_of_page_buttons": [], "source_view_link": "", "navigation_with_keys": False}
html_static_path = ["static"]
html_css_files = ["pages.css"]
html_show_sourcelink = False
html_show_copyright = False
html_copy_source = False
html_math_renderer = "mathml"
html_search_language = "en"


def contents(page: str, source: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Read the sections of a page and the pages that each links to.

    Parameters
    ----------
    page : str
        The page, as a path from the repository without its ending.
    source : str
        Its text.

    Yields
    ------
    tuple of str and dict of str to str
        Title of the section, empty for a page without sections; its pages, as `page`, with the words of the link.
    """
    whole, *sections = re.split(r"^## ", source, flags=re.MULTILINE)
    for section in sections or [f"\n{whole}"]:
        links = re.findall(r"\[([^\]]+)\]\(([^)#:]+)\.(?:md|ipynb)\)", section)
        paths = {((HERE.parent / page).parent / link).resolve(): words for words, link in links}
        if paths:
            found = {path.relative_to(HERE.parent).as_posix(): words for path, words in paths.items()}
            yield section.partition("\n")[0], found


def _add_contents(_app: Sphinx, page: str, source: list[str]) -> None:
    """Give Sphinx the table of contents that a page lists in words."""
    if page not in LISTS:
        return
    for title, pages in contents(page, source[0]):
        caption = [f":caption: {title}"] if title else []
        entries = [f"{words} </{path}>" for path, words in pages.items()]
        source[0] += "\n".join(["", "", "```{toctree}", *caption, ":hidden:", "", *entries, "```", ""])


def _read_notebook(app: Sphinx, page: str, source: list[str]) -> None:
    """Give Sphinx a notebook as Markdown."""
    from notebook_pages import page_of  # noqa: PLC0415  # beside this file, which is no package

    file = Path(app.env.doc2path(page))
    if file.suffix == ".ipynb":
        source[0] = page_of(file.name, source[0])


def _leave_out(_app: Sphinx, _what: str, name: str, *_others: object) -> bool | None:
    """Leave out what classes have from scikit-learn and pydantic; None lets autodoc decide."""
    return True if re.fullmatch(r"set_\w+_request|model_config", name) else None


def _formula(self: HTML5Translator, node: nodes.math | nodes.math_block) -> None:
    """Write a formula as MathML, which browsers show without a script."""
    block = isinstance(node, nodes.math_block)
    mathml = tex2mathml(node.astext(), as_block=block)
    self.body.append(f'<div class="math">{mathml}</div>' if block else mathml)
    raise nodes.SkipNode


def _open_at_the_start(app: Sphinx, problem: Exception | None) -> None:
    """Let the folder of the built pages open at the start page."""
    if problem is None and app.builder.format == "html":
        page = f'<!doctype html><meta http-equiv="refresh" content="0; url={root_doc}.html"><title>{project}</title>\n'
        (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register what is our own."""
    app.connect("source-read", _add_contents)
    app.connect("source-read", _read_notebook)
    app.connect("autodoc-skip-member", _leave_out)
    app.connect("build-finished", _open_at_the_start)
    app.add_html_math_renderer("mathml", inline_renderers=(_formula, None), block_renderers=(_formula, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""One direction of imports, and a quick start."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from oshrisk.cli import EXTRAS

PACKAGE = Path(__file__).parents[1] / "oshrisk"
BELOW = {"reference", "settings", "errors", "messages", "atomic", "display"}
# What each room may import, besides BELOW: the rooms on its left.
ARROWS = {
    "messages": set(),
    "errors": set(),
    "atomic": set(),
    "display": set(),
    "settings": set(),
    "reference": set(),
    "registry": set(),
    "simulate": {"registry"},
    "features": {"registry"},
    "risk": {"registry", "features"},
    "duties": {"registry", "features"},
    "planning": {"registry", "features", "risk"},
    "report": {"registry", "features", "risk", "planning"},
    "evaluate": {"registry", "features", "risk", "planning"},
    "workspace": set(),
    "demo": {"planning", "simulate", "workspace"},
    "ledger": {"planning"},
    "workflow": {"registry", "features", "risk", "planning", "ledger", "workspace"},
    "quarterly": {"registry", "features", "risk", "planning", "report", "ledger", "workflow", "workspace"},
    "verification": {"registry", "planning", "risk", "workflow", "quarterly", "workspace"},
    "issued": {
        *("registry", "features", "risk", "planning", "ledger"),
        *("workspace", "workflow", "quarterly", "verification"),
    },
    "pictures": {"registry", "features", "risk", "planning", "report", "evaluate", "issued", "workspace"},
    "field": {"registry", "features", "risk", "planning", "duties", "report", "issued"},
    "documents": {
        *("registry", "features", "risk", "planning", "duties", "report", "evaluate", "ledger"),
        *("pictures", "field", "issued", "recording", "workspace", "workflow"),
    },
    "settings_change": set(),
    "intake": {"registry", "ledger", "workspace"},
    "recording": {"registry", "planning", "ledger", "workflow", "workspace"},
    "scale": {"registry", "features", "risk", "planning", "report", "evaluate"},
    "modelling": {"registry", "features", "risk", "planning", "evaluate", "workspace"},
    "deciding": {"planning", "ledger", "workflow", "quarterly", "workspace"},
    "desk": {
        *("registry", "features", "risk", "planning", "report", "evaluate", "ledger", "pictures", "documents"),
        *("workspace", "workflow", "quarterly", "deciding", "recording", "settings_change", "intake"),
        *("verification", "issued", "modelling"),
    },
    "testing": {"registry", "features", "risk", "evaluate", "simulate"},
    "cli": {
        *("registry", "features", "risk", "planning", "report", "evaluate", "ledger"),
        *("workspace", "workflow", "quarterly", "verification", "demo", "modelling"),
        *("issued", "documents", "recording", "deciding", "desk"),
        "scale",
    },
}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"oshrisk.{alias.name}" for alias in node.names] if node.module == "oshrisk" else [node.module]
        for name in names:
            first, *rest = name.split(".")
            if first == "oshrisk" and rest:
                yield rest[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path):
    room = room_of(path)
    allowed = ARROWS[room] | (BELOW if room not in BELOW else {"messages", "errors"}) | {room, "__version__"}
    assert set(imported_rooms(path)) <= allowed


def test_every_room_has_its_arrows():
    assert {room_of(path) for path in FILES} == set(ARROWS)


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        ("import oshrisk", {"numpy", "pandas", "pydantic", "typer"}),
        ("import oshrisk.cli", {"numpy", "pandas", "pyarrow", "sklearn"}),
        (
            "import oshrisk.quarterly, oshrisk.registry.read, oshrisk.planning, oshrisk.report",
            {"sklearn", "scipy", "mlflow", "sqlalchemy", "matplotlib", "django"},
        ),
    ],
)
def test_heavy_packages_wait_until_they_are_used(statement, heavy):
    program = f"import sys; {statement}; print(*sorted(set(sys.modules) & {heavy!r}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not done.stdout.split()


def test_the_simulator_does_not_know_the_model():
    for path in (PACKAGE / "simulate").rglob("*.py"):
        assert not {"features", "risk", "planning", "report"} & set(imported_rooms(path))


def packages_of(path):
    """Packages of others that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        yield from {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"oshrisk"}


def test_a_package_that_is_not_always_there_is_named_with_its_extra():
    """Without it a user would see a traceback instead of what to install."""
    declared = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    always = {re.split(r"[>=<\[]", line)[0].replace("-", "_") for line in declared}
    used = {name for path in FILES for name in packages_of(path)}
    assert used - always <= set(EXTRAS)

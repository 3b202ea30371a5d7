"""The package as a whole: what it asks to be installed, what it loads, and what its tools see."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from nqpf_assets.user_input.project import Project
from tests.conftest import CHECKOUT

PYPROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
CARRIED = {"pydantic-core": "pydantic", "sqlalchemy": "dagster", "py4j": "pyspark"}
"""Packages that the code meets through the interface of one that is declared."""


def _requirements(lines: Iterable[str]) -> list[Requirement]:
    return [Requirement(line) for line in lines]


def _runtime() -> set[str]:
    """Names of what the package is installed with, its extras included."""
    asked = [
        *PYPROJECT["project"]["dependencies"],
        *chain(*PYPROJECT["project"]["optional-dependencies"].values()),
    ]
    return {canonicalize_name(one.name) for one in _requirements(asked)}


def _imported(folder: Path) -> dict[str, Path]:
    """Top-level modules imported anywhere below a folder → a file that does."""
    found: dict[str, Path] = {}
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0]: path for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                found[node.module.split(".")[0]] = path
    return {
        name: path
        for name, path in found.items()
        if name not in sys.stdlib_module_names and name not in ("nqpf_assets", "tests")
    }


@pytest.mark.slow
def test_what_is_imported_is_declared_and_what_is_declared_is_used() -> None:
    may = _runtime()
    may |= {name for name, carrier in CARRIED.items() if carrier in may}
    owners = packages_distributions()
    used = {  # an extra that is not installed here has a module of its own name
        name: {canonicalize_name(owner) for owner in owners.get(name, [name])}
        for name in _imported(CHECKOUT / "nqpf_assets")
    }
    assert {name: owner for name, owner in used.items() if not owner & may} == {}
    assert _runtime() - set().union(*used.values()) == set()


def test_everything_that_is_installed_is_pinned_and_nothing_names_an_address() -> None:
    lines = (CHECKOUT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", pin)] == []
    pinned = {canonicalize_name(pin.split("==")[0]): pin.split("==")[1] for pin in pins}
    asked = _requirements(
        [
            *PYPROJECT["project"]["dependencies"],
            *chain(*PYPROJECT["project"]["optional-dependencies"].values()),
            *PYPROJECT["dependency-groups"]["dev"],
            *PYPROJECT["dependency-groups"]["fuzz"],
            *PYPROJECT["build-system"]["requires"],
            "pip",
        ]
    )
    refused = [str(one) for one in asked if not one.specifier.contains(_pin(pinned, one))]
    assert refused == []
    assert _closure(asked) - set(pinned) == set()


def _pin(pinned: dict[str, str], one: Requirement) -> str:
    return pinned.get(canonicalize_name(one.name), "0")


def _closure(asked: Iterable[Requirement]) -> set[str]:
    """Names of everything that these requirements bring along here."""
    names: set[str] = set()
    waiting = [(one, "") for one in asked] + [(one, extra) for one in asked for extra in one.extras]
    while waiting:
        one, extra = waiting.pop()
        name = canonicalize_name(one.name)
        if one.marker and not one.marker.evaluate({"extra": extra}):
            continue
        if name in names and not extra:
            continue
        names.add(name)
        try:
            needs = _requirements(distribution(name).requires or ())
        except PackageNotFoundError:  # such as hatchling, which is there only while building
            continue
        waiting += [(need, wanted) for need in needs for wanted in ("", *one.extras)]
    return names


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        (
            "nqpf_assets.cli",
            "dagster duckdb polars numpy pandas scipy statsmodels sqlglot pydantic matplotlib",
        ),
        ("nqpf_assets.figures", "dagster duckdb polars numpy pandas scipy matplotlib PIL"),
        (
            "nqpf_assets.definitions",
            "pandas scipy statsmodels linearmodels sqlglot duckdb matplotlib",
        ),
    ],
)
def test_starting_loads_nothing_heavy(module: str, heavy: str) -> None:
    code = f"import sys, {module}; print(*sorted(set({heavy.split()}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ["dg", "check", "toml"],
        ["dg", "check", "defs"],
        ["dg", "list", "defs", "--json"],
        ["dagster", "definitions", "validate", "-w", "workspace.yaml"],
    ],
    ids=" ".join,
)
def test_dagsters_own_tools_find_the_definitions(
    command: list[str], built_small: Project, tmp_path: Path
) -> None:
    (tmp_path / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", "utf-8")
    here = os.environ | {"DAGSTER_HOME": str(tmp_path), "NQPF_PROJECT": str(built_small.root)}
    here["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{here['PATH']}"
    done = subprocess.run(
        command, cwd=CHECKOUT, env=here, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if "list" in command:
        assert '"first/table_1"' in done.stdout
        assert '"new_raw_files"' in done.stdout


def test_every_room_is_a_package_with_a_charter_and_few_files_lie_loose() -> None:
    package = CHECKOUT / "nqpf_assets"
    rooms = {path.parent for path in package.rglob("*.py")}
    without = [str(room) for room in rooms if not (room / "__init__.py").is_file()]
    assert without == []
    assert len([path for path in package.iterdir() if path.is_file()]) <= 3


def _ignored(*paths: str) -> set[str]:
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", *paths],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    return set(done.stdout.split())


def test_a_fresh_clone_shows_the_warehouse_and_nothing_that_was_built() -> None:
    built = ["warehouse/nqpf.duckdb", "warehouse/.lock", "warehouse/tables/panel/cell.parquet"]
    ours = ["warehouse/README.md", "nqpf_assets/warehouse/store.py", "tests/warehouse/test_a.py"]
    assert _ignored(*built, *ours) == set(built)
    assert "nqpf query" in (CHECKOUT / "warehouse" / "README.md").read_text("utf-8")


def test_clean_leaves_the_page_of_the_warehouse(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    for path in (".lock", "nqpf.duckdb", "tables/panel/cell.parquet", "README.md"):
        (warehouse / path).parent.mkdir(parents=True, exist_ok=True)
        (warehouse / path).touch()
    for _ in range(2):
        subprocess.run(["make", "-f", CHECKOUT / "Makefile", "clean"], cwd=tmp_path, check=True)
        assert [path.name for path in warehouse.iterdir()] == ["README.md"]

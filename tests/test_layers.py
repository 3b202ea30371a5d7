"""The rooms of the house and who may know whom: read from every import, those inside functions too.

An own test and no linter, because one walk over the imports holds all of it: the order of rooms, circles of
single modules within a room, and which rooms may know Dagster and DuckDB.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import nqpf_assets

ROOMS = (
    "messages",
    "plugins",
    "user_input",
    "warehouse",
    "steps",
    "catalog",
    "formats",
    "sources",
    "expressions",
    "studies",
    "estimators",
    "indices",
    "estimation",
    "checks",
    "stages",
    "projects",
    "publications",
    "explanations",
    "exports",
    "proofs",
    "figures",
    "replication",
    "questions",
    "site",
    "operations",
    "defs",
    "commands",
    "testing",
)
"""From left to right: a room imports from itself and from what stands before it."""

FRONT_DOORS = {"nqpf_assets", "nqpf_assets.cli", "nqpf_assets.definitions"}
"""The loose modules, which nothing in the rooms imports."""

ALONE = ("messages", "estimators", "indices")
"""Rooms that import nothing else of the project and could be packages of their own."""

BUILD_LAYER = "steps"
BELOW_IT = {"messages", "user_input", "warehouse"}
"""The build layer and all that it imports: no table, no study, no source, no check of a particular one."""

INSIDE_DAGSTER = "nqpf_assets.defs.dagster_internals"
"""The one module that names what Dagster does not promise."""

KNOW_DAGSTER = {"defs"}

ENGINE_MODULES = {
    f"nqpf_assets.warehouse.{one}" for one in ("duckdb_engine", "duckdb_dialect", "duckdb_file")
}
"""All that knows the engine beside `sql/`: another one is three modules of other names, and these tests."""
MOVED_WITH_IT = re.compile(
    r"\b(ATTACH|DETACH|CHECKPOINT|DESCRIBE|SUMMARIZE|PRAGMA|STORAGE_VERSION|COPY \(|COMMENT ON|EXPLAIN"
    r"|read_parquet|parquet_\w+|duckdb_\w+\(|fsum|SET \w+ = )"
)
"""Statements and functions that no other engine has in these words."""
ITS_METHODS = {"to_arrow_table", "fetch_arrow_table", "extract_statements", "unregister"}
"""Methods of its connection that `warehouse.connection.Connection` does not promise."""
MAY_SAY = {"nqpf_assets.defs.history", "nqpf_assets.warehouse.releases"}
"""Dagster's own history is SQLite's, and a list of all libraries names this one too."""

ROOT = Path(nqpf_assets.__file__).parent


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by name."""
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = ("nqpf_assets", *path.relative_to(ROOT).with_suffix("").parts)
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


@dataclass(frozen=True)
class Facts:
    """What is asked of a module, gathered in one walk over its text.

    Attributes:
        imports: full names of all that it imports.
        loads: libraries that it imports, those for type hints alone left out.
        constants: all of them that are text.
        used: those of them that are used: no docstring.
        attributes: names after a dot.
    """

    imports: tuple[str, ...]
    loads: frozenset[str]
    constants: frozenset[str]
    used: frozenset[str]
    attributes: frozenset[str]


@cache
def facts(name: str) -> Facts:
    hints, told = set[int](), set[int]()
    imported, loaded = list[str](), set[str]()
    texts, attributes = list[ast.Constant](), set[str]()
    # A node comes before those below it.
    for node in ast.walk(ast.parse(modules()[name].read_text("utf-8"))):
        if isinstance(node, ast.If):
            if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
                hints |= {id(below) for one in node.body for below in ast.walk(one)}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found = tuple(_imports(node))
            imported += found
            if id(node) not in hints:
                loaded |= {one.split(".")[0] for one in found}
        elif isinstance(node, ast.Expr):
            told.add(id(node.value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.append(node)
        elif isinstance(node, ast.Attribute):
            attributes.add(node.attr)
    return Facts(
        tuple(imported),
        frozenset(loaded),
        frozenset(str(one.value) for one in texts),
        frozenset(str(one.value) for one in texts if id(one) not in told),
        frozenset(attributes),
    )


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (one.name for one in node.names)
        return
    assert node.module is not None, "imports are written in full"
    for one in node.names:
        inside = f"{node.module}.{one.name}"
        yield inside if inside in modules() else node.module


def own(name: str) -> set[str]:
    """Modules of the package that a module imports."""
    return {one for one in facts(name).imports if one in modules()} - {name}


def room(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and name not in FRONT_DOORS else ""


def arrows() -> Iterator[tuple[str, str]]:
    """Importing and imported module, in different rooms."""
    for name in modules():
        yield from ((name, other) for other in own(name) if room(name) != room(other))


def test_every_room_is_in_the_picture() -> None:
    assert {room(name) for name in modules()} - {""} == set(ROOMS)
    assert {path.stem for path in ROOT.glob("*.py")} == {"__init__", "cli", "definitions"}


def test_rooms_know_only_what_stands_before_them() -> None:
    place = {name: number for number, name in enumerate(ROOMS)}
    wrong = [
        f"{name} → {other}"
        for name, other in arrows()
        if room(name) and (not room(other) or place[room(other)] > place[room(name)])
    ]
    assert not wrong


def test_no_circle_of_modules() -> None:
    try:
        TopologicalSorter({name: own(name) for name in modules()}).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


@pytest.mark.parametrize("alone", ALONE)
def test_nothing_else_of_the_project(alone: str) -> None:
    assert not [f"{name} → {other}" for name, other in arrows() if room(name) == alone]


def test_build_layer_knows_no_table() -> None:
    from nqpf_assets.catalog.columns import registry

    known = {room(other) for name, other in arrows() if room(name) == BUILD_LAYER}
    assert known <= BELOW_IT
    schemas = {schema for schema, _ in registry()}
    named = {
        f"{name}: {text}"
        for name in modules()
        if room(name) == BUILD_LAYER
        for text in facts(name).constants & schemas
    }
    assert not named


def test_dagster_is_known_in_its_room_only() -> None:
    known = [
        name
        for name in modules()
        if room(name)
        for one in facts(name).loads
        if one.startswith("dagster")
    ]
    assert {room(name) for name in known} <= KNOW_DAGSTER, known


def test_the_engine_is_known_in_modules_of_its_name_only() -> None:
    """Neither loaded nor named in a type hint, and no dialect, statement or method of its own."""
    for name in modules():
        if name in ENGINE_MODULES:
            continue
        of = facts(name)
        assert "duckdb" not in of.imports, f"{name} imports the engine"
        if name in MAY_SAY:
            continue
        said = [one for one in of.used if one == "duckdb" or MOVED_WITH_IT.search(one)]
        assert not {*said, *(of.attributes & ITS_METHODS)}, f"{name} knows the engine"


def test_the_engine_stands_in_few_modules() -> None:
    named = {name for name in modules() if "duckdb" in facts(name).imports or "duckdb" in name}
    assert named == ENGINE_MODULES


def test_spark_is_loaded_by_its_engine_only() -> None:
    loading = {name for name in modules() if "pyspark" in facts(name).loads}
    assert loading == {"nqpf_assets.warehouse.spark_engine"}


def test_object_storage_is_loaded_by_its_adapter_only() -> None:
    loading = {name for name in modules() if "obstore" in facts(name).loads}
    assert loading == {f"nqpf_assets.warehouse.{one}" for one in ("object_store", "storage_words")}


def test_private_names_of_dagster_stand_in_one_module() -> None:
    private = re.compile(r"\bdagster(?:_\w+)?\._")
    named = {name for name, path in modules().items() if private.search(path.read_text("utf-8"))}
    assert named == {INSIDE_DAGSTER}


BESIDE = {
    "bad_input",
    "browser",
    "crash",
    "docs",
    "hostile",
    "provenance",
    "real_project",
    "reference",
    "sample",
}
"""Folders of tests that are about no single room: how the whole behaves, and data."""
LOOSE = {"test_layers", "test_package", "test_same_results", "test_wheel"}
"""Tests of the package as a whole."""


def test_tests_stand_in_folders_named_as_the_rooms() -> None:
    tests = Path(__file__).parent
    folders = {path.name for path in tests.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders <= {*ROOMS} | BESIDE
    assert {path.stem for path in tests.glob("test_*.py")} == LOOSE
    families = {path.name for path in (ROOT / "estimators").iterdir() if path.is_dir()}
    own = {path.name for path in (tests / "estimators").iterdir() if path.is_dir()}
    assert own <= families

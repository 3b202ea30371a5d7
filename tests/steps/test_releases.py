"""Releases of libraries are part of what makes a table stale; comments and docstrings are not."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from nqpf_assets.projects.opened import open_project
from nqpf_assets.publications.manifest import manifests
from nqpf_assets.sources import cache
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.steps.plan import plan
from nqpf_assets.user_input.project import PACKAGE
from nqpf_assets.warehouse import releases
from nqpf_assets.warehouse.code_hash import running_text
from nqpf_assets.warehouse.releases import AROUND, LIBRARIES, PARSERS
from tests.publications.revisions import published, published_again

pytestmark = pytest.mark.slow  # each test builds a project of its own


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch):
    """Another release of a package."""
    real = releases.release_of

    def run(package: str) -> None:
        monkeypatch.setattr(
            releases, "release_of", lambda name: "999.0" if name == package else real(name)
        )
        cache.reader_version.cache_clear()

    yield run
    cache.reader_version.cache_clear()


def certain(project) -> set[str]:
    opened = open_project(project)
    now = plan(opened.graph, opened.store, RawState.of(project))
    return {one.step.name for one in now if one.is_certain}


@pytest.mark.parametrize(
    ("package", "stale", "kept"),
    [
        ("scipy", {"mini__model"}, {"source__file", "mini__filled_cell", "catalog__region"}),
        ("linearmodels", {"mini__model"}, {"mini__index_weight", "mini__filled_cell"}),
        ("python-calamine", {"source__file"}, {"mini__model", "mini__filled_cell"}),
        ("pydantic", {"source__file"}, {"mini__model", "mini__filled_cell"}),
        ("duckdb", {"mini__variable_cell", "panel__cell"}, set()),
        ("python", {"source__file", "mini__model", "panel__cell"}, set()),
        ("dagster", set(), {"source__file", "mini__model"}),
    ],
)
def test_a_changed_release_makes_stale_what_it_made(
    tmp_path: Path, pretend, package: str, stale: set[str], kept: set[str]
) -> None:
    project = published(tmp_path).project
    assert certain(project) == set()
    pretend(package)
    found = certain(project)
    assert stale <= found
    assert not kept & found
    if not stale:
        assert not found


def test_each_table_names_the_releases_that_made_it(tmp_path: Path, pretend) -> None:
    project = published(tmp_path).project
    pretend("scipy")
    published_again(project)
    opened = open_project(project)
    model, panel = (opened.store.record(("mini", name)) for name in ("model", "filled_cell"))
    assert model is not None
    assert panel is not None
    assert model.releases["scipy"] == "999.0"
    assert "scipy" not in panel.releases
    assert manifests(project)[0].tables["mini.model"].releases["scipy"] != "999.0"


def test_readings_are_kept_by_the_libraries_that_read(pretend) -> None:
    before = cache.reader_version()
    for package in ("python-calamine", "polars", "pandas", "ruamel.yaml"):
        pretend(package)
        assert cache.reader_version() != before, package
    pretend("linearmodels")
    assert cache.reader_version() == before


def test_what_is_imported_is_known() -> None:
    known = {*LIBRARIES, *PARSERS, *AROUND, "nqpf_assets"}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = (
                [one.name for one in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0
                else []
            )  # fmt: skip
            for name in (one.split(".")[0] for one in names):
                assert name in known or name in sys.stdlib_module_names, (path, name)


def test_what_is_said_does_not_run() -> None:
    code = b'"""A."""\n\ndef f(x):\n    """B."""\n    return x + 1  # C\n'
    same = b"def f(x):\n\n    return (x\n        + 1)\n"
    other = b"def f(x):\n    return x + 2\n"
    text = b'def f(x):\n    y = """B."""\n    return x + 1\n'
    assert running_text(code) == running_text(same)
    assert len({running_text(one) for one in (code, other, text)}) == 3

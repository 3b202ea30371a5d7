"""Estimators are registered once: what is told of them anywhere follows from their modules."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

import nqpf_assets
from nqpf_assets.studies.estimator_registry import ESTIMATORS, REGISTRY
from tests.docs.markdown import CHECKOUT

ROOT = Path(nqpf_assets.__file__).parent
OWN_ROOMS = (
    "studies/estimators/",
    "studies/spatial_options.py",
    "studies/spatial_refusals.py",
    "studies/tobit_options.py",
    "replication/r/estimators/",
    "replication/stata/estimators/",
)
"""Where estimators, and families of them, are declared, and how each is called in R and Stata."""


@pytest.mark.parametrize("name", REGISTRY.own)
def test_an_estimator_is_declared_in_a_module_of_its_name(name: str) -> None:
    assert import_module(f"{REGISTRY.room}.{name}").ESTIMATOR is ESTIMATORS[name]
    assert callable(ESTIMATORS[name].fit)


@pytest.mark.parametrize("name", REGISTRY.own)
def test_an_estimator_is_described_in_the_page_on_estimators(name: str) -> None:
    page = (CHECKOUT / "docs" / "estimators.md").read_text("utf-8")
    headings = re.findall(r"(?m)^## (.+)$", page)
    where, _, heading = ESTIMATORS[name].documentation.partition("#")
    assert where == "docs/estimators.md"
    assert heading in headings
    assert f"`{name}`" in page


@pytest.mark.slow
def test_no_other_module_lists_estimators() -> None:
    for path in ROOT.rglob("*.py"):
        place = path.relative_to(ROOT).as_posix()
        if place.startswith(("estimators/", *OWN_ROOMS)):
            continue  # numbers have functions of these names
        words = {
            node.value
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert len(words & set(ESTIMATORS)) < 2, place

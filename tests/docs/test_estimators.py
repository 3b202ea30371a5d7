"""The page on estimators: every example is a column that can be estimated and reports what it says."""

from __future__ import annotations

import re
from typing import Any, get_args

import numpy as np
import polars as pl
import pytest
import yaml
from pydantic import TypeAdapter

from nqpf_assets.estimation.roles import roles_of
from nqpf_assets.studies.spec import (
    Column,
    CompleteColumn,
    Estimator,
    RegressionTable,
    Table,
)
from nqpf_assets.studies.tables import TABLE_KINDS
from tests.docs.markdown import CHECKOUT
from tests.estimation.panels import fitted, panel

PAGE, TABLES = (
    (CHECKOUT / "docs" / "estimators.md")
    .read_text("utf-8")
    .split("\n# Tables that describe the panel\n")
)
YEARS = range(2012, 2023)
DRAWS = {
    "mediation": 20,
    "chain": 20,
    "moderated": 20,
    "difference": 20,
    "threshold": 10,
    "space": 100,
}
"""Fewer draws than the examples ask for; what is reported is the same."""


def sections() -> list[tuple[str, str]]:
    """Example and the text of its section."""
    found = []
    for section in re.split(r"(?m)^## ", PAGE)[1:]:
        found += [(one, section) for one in re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)]
    return found


def completed(example: str) -> CompleteColumn:
    (written,) = yaml.safe_load(example)
    column = Column.model_validate(written)
    return RegressionTable(title="T", columns=(column,)).completed(column, YEARS)


def reported(example: str) -> Any:
    """What the example gives on made-up variables of the names it uses."""
    column = completed(example)
    frame, rng = panel(), np.random.default_rng(8)
    common = rng.normal(size=len(frame))
    for name in roles_of(column):
        values = common + rng.normal(size=len(frame))
        # Economic distance and counts need positive means; scores are made to lie around their limits.
        values = np.exp(0.3 * values) if name in ("urbanization", "patents", "people") else values
        values = 1 / (1 + np.exp(-values)) if name == "urban_share" else values
        frame = frame.with_columns(pl.Series(name, values))
    update = {
        group: getattr(column, group).model_copy(update={"draws": draws})
        for group, draws in DRAWS.items()
        if getattr(column, group) is not None
    }
    return fitted(column.model_copy(update=update), frame).fitted


def named(section: str, what: str) -> list[str]:
    """Names in backticks of one line of the section, as patterns."""
    line = next((one for one in section.splitlines() if one.startswith(f"- {what}")), "")
    names = re.findall(r"`([^`]+)`", line)
    return [re.sub(r"\\\{.*?\\\}", "[^:]+", re.escape(name)) for name in names]


EXAMPLES = [pytest.param(*one, id=completed(one[0]).estimator) for one in sections()]


def test_every_kind_of_table_has_an_example_that_a_study_accepts():
    examples = re.findall(r"```yaml\n(.*?)```", TABLES, re.DOTALL)
    kinds = set()
    for example in examples:
        ((_, written),) = yaml.safe_load(example).items()
        kinds.add(TypeAdapter(Table).validate_python(written).kind)
    assert kinds == {*TABLE_KINDS.own} - {"regression"}
    described = [part for part in re.split(r"(?m)^## ", TABLES)[1:] if "kind: growth" not in part]
    assert all(re.search(r"References: .*\(\d{4}", part) for part in described)


def test_every_estimator_has_an_example():
    assert {completed(one).estimator for one, _ in sections()} == set(get_args(Estimator))


def test_examples_are_short_and_sections_have_references():
    for example, section in sections():
        assert len(example.splitlines()) <= 6
        assert re.search(r"- More: \[.*\]\(methods/\w+\.md\)\. References: .*\(\d{4}", section)
        assert "- Default inference: " in section


@pytest.mark.parametrize(("example", "section"), EXAMPLES)
def test_what_is_reported_is_named(example: str, section: str):
    fit = reported(example)
    found = {
        "Effects": {one.effect for one in fit.effects},
        "Tests": {one.test for one in fit.tests},
    }
    for what, names in found.items():
        patterns = named(section, what)
        unnamed = {name for name in names if not any(re.fullmatch(one, name) for one in patterns)}
        assert unnamed == set(), what
        assert bool(names) == bool(patterns)


@pytest.mark.slow
def test_every_name_on_the_page_is_reported_by_some_example():
    seen: dict[str, set[str]] = {}
    for example, section in sections():
        fit = reported(example)
        names = {one.effect for one in fit.effects} | {one.test for one in fit.tests}
        seen[section] = seen.get(section, set()) | names
    for section, names in seen.items():
        for pattern in named(section, "Effects") + named(section, "Tests"):
            assert any(re.fullmatch(pattern, name) for name in names), pattern

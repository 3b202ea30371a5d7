"""A function of the numbers of its own row is one entry of the table of functions, and whole with it."""

from __future__ import annotations

import pytest

from nqpf_assets.expressions.compile import compile_definitions
from nqpf_assets.expressions.definition import Definition
from nqpf_assets.expressions.functions import FUNCTIONS, Function
from nqpf_assets.expressions.linear_forms import LinearForms
from nqpf_assets.studies.schema import function_table
from tests.expressions.test_derived_values import derive, reported

LOGIT = Function(
    "logit(p)", "logarithm of p / (1 − p)", takes_plain=True,
    sql="ln({0} / (1e0 - {0}))", within="BETWEEN 1e-300 AND 1e0 - 1e-16", outside="no share",
)  # fmt: skip


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FUNCTIONS, "logit", LOGIT)


def test_it_is_computed_with_its_reason_where_it_has_no_value() -> None:
    cells = reported("p", "A", 2015, [0.5, 0.75, 1.0])
    found = derive({"y": "logit(p)"}, cells)
    assert found["y", "A", 2015][0] == 0
    assert found["y", "A", 2016][0] == pytest.approx(1.0986122886681098)
    assert found["y", "A", 2017][::2] == (None, "no share")


def test_its_argument_is_checked_for_its_unit() -> None:
    definition = {"y": Definition("logit(p)")}
    compiled, wrong = compile_definitions(definition, series_units={"p": "%"}, groups={})
    assert not compiled
    (error,) = wrong.values()
    assert "the argument of `logit` must be a plain number" in str(error)


def test_what_it_is_made_of_is_seen_and_the_page_tells_it() -> None:
    definition = {"y": Definition("logit(p)"), "p": Definition("a / b")}
    trees = {name: one.tree for name, one in definition.items()}
    assert LinearForms(trees).is_made_of("y", frozenset({"p"}))
    assert "| `logit(p)` | logarithm of p / (1 − p) |" in function_table()


def test_what_reads_its_own_row_has_its_sql() -> None:
    assert all(bool(one.sql) == (one.reads == "row") for one in FUNCTIONS.values())

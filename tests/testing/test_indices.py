"""Our own index methods hold to the contract, and methods that break it are found out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from pydantic import Field

from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.indices.method import IndexResult
from nqpf_assets.studies.index_method import DimensionIndex, IndexMethod
from nqpf_assets.studies.indices import INDEX_METHODS
from nqpf_assets.testing import check_index, index_checks

DOCS = Path(__file__).parents[2] / "docs"
SHARES = np.random.default_rng(5).dirichlet([2.0, 3.0, 1.0], size=28)
LEVELS = [
    {"level": name, "share": f"{name} / population", "years": years}
    for name, years in (("none", 0), ("school", 9), ("college", 16))
]
COMPARED: dict[str, dict[str, Any]] = {
    "income": {"deposits": 2, "smoke": 4, "green": 5},
    "deposits": {"smoke": 3, "green": 3},
    "green": {"smoke": "1/2"},
}
FOUR = [
    {"indicator": name, "expression": f"{name} / population"}
    for name in ("income", "deposits", "smoke", "green")
]

GIVEN: dict[str, dict[str, Any]] = {
    "critic": {"other": {"base_year": 2012, "shift": 0.5}},
    "coefficient_of_variation": {"other": {"base_year": 2012, "shift": 0.5}},
    "equal_weights": {
        "written": {"dimensions": {"one": FOUR[:3], "other": FOUR[3:]}},
        "other": {"base_year": 2012, "shift": 0.5},
    },
    "given_weights": {
        "written": {"weights": {"income": 0.1, "deposits": 0.2, "smoke": 0.3, "green": 0.4}},
        "other": {
            "base_year": 2012,
            "shift": 0.5,
            "weights": {"income": 0.4, "deposits": 0.2, "smoke": 0.3, "green": 0.1},
        },
    },
    "combined_weights": {
        "written": {
            "of": ["entropy", "given_weights"],
            "weights": {"income": 0.1, "deposits": 0.2, "smoke": 0.3, "green": 0.4},
        },
        "other": {
            "base_year": 2012,
            "shift": 0.5,
            "of": ["entropy", "critic", "given_weights"],
            "shares": [0.4, 0.6],
            "weights": {"income": 0.4, "deposits": 0.2, "smoke": 0.3, "green": 0.1},
        },
    },
    "ahp": {
        "written": {"comparisons": COMPARED},
        "other": {
            "base_year": 2012,
            "shift": 0.5,
            "most_inconsistent": 0.0,
            "comparisons": {**COMPARED, "income": {"deposits": 2, "smoke": 4, "green": 6}},
            "dimension_comparisons": {"economy": {"environment": 3}},
        },
    },
    "entropy": {"other": {"shift": 0.5}},
    "principal_components": {"other": {"retain": 0.99, "anchor": "smoke"}},
    "education_gini": {
        "written": {"levels": LEVELS},
        "values": SHARES,
        "other": {"tolerance": 0.0, "levels": [{**one, "years": 3} for one in LEVELS]},
        "is_free_of_units": False,
    },
}
CHECKS = [
    check
    for name, method in INDEX_METHODS.own.items()
    for check in index_checks(method, **GIVEN[name])
]


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_our_methods_hold_to_the_contract(check) -> None:  # type: ignore[no-untyped-def]
    check()


def test_what_documents_a_method_is_there() -> None:
    for method in INDEX_METHODS.own.values():
        page, _, anchor = method.documentation.partition("#")
        headings = re.findall(r"^#+ (.*)$", (DOCS.parent / page).read_text("utf-8"), re.MULTILINE)
        assert anchor in headings


class Options(DimensionIndex):
    """Options of the methods below."""

    method: Literal["mean"] = Field(description="which method")
    power: float = Field(1.0, description="to which the mean is taken")


def mean(indicators, *, power):  # type: ignore[no-untyped-def]
    """The mean of the ranges, each turned into its direction."""
    x = indicators.values
    low, high = x.min(axis=0), x.max(axis=0)
    for name, is_flat in zip(indicators.names, ~(high > low), strict=True):
        if is_flat:
            raise IndicatorError(f"{name} does not vary, or has a gap")
    gap = np.where(np.array(indicators.directions) > 0, x - low, high - x) / (high - low)
    return IndexResult((gap**power).mean(axis=1))


def method(function) -> IndexMethod:  # type: ignore[no-untyped-def]
    """A method by a function of this module, which need not be found by name."""

    class Method(IndexMethod):
        @property
        def compute(self):  # type: ignore[no-untyped-def]
            return function

    return Method("mean", Options, "tests:mean", documentation="here")


def wrong(function) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(AssertionError) as caught:
        check_index(method(function), other={"power": 2.0})
    return str(caught.value)


def test_a_method_that_holds_to_the_contract_passes() -> None:
    check_index(method(mean), other={"power": 2.0})


def sums(indicators, *, power):  # type: ignore[no-untyped-def]
    """No option is used, no direction, no unit of measurement, and a gap is filled."""
    return IndexResult(np.nan_to_num(indicators.values).sum(axis=1))


def steps(indicators, *, power):  # type: ignore[no-untyped-def]
    """Depends on the order of rows, and on that of indicators."""
    return IndexResult(np.arange(28.0) + indicators.values[:, 0])


calls = iter(range(1000))


def drifts(indicators, *, power):  # type: ignore[no-untyped-def]
    """Another result each time."""
    return IndexResult(indicators.values[:, 0] + next(calls))


def overwrites(indicators, *, power):  # type: ignore[no-untyped-def]
    """Made in place of what it was given."""
    indicators.values[:] *= 1 + power
    return IndexResult(indicators.values.sum(axis=1))


def by_name(indicators, *, power):  # type: ignore[no-untyped-def]
    """By the names of units, and years as numbers."""
    return IndexResult(np.array([float(ord(one[0])) for one in indicators.units]) + power)


def divides(indicators, *, power):  # type: ignore[no-untyped-def]
    if len(indicators.values) < 3:
        raise ZeroDivisionError("no variance")
    return mean(indicators, power=power)


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (sums, ["power: 2.0 makes no difference", "`direction` of income", "a gap was filled",
                "units of measurement: it differs"]),
        (steps, ["order of rows: it differs", "order of indicators: it differs"]),
        (drifts, ["another result the second time"]),
        (overwrites, ["changes the values"]),
        (by_name, ["names of units, or on when years are counted from: it differs"]),
        (divides, ["one row: ZeroDivisionError", "is documented: its function has no docstring"]),
        (lambda indicators, power: 1, ["an IndexResult is expected, int was returned"]),
    ],
)  # fmt: skip
def test_a_method_that_does_not_is_told_all_of_it(function, found: list[str]) -> None:  # type: ignore[no-untyped-def]
    told = wrong(function)
    assert [one for one in found if one not in told] == []


def test_an_option_that_nobody_can_guess_is_asked_for() -> None:
    with pytest.raises(AssertionError, match="power: say by `other`"):
        check_index(method(mean))

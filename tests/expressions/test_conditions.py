"""Where an operand matters at all, if it stands in an operand that does not matter everywhere."""

from __future__ import annotations

import polars as pl
import pytest

from nqpf_assets.expressions.compile import conditions, parse_expression, reach
from nqpf_assets.expressions.conditional_parts import together
from nqpf_assets.stages.provenance.conditions import spans_together


def test_conditions_are_told_of_the_rows_of_the_first() -> None:
    both = together(("not zero of a", 0), ("zero of b", -1))
    assert both == ("not zero of a AND -1 OF zero of b", 0)
    assert conditions(both[0]) == [("not zero of a", 0), ("zero of b", -1)]
    three = together(("zero of c", 2), both)
    assert conditions(three[0]) == [("zero of c", 0), ("not zero of a", -2), ("zero of b", -3)]
    assert three[1] == 2
    assert together(both, ("zero of b", -1)) == both


@pytest.mark.parametrize(
    ("text", "name", "years"),
    [
        ("min(x, y) * is_group(g, h)", "x", [0, 0]),
        ("lag(min(x, y), 2) * is_group(g, h)", "y", [0, -2]),
        ("max(x * is_period(2015), y)", "x", [0, 0]),
        ("min(x, y) + z", "x", [0]),
    ],
)
def test_an_operand_within_another_has_both_conditions(
    text: str, name: str, years: list[int]
) -> None:
    (one,) = reach(parse_expression(text))[name]
    assert one.where is not None
    assert [lag for _, lag in conditions(one.where[0])] == years


def test_rows_are_those_in_which_all_hold() -> None:
    columns = {
        "part": pl.String,
        "unit": pl.String,
        "first_period": pl.Int32,
        "last_period": pl.Int32,
    }
    alone = pl.DataFrame([("a", "u", 2010, 2014), ("a", "v", 2010, 2011), ("b", "u", 2012, 2012),
                          ("b", "u", 2009, 2010)], schema=columns, orient="row")  # fmt: skip
    (found,) = spans_together([alone], ["a", "a AND -1 OF b"])
    assert found.select("unit", "first_period", "last_period").rows() == [
        ("u", 2010, 2011),
        ("u", 2013, 2013),
    ]

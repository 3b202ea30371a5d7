"""A bare 1 beside a share in percent: refused, because either reading of it is somebody's mistake."""

from __future__ import annotations

import pytest

from nqpf_assets.expressions.compile import ExpressionError, compile_expression

UNITS = {"share": "%", "part": "比例", "permille": "‰", "gdp": "亿元", "index": "上年=100"}


@pytest.mark.parametrize(
    "text",
    ["1 - share", "share - 1", "gdp * (1 - share)", "share + 0.5", "-1 + share", "1 - permille",
     "1 - share - share", "share / part - 1"],
)  # fmt: skip
def test_refused_with_both_ways_out(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, units=UNITS)
    assert "would be" in caught.value.message
    assert "比例" in caught.value.remedy
    assert ("1000" if "permille" in text else "100") in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("100 - share", "%"),
        ("1 - part", "比例"),
        ("share + 0", "%"),
        ("share * 1", "%"),
        ("share / 100", "%"),
        ("gdp - 1", "亿元"),
        ("index - 1", "上年=100"),
        ("gdp / gdp - 1", "比例"),
    ],
)
def test_what_has_one_meaning_passes(text: str, unit: str) -> None:
    compiled = compile_expression(text, units=UNITS)
    assert compiled.unit is not None

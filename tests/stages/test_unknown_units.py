"""A unit that nobody knows is itself and nothing else: what converts it is refused, and told where."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.stages.series_parameters import unit_conversions

COMPILED = cast(
    Any,
    SimpleNamespace(
        name="s", formulas={"y": SimpleNamespace(path=("variables", "y"), key="series")},
        direct={"y": {"gdp"}},
    ),
)  # fmt: skip


def conversions(unit: str, *printed: str) -> list[dict[str, Any]]:
    rows = [{"series_id": "gdp", "unit_measure": unit}]
    return list(unit_conversions(COMPILED, rows, {"gdp": list(printed)}))


def test_a_series_of_the_catalogue_is_refused_to_a_study_where_a_file_has_it_in_an_unknown_unit() -> (
    None
):
    with pytest.raises(CheckFailed) as caught:
        conversions("亿元", "亿元", "捆")
    (problem,) = caught.value.problems
    assert "捆" in problem.found
    assert problem.asked_at == ("variables", "y", "series")


def test_a_series_in_an_unknown_unit_alone_is_used_as_it_is() -> None:
    (one,) = conversions("捆", "捆")
    assert (one["numerator"], one["denominator"]) == (1.0, 1.0)

"""Data on which an index method is tried: what a study writes of it, and cells that are made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nqpf_assets.studies.index_method import DimensionIndex, IndexMethod

if TYPE_CHECKING:
    from nqpf_assets.indices.method import Floats, IndexResult, Indicators

UNITS, PERIODS = tuple("甲乙丙丁戊己庚"), (2011, 2012, 2013, 2014)
SEED = 20260220


@dataclass(frozen=True)
class IndexExample:
    """One index over seven units and four years.

    Attributes:
        method: that computes it.
        written: the block of a study, but for `method` and `title`.
        values: one row per unit and year, one column per indicator.
    """

    method: IndexMethod
    written: Mapping[str, Any]
    values: Floats

    @cached_property
    def options(self) -> Any:
        """The block as the study's model reads it."""
        block = {"method": self.method.name, "title": "Example", **self.written}
        return self.method.options.model_validate(block)

    @property
    def indicators(self) -> Indicators:
        """What the method is given, as a step gives it; each time an own copy of the values."""
        import numpy as np

        from nqpf_assets.indices.method import Indicators

        formulas = tuple(self.options.formulas("example"))
        n = len(self.values)
        return Indicators(
            names=tuple(one.name for one in formulas),
            values=self.values.copy(),
            directions=tuple(-1 if one.direction == "negative" else 1 for one in formulas),
            dimensions=tuple(one.dimension or "" for one in formulas),
            formulas=tuple(one.definition.expression for one in formulas),
            units=np.repeat(np.array(UNITS, dtype=object), len(PERIODS))[:n],
            periods=np.tile(np.array(PERIODS, dtype=np.int64), len(UNITS))[:n],
        )

    def result(self, indicators: Indicators | None = None) -> IndexResult:
        """The index of these data, or of others; held to what any result must be."""
        from nqpf_assets.indices.contract import require_result

        given = self.indicators if indicators is None else indicators
        found = self.method.compute(given, **self.options.arguments())
        require_result(given, found)
        return found  # type: ignore[no-any-return]

    def but(self, written: Mapping[str, Any]) -> IndexExample:
        """The same with other keys."""
        return replace(self, written={**self.written, **written})


def example_of(
    method: IndexMethod, written: Mapping[str, Any] | None, values: Floats | None
) -> IndexExample:
    """An example; indicators and numbers are made up where a method takes dimensions and none are given.

    Raises:
        AssertionError: nothing can be made up for this method.
    """
    import numpy as np

    keys = dict(written or {})
    if issubclass(method.options, DimensionIndex):
        keys = {"dimensions": _DIMENSIONS} | keys
    if values is None:
        assert issubclass(method.options, DimensionIndex), (
            "a method whose options are no DimensionIndex is tried with `written` and `values`"
        )
        n_indicators = sum(map(len, keys["dimensions"].values()))
        draw = np.random.default_rng(SEED)
        common = draw.normal(size=(len(UNITS) * len(PERIODS), 1))
        values = 50 + 8 * common + draw.normal(scale=6, size=(len(common), n_indicators))
    return IndexExample(method, keys, values)


_DIMENSIONS = {
    "economy": [
        {"indicator": "income", "expression": "gdp / population"},
        {"indicator": "deposits", "expression": "deposits / population"},
    ],
    "environment": [
        {"indicator": "smoke", "expression": "smoke / population", "direction": "negative"},
        {"indicator": "green", "expression": "green_area / population"},
    ],
}

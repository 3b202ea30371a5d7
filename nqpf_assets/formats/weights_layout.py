"""What an origin card says of a file of spatial weights: their name, and which unit a row or a pair is of.

Written by hand inside the card (YAML); nothing here opens a file. Other tables are described by `own_columns`
and `layout`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from nqpf_assets.messages.problems import Refusal, Refused

MADE = ("contiguity", "inverse_distance", "economic", "nested")
"""Weights that are made from geography and panel: a file's cannot bear their names."""
OF_PAIRS = ("unit", "neighbour", "weight")
"""Keys of the three columns of a table of pairs."""


def _words(values: object) -> object:
    """Codes of units that YAML took for numbers."""
    if not isinstance(values, list | tuple):
        return values
    return tuple(
        str(one) if isinstance(one, int) and not isinstance(one, bool) else one for one in values
    )


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class WeightsLayout(BaseModel):
    """Spatial weights in a file: a square of units by units, or a row for each pair."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")] = Field(
        description="by which studies ask for them: `space: {weights: NAME}`"
    )
    order: Annotated[tuple[Text, ...], BeforeValidator(_words)] = Field(
        (),
        description="units of the rows and columns, in their order, of a matrix that prints none",
    )
    unit: Text | None = Field(None, description="of a table of pairs, the column with the unit")
    neighbour: Text | None = Field(
        None, description="of a table of pairs, the column with its neighbour"
    )
    weight: Text | None = Field(
        None, description="of a table of pairs, the column with the neighbour's weight"
    )
    period: Text | None = Field(
        None,
        description="of a table of pairs whose weights differ by year, the column with the year",
    )
    sheet: Text | None = Field(None, description="default: the only sheet with content")

    @property
    def layout(self) -> Literal["matrix", "pairs"]:
        return "matrix" if self.unit is None else "pairs"

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if refusals := list(self._refusals()):
            raise Refused(refusals)
        return self

    def _refusals(self) -> Iterator[Refusal]:
        if self.name in MADE:
            expected = "a name of its own"
            yield Refusal(("name",), expected, f"`{self.name}`, which nqpf makes", "rename it")
        named = [key for key in OF_PAIRS if getattr(self, key) is not None]
        if named and len(named) < len(OF_PAIRS):
            missing = [f"`{key}`" for key in OF_PAIRS if key not in named]
            expected = "`unit`, `neighbour` and `weight` of a table of pairs, or none of them"
            yield Refusal((named[0],), expected, f"no {' and no '.join(missing)}", "add it")
        elif len({getattr(self, key) for key in named}) < len(named):
            expected, found = "three columns", "one of them twice"
            yield Refusal(("weight",), expected, found, "correct one of the two")
        elif self.period in [getattr(self, key) for key in named]:
            expected, found = "a column of its own with the year", f"`{self.period}` again"
            yield Refusal(("period",), expected, found, "correct one of the two")
        if self.period is not None and not named:
            expected = "`unit`, `neighbour` and `weight` of a table of pairs beside it"
            found = "`period` with a matrix, which has no column of years"
            yield Refusal(("period",), expected, found, "write pairs with their year in one table")
        if named and self.order:
            expected = "`order` with a matrix that prints no units"
            yield Refusal(("order",), expected, "`order` beside columns of pairs", "remove it")
        if twice := [one for one, n in Counter(self.order).items() if n > 1]:
            yield Refusal(("order",), "each unit once", f"`{twice[0]}` again", "correct it")

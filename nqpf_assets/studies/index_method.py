"""What an index method is: a name, what a study writes of such an index, and the function that computes it.

The function is named and not imported, so that a study can be read without the libraries that compute.
"""

from __future__ import annotations

import importlib
from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import Field

from nqpf_assets.studies.formula import Formula, formula_of
from nqpf_assets.studies.variables import Indicator, Winsorize
from nqpf_assets.user_input.strict import Strict


class IndexOptions(Strict):
    """What a study writes of an index, whatever its method.

    A method's own class adds ``method: Literal[…]``, its options, and what the index is made of.
    """

    method: str = Field(description="which method")
    title: str = Field(description="name in tables and figures")

    @abstractmethod
    def formulas(self, name: str) -> Iterator[Formula]:
        """What the index of this name is made of, column by column of the matrix."""

    @abstractmethod
    def arguments(self) -> dict[str, Any]:
        """The options with which the method is called, by keyword."""


class DimensionIndex(IndexOptions):
    """An index of indicators that are put together in dimensions; its own keys are the method's arguments."""

    winsorize: Winsorize | None = Field(
        None, description="clip every indicator first; an indicator's own comes in its place"
    )
    dimensions: dict[str, Annotated[tuple[Indicator, ...], Field(min_length=1)]] = Field(
        min_length=1, description="dimension → its indicators"
    )

    def formulas(self, name: str) -> Iterator[Formula]:
        """The indicators, in the order of the file."""
        for dimension, indicators in self.dimensions.items():
            for place, one in enumerate(indicators):
                path = ("indices", name, "dimensions", dimension, place)
                clipped = one.winsorize or self.winsorize
                yield formula_of(one.indicator, "indicator", path, one, clipped, name, dimension)

    def arguments(self) -> dict[str, Any]:
        own = type(self).model_fields.keys() - DimensionIndex.model_fields.keys()
        return {key: getattr(self, key) for key in sorted(own)}


Pool = Literal["panel", "period", "extremes"]


def _whole_panel(_options: IndexOptions) -> Pool:
    return "panel"


@dataclass(frozen=True)
class IndexMethod:
    """One method.

    Attributes:
        name: as ``method:`` names it.
        options: what a study writes.
        function: ``module:function``, called with `indices.method.Indicators` and the options' arguments.
        documentation: where it is described: a page and its heading, ``page.md#Heading``, or an address.
        pool: what a score rests on beside its own row, by the options of the index: ``panel``, all rows of
            the index; ``period``, those of its year and the extremes of all; ``extremes``, these alone, or
            those of `base_year` where the options have one; None, nothing.
        gradient: ``module:function`` to how its scores move with its indicators, called alike; where left
            out this is found by computing the index again.
    """

    name: str
    options: type[IndexOptions]
    function: str
    documentation: str = ""
    pool: Callable[[Any], Pool | None] = _whole_panel
    gradient: str = ""

    @property
    def module(self) -> str:
        """The module that computes it."""
        return self.function.partition(":")[0]

    @property
    def compute(self) -> Callable[..., Any]:
        """The function, imported now; it gives an `indices.method.IndexResult`."""
        return imported(self.function)

    @property
    def differentiate(self) -> Callable[..., Any] | None:
        """The function behind `gradient`, imported now; it gives an `indices.method.Gradient`."""
        return imported(self.gradient) if self.gradient else None


def imported(path: str) -> Callable[..., Any]:
    """The function at `module:name`, imported now: reading a study needs no numerics."""
    module, _, name = path.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def lacks(method: IndexMethod) -> tuple[str, str] | None:
    """What a method has not that a study could not do without, as expected and found."""
    if not (isinstance(method.options, type) and issubclass(method.options, IndexOptions)):
        return "options that are a class of IndexOptions", repr(method.options)
    field = method.options.model_fields["method"]
    if get_origin(field.annotation) is not Literal or get_args(field.annotation) != (method.name,):
        return f"options with `method: Literal[{method.name!r}]`", f"method: {field.annotation}"
    module, colon, name = method.function.partition(":")
    if not (module and colon and name.isidentifier()):
        return "a function as `module:function`", repr(method.function)
    module, colon, name = method.gradient.partition(":")
    if method.gradient and not (module and colon and name.isidentifier()):
        return "a gradient as `module:function`, or none", repr(method.gradient)
    return None

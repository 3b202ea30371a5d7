"""Where a formula may be zero: what is multiplied by it matters in no row in which it is.

Told by the numbers that are published of its series and by the way it is written: a ratio of positive series
is no zero anywhere, a difference may be. Wrong in one direction only: what is thought to be no zero, and is
one, leaves cells listed that move nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from nqpf_assets.expressions.neighbours import weights_named
from nqpf_assets.expressions.tree import Binary, Call, Name, Negative, Node, Number, Scaled, names

Sign = Literal["positive", "nonzero", "any"]
"""Of all numbers that are published of a series."""
SAME_ZEROS = frozenset(("abs", "sqrt", "lag", "lead", "at", "of_region", "deflate"))
"""Functions that are zero where their first argument is, there or elsewhere."""
MEANS = frozenset(("mean", "quantile", "accumulate"))
"""Functions that are positive where every number under them is."""


@dataclass(frozen=True)
class Zeros:
    """What is known of the series, variables and indices that formulas name.

    Attributes:
        signs: series → sign of its numbers; of others nothing is known.
        trees: variables → their formulas.
        indicators: index → variables that it is computed from.
        own: variable whose formula is looked at; by that name it reads the series.
    """

    signs: Mapping[str, Sign]
    trees: Mapping[str, Node]
    indicators: Mapping[str, tuple[str, ...]]
    own: str | None = None
    _found: dict[tuple[str, str], bool] = field(default_factory=dict, compare=False, repr=False)
    _under: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, variable: str) -> Zeros:
        """The same, for the formula of a variable."""
        return replace(self, own=variable)

    def decides(self, other: Node, factor: Node) -> bool:
        """Whether in some rows a factor moves nothing because another one is zero there.

        Not where cells are under both: these may move both, and two zeros at once. A formula that reads the
        series of its own name cannot be said again as a part of its own.
        """
        return (
            self.may_be_zero(other)
            and all(one.name != self.own for one in names(other))
            and not self.under(other) & self.under(factor)
        )

    def may_be_zero(self, node: Node) -> bool:
        """Whether a formula has, for all that is known, the value zero in some row."""
        if isinstance(node, Number):
            return node.value == 0
        if isinstance(node, Name):
            return self._of_name(node.name, "zero")
        if isinstance(node, (Negative, Scaled)):
            return self.may_be_zero(node.operand)
        if isinstance(node, Binary):
            if node.operator == "*":
                return self.may_be_zero(node.left) or self.may_be_zero(node.right)
            if node.operator in ("/", "**"):
                return self.may_be_zero(node.left)
        elif isinstance(node, Call) and node.function in SAME_ZEROS:
            return self.may_be_zero(node.arguments[0])
        return not self.is_positive(node)

    def is_positive(self, node: Node) -> bool:
        """Whether a formula is above zero wherever the published numbers under it are what they are."""
        if isinstance(node, Number):
            return node.value > 0
        if isinstance(node, Name):
            return self._of_name(node.name, "positive")
        if isinstance(node, Scaled):
            return node.factor > 0 and self.is_positive(node.operand)
        if isinstance(node, Binary):
            if node.operator == "**":
                return self.is_positive(node.left)
            both = (node.left, node.right)
            return node.operator in ("+", "*", "/") and all(map(self.is_positive, both))
        if isinstance(node, Call):
            if node.function == "abs":
                return not self.may_be_zero(node.arguments[0])
            if node.function in SAME_ZEROS:
                return self.is_positive(node.arguments[0])
            if node.function in MEANS | {"min", "max", "coalesce"}:
                numbers = (one for one in node.arguments if not isinstance(one, Number))
                return all(map(self.is_positive, numbers))
            return node.function == "exp"
        return False

    def under(self, node: Node) -> frozenset[str]:
        """The series that a formula reads, through any number of steps, and weights of raw files."""
        read = frozenset[str]().union(*(self._series_of(one.name) for one in names(node)))
        return read | {f"weights {one.name}" for one in weights_named(node)}

    def _of_name(self, name: str, asked: Literal["zero", "positive"]) -> bool:
        key = (asked, name)
        if name == self.own or (name not in self.trees and name not in self.indicators):
            sign = self.signs.get(name, "any")
            return sign == "any" if asked == "zero" else sign == "positive"
        if name in self.indicators:
            return asked == "zero"
        if key not in self._found:
            inner = self.of(name)
            ask = inner.may_be_zero if asked == "zero" else inner.is_positive
            self._found[key] = ask(self.trees[name])
        return self._found[key]

    def _series_of(self, name: str) -> frozenset[str]:
        if name == self.own or (name not in self.trees and name not in self.indicators):
            return frozenset((name,))
        if name not in self._under:
            read = self.indicators.get(name)
            self._under[name] = (
                self.of(name).under(self.trees[name])
                if read is None
                else frozenset[str]().union(*map(self._series_of, read))
            )
        return self._under[name]

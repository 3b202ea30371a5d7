"""One unit of measurement as a value: an exact factor and the powers of what it measures.

The algebra of units belongs here; how a unit is written belongs to `unit_text`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


class UnitError(ValueError):
    """A unit that is not known, or two units that do not measure the same thing."""


@dataclass(frozen=True)
class Unit:
    """One unit of measurement.

    Attributes:
        symbol: as printed, half-width and without blanks.
        factor: how many base units one of it is.
        dimensions: powers of the base dimensions, sorted by name; empty for a ratio.
        reference: what an index is measured against, ``上年=100``; empty otherwise.
    """

    symbol: str
    factor: Fraction
    dimensions: tuple[tuple[str, int], ...]
    reference: str = ""

    def __mul__(self, other: Unit) -> Unit:
        return _combine(self, other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return _combine(self, other, -1)

    def __pow__(self, exponent: int) -> Unit:
        if exponent == 0:
            return RATIO
        powers = tuple((name, power * exponent) for name, power in self.dimensions)
        return Unit(f"({self.symbol})^{exponent}", self.factor**exponent, powers)

    def __str__(self) -> str:
        return self.symbol

    @property
    def dimension(self) -> str:
        """The dimension in words, for messages: ``money/person``, ``ratio``."""
        above = [_power(name, power) for name, power in self.dimensions if power > 0]
        below = [_power(name, -power) for name, power in self.dimensions if power < 0]
        return "/".join(["·".join(above) or ("1" if below else "ratio"), *below])

    def measures_same_as(self, other: Unit) -> bool:
        """Whether a value in this unit can be expressed in the other.

        Indices with different references (``上年=100``, ``1978年=100``) cannot; an index
        printed without its reference (``无``) is taken at its word.
        """
        references = {self.reference, other.reference} - {""}
        return self.dimensions == other.dimensions and len(references) < 2


RATIO = Unit("比例", Fraction(1), ())


def _power(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


def _combine(left: Unit, right: Unit, sign: int) -> Unit:
    if right == RATIO:
        return left
    if left == RATIO and sign > 0:
        return right
    powers = dict(left.dimensions)
    for name, power in right.dimensions:
        powers[name] = powers.get(name, 0) + sign * power
    dimensions = tuple(sorted((name, power) for name, power in powers.items() if power))
    symbol, first = right.symbol, left.symbol
    if "/" in symbol or (sign < 0 and "·" in symbol):
        symbol = f"({symbol})"
    if sign > 0 and "/" in first:
        first = f"({first})"  # what follows a stroke would be below it
    return Unit(
        symbol=f"{first}{'·' if sign > 0 else '/'}{symbol}",
        factor=left.factor * right.factor**sign,
        dimensions=dimensions,
        reference=left.reference if dimensions == left.dimensions else "",
    )

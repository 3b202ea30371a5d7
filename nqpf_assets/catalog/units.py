"""Units of measurement as Chinese yearbooks print them, and exact conversion between them.

Counters (台, 件, 个, 所 …) share one dimension, because publishers change the counter of the same
thing: patents are 件 in one edition and 项 in the next. A count still never adds to money,
persons or households. Electricity is 千瓦时; 度 is an angle or a temperature.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from nqpf_assets.catalog.unit import RATIO, Unit, UnitError
from nqpf_assets.catalog.unit_text import known_symbols, parse_unit

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "RATIO",
    "Unit",
    "UnitError",
    "conversion",
    "conversion_factor",
    "convert",
    "known_symbols",
    "parse_unit",
]

Convertible = TypeVar("Convertible", float, "pl.Expr", "pl.Series")


def conversion(source: Unit | str, target: Unit | str) -> Fraction:
    """The exact number by which a value in `source` is multiplied to be in `target`.

    Raises:
        UnitError: when one is not known, or when they do not measure the same thing.
    """
    source = parse_unit(source) if isinstance(source, str) else source
    target = parse_unit(target) if isinstance(target, str) else target
    if not source.measures_same_as(target):
        raise UnitError(
            f"{source.symbol} ({source.reference or source.dimension}) cannot be expressed in "
            f"{target.symbol} ({target.reference or target.dimension})"
        )
    return source.factor / target.factor


def conversion_factor(source: Unit | str, target: Unit | str) -> float:
    """`conversion` as the nearest floating-point number."""
    return float(conversion(source, target))


def convert(value: Convertible, source: Unit | str, target: Unit | str) -> Convertible:
    """A number, Polars expression or series in `source`, expressed in `target`.

    Multiplies and divides by whole numbers only: the number 12345 in 万元 becomes 1.2345 亿元 to
    the last digit, which a multiplication by 0.0001 does not guarantee. Polars divides a column
    by multiplying with the reciprocal, so a column may differ in the last bit.
    """
    factor = conversion(source, target)
    if factor.numerator != 1:
        value = value * float(factor.numerator)
    return value if factor.denominator == 1 else value / float(factor.denominator)

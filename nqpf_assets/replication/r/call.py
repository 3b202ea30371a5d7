"""A column as a call of R, and what of it R leaves out, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

Value = object


@dataclass(frozen=True)
class Name:
    """A name of R's that is no text."""

    name: str


@dataclass(frozen=True)
class Handed:
    """An argument that names a file beside the script, with values that R does not make again.

    Attributes:
        stem: of the file's name.
        frame: makes its rows, when the script is written.
    """

    stem: str
    frame: Callable[[], pl.DataFrame]


@dataclass(frozen=True)
class Call:
    """A function of the library with its arguments.

    Attributes:
        function: of the library.
        arguments: name → value, beside the rows.
        lacks_errors: kind of number (`coefficients`, or an effect) → why its standard error is not compared.
        precision: how far a number may be from ours, in standard errors.
        without_unit: columns of a table with shares and ratios, which are zero where they are mere rounding.
        lacks: columns of a table that R leaves out → why.
    """

    function: str
    arguments: Mapping[str, Value]
    lacks_errors: Mapping[str, str] = field(default_factory=dict)
    precision: float = 1e-6
    without_unit: frozenset[str] = frozenset()
    lacks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NotInR:
    """A column that R's script leaves out."""

    reason: str


COEFFICIENTS = "coefficients"


def literal(value: Value) -> str:
    """A value as R writes it; texts in ASCII, so that no locale can spoil them."""
    if value is None:
        return "NULL"
    if isinstance(value, Name):
        return value.name
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return {"inf": "Inf", "-inf": "-Inf"}.get(repr(float(value)), repr(value))
    if isinstance(value, str):
        return '"' + "".join(map(_sign, value)) + '"'
    if isinstance(value, Mapping):
        parts = [f"{literal_name(str(key))} = {literal(one)}" for key, one in value.items()]
        return f"list({', '.join(parts)})"
    if isinstance(value, Sequence):
        return f"c({', '.join(map(literal, value))})" if value else "character(0)"
    raise TypeError(f"R has no {type(value).__name__}")


def literal_name(name: str) -> str:
    """A name on the left of an equals sign."""
    return name if name.isidentifier() and name.isascii() else literal(name)


def _sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if " " <= sign <= "~":
        return sign
    return f"\\U{ord(sign):08x}"

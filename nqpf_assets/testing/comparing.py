"""Results compared: all that they say to the last bit, or numbers but for rounding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

ROUNDING = 1e-9
"""Relative difference between sums in another order; of some dozen rows they differ by far less."""


def facts(result: object) -> str:
    """Everything that a result of dataclasses, tuples, mappings and arrays says, to the last bit."""
    return repr(tuple(_told(result)))


def _told(value: object) -> Iterator[object]:
    if hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield name
            yield from _told(getattr(value, name))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield key
            yield from _told(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _told(one)
    else:
        yield value.tobytes() if hasattr(value, "tobytes") else value


def require_same(found: np.ndarray[Any, Any], expected: np.ndarray[Any, Any]) -> None:
    """Refuse numbers that differ by more than rounding.

    Raises:
        AssertionError: by how much they differ.
    """
    import numpy as np

    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    scale = max(float(np.abs(expected).max(initial=0)), 1.0)
    worst = float(np.abs(found - expected).max(initial=0))
    assert worst <= ROUNDING * scale, f"it differs by {worst:.3g}"

"""What estimators refuse of a list of variables by its names alone.

What only formulas show is for `relations`.
"""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.messages.problems import Refusal


def twice(at: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Refusal]:
    """Names that stand more than once in a list."""
    for name in sorted({one for one in names if names.count(one) > 1}):
        yield Refusal(at, "each variable once", f"`{name}` twice", "remove one of them")


def is_outcome(at: tuple[str | int, ...], name: str) -> Refusal:
    """A variable that cannot be the outcome, and is."""
    return Refusal(
        at, "a variable other than the outcome", f"`{name}`, the outcome", "name another variable"
    )

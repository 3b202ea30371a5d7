"""Numbers of things in the messages of this room: one row, two rows.

`nqpf_assets.messages.counted` says the same for the project; estimators know nothing of it.
"""

from __future__ import annotations


def counted(number: int, things: str) -> str:
    """A number with its noun, which is given as a plural that ends in s."""
    return f"{number} {things if number != 1 else things.removesuffix('s')}"

"""Numbers of things in the messages of this room: one row, two rows.

`nqpf_assets.messages.counted` says the same for the project; estimators know nothing of it.
"""

from __future__ import annotations

_VERBS = {"are": "is", "were": "was", "have": "has"}


def counted(number: int, things: str) -> str:
    """A number with its noun, which is given as a plural that ends in s."""
    return f"{number} {things if number != 1 else things.removesuffix('s')}"


def verb(number: int, plural: str) -> str:
    """The verb behind a number of things: ``is`` behind one, ``are`` behind all others."""
    return plural if number != 1 else _VERBS.get(plural, f"{plural}s")

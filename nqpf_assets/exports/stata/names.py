"""Names of columns as Stata takes them: letters, digits, underscores, at most 32, none of its own words."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 32
_RESERVED = frozenset(
    [
        *(
            "_all",
            "_b",
            "_coef",
            "_cons",
            "_n",
            "_N",
            "_pi",
            "_pred",
            "_rc",
            "_skip",
            "byte",
            "double",
        ),
        *("float", "if", "in", "int", "long", "strL", "using", "with"),
        *(f"str{length}" for length in range(1, 2046)),
    ]
)


def names_in_stata(columns: Iterable[str]) -> dict[str, str]:
    """Column → its name in Stata; no two are one."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for column in columns:
        name = re.sub(r"[^A-Za-z0-9_]", "_", column)
        if not name or name[0].isdigit():
            name = f"_{name}"
        if name in _RESERVED:
            name = f"{name}_"
        number, unique = 1, name[:LONGEST]
        while unique in taken:
            number += 1
            unique = f"{name[: LONGEST - len(str(number)) - 1]}_{number}"
        taken.add(unique)
        found[column] = unique
    return found

"""What was found last of a matrix, for who asks for it again; nothing is kept of one that is no more."""

from __future__ import annotations

import weakref
from typing import Any, Generic, TypeVar

Found = TypeVar("Found")


class LastFound(Generic[Found]):
    """One result, by the matrix itself, whatever other may be alike, and what else it is of."""

    def __init__(self) -> None:
        self._kept: tuple[weakref.ref[Any], object, Found] | None = None

    def of(self, matrix: Any, *what: object) -> Found | None:
        """The result, if it is the last that was kept."""
        kept = self._kept
        if kept is None or kept[0]() is not matrix or kept[1] != what:
            return None
        return kept[2]

    def keep(self, found: Found, matrix: Any, *what: object) -> Found:
        """Keep a result in place of the one before."""
        self._kept = weakref.ref(matrix, self._let_go), what, found
        return found

    def _let_go(self, _: object) -> None:
        self._kept = None

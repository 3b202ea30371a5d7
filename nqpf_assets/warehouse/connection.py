"""What the project asks of an engine's connection: a query, and its rows.

No more, so that every room but this one works with any engine that has these; what only one engine has
stands in the modules that bear its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, Self


class Connection(Protocol):
    """An open database, as it is handed to steps and checks."""

    def execute(self, query: str, parameters: object = None, /) -> Connection:
        """Run a query; its rows are fetched from what is returned."""
        ...

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row; None after the last."""
        ...

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows that were not fetched yet."""
        ...

    @property
    def description(self) -> Sequence[tuple[Any, ...]]:
        """A tuple for each column of the rows, its name in front."""
        ...

    def close(self) -> None:
        """Let it go; what was in memory is lost."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: object, error: object, traceback: object, /) -> None: ...

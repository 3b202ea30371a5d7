"""A command, as the module of its name declares it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import typer

from nqpf_assets.commands.common.typed_text import as_typed
from nqpf_assets.messages.problems import ProblemsFound


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        name: as it is typed.
        run: what it does, and by its parameters what it is told; gives the exit status.
        publishes: whether it would have published, so that what stops it is told with what became of that.
    """

    name: str
    run: Callable[..., int]
    publishes: bool = False

    @property
    def help(self) -> str:
        """What `--help` says: the docstring of the module."""
        return inspect.cleandoc(sys.modules[self.run.__module__].__doc__ or "")

    @property
    def ending(self) -> Callable[..., None]:
        """What it does, and the end of the process with its exit status."""

        @wraps(self.run)
        def ended(*arguments: Any, **named: Any) -> None:
            try:
                given = {name: as_typed(value) for name, value in named.items()}
                status = self.run(*as_typed(arguments), **given)
            except ProblemsFound as error:
                if self.publishes:
                    error.add_note("nothing was published, the warehouse is as it was")
                raise
            raise typer.Exit(status)

        return ended

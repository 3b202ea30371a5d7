"""The terminal: one console for answers, one for everything else.

Names of files and cells come from users' files, so text is printed as it is, never as markup, and
control characters are shown as their names.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from nqpf_assets.shown_text import without_controls


def plain(value: object) -> Text:
    """Text that cannot move the cursor, recolour the screen or turn the direction of writing."""
    return Text(without_controls(str(value)))


PIPED_WIDTH = 200
"""Columns where nobody's terminal says how wide it is: lines go to a file or another program."""


def out() -> Console:
    """Where answers go."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False)


def err() -> Console:
    """Where progress, warnings and problems go."""
    return Console(file=sys.stderr, markup=False, highlight=False, emoji=False)


@contextmanager
def lasting() -> Iterator[Console]:
    """A console on a handle of its own: Dagster points stdout and stderr elsewhere while steps run."""
    try:
        handle = os.dup(sys.stderr.fileno())
    except (OSError, ValueError):  # stderr is no file, as in some test runners
        yield err()
        return
    with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
        yield Console(file=stream, markup=False, highlight=False, emoji=False)

"""The terminal: one console for answers, one for everything else.

Names of files and cells come from users' files, so text is printed as it is, never as markup, and
control characters are shown as their names.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from nqpf_assets.messages.shown_text import without_controls


def plain(value: object) -> Text:
    """Text that cannot move the cursor, recolour the screen or turn the direction of writing."""
    return Text(without_controls(str(value)))


PIPED_WIDTH = 200
"""Columns where nobody's terminal says how wide it is: lines go to a file or another program."""


SUBSTITUTES = {
    "²": "2",
    "³": "3",
    "→": "->",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "×": "x",
    "·": ".",
    "≥": ">=",
    "≤": "<=",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "─": "-",
    "═": "=",
    "│": "|",
    "┆": "|",
    "┌": "+",
    "┐": "+",
    "└": "+",
    "┘": "+",
    "├": "+",
    "┤": "+",
    "┬": "+",
    "┴": "+",
    "┼": "+",
    "╞": "+",
    "╡": "+",
    "╪": "+",
    "ρ": "rho",
    "σ": "sigma",
    "λ": "lambda",
    "β": "beta",
    "χ": "chi",
}
"""What is written for a sign that the output's encoding does not have; for others a question mark."""


def write_in_any_encoding() -> None:
    """Let answers and messages be written where the encoding does not have all their signs.

    A Chinese Windows pipes in GBK, a bare container in ASCII: the table is then the table, its rules and
    exponents written with what there is.
    """
    codecs.register_error("nqpf", _substituted)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="nqpf")


def _substituted(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    text = "".join(SUBSTITUTES.get(sign, "?") for sign in signs)
    return text.encode(error.encoding, "replace"), error.end


def write_data(content: str) -> None:
    """Data for another program to stdout, no character of which may be lost: in UTF-8 where it has to be."""
    try:
        content.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        err().print(f"written in UTF-8: {sys.stdout.encoding} does not have all its characters")
        sys.stdout.flush()
        sys.stdout.buffer.write(content.encode("utf-8", "backslashreplace"))
        return
    sys.stdout.write(content)


LEAST, BESIDE = 10, 3
"""Characters that a column of words has at the least, and those between two columns."""
_NUMBER = re.compile(r"[(\[]?[-+−]?\d[\d.,]*(?:[eE][-+]?\d+)?[%‰]?\*{0,3}[)\]]?")
"""A number as tables have it, with its stars or in brackets."""


def print_whole(table: Table) -> None:
    """A table with all its digits: as wide as it is into a pipe, in more lines on a narrow terminal.

    Words are put below each other there, and no number is: one in two lines would be read as another. A
    terminal that is too narrow for the numbers breaks the lines itself.
    """
    console = out()
    for column in table.columns:
        column.overflow = "fold"
        words = (word for cell in (column.header, *column.cells) for word in str(cell).split())
        column.min_width = max((cell_len(w) for w in words if _NUMBER.fullmatch(w)), default=None)
    if console.is_terminal:
        least = sum((column.min_width or LEAST) + BESIDE for column in table.columns)
        console = out(max(console.width, least))
    else:
        wide = Console(file=sys.stdout, width=1_000_000)
        width = wide.measure(table).maximum
        console = out(max(PIPED_WIDTH, width))
    console.print(table, crop=False)


def out(width: int | None = None) -> Console:
    """Where answers go."""
    width = width or (None if sys.stdout.isatty() else PIPED_WIDTH)
    return Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False)


def err() -> Console:
    """Where progress, warnings and problems go; lines are broken for a terminal, and for no file or pipe."""
    is_whole = not sys.stderr.isatty()
    return Console(file=sys.stderr, markup=False, highlight=False, emoji=False, soft_wrap=is_whole)


@contextmanager
def lasting() -> Iterator[Console]:
    """A console on a handle of its own, whatever becomes of stderr meanwhile.

    Where the settings of Dagster are the user's own, they may point it elsewhere while steps run.
    """
    try:
        handle = os.dup(sys.stderr.fileno())
    except (OSError, ValueError):  # stderr is no file, as in some test runners
        yield err()
        return
    with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
        yield Console(file=stream, markup=False, highlight=False, emoji=False)

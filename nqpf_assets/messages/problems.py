"""What is wrong with a user's input, in one shape for every room.

A `Problem` names the place, what was expected, what was found and what to do; an
`InputError` carries all the problems of one run, so that a user mends them in one go. A
`CheckFailed` says that the files are well formed but what they add up to must not be published.
Mistakes of ours are ordinary exceptions and do not belong here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from nqpf_assets.messages.counted import counted

LONGEST = 2_000
"""Characters of one part of a problem; more would push the others off the screen."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, or worth knowing, in a file of the user's.

    Attributes:
        file: path as the user knows it (relative to the project where possible).
        where: place in the file: ``Sheet1!C5``, ``line 12``; empty for the whole file.
        expected: what should have stood there.
        found: what stands there.
        remedy: what the user can do about it.
        severity: ``error`` stops the refresh with exit status 2, ``warning`` is told and kept.
        code: short stable name of the kind of problem (``unknown_region`` …).
        topic: page and section that explain it, where code and file do not tell (`messages.help_topics`).
        asked_at: keys of the card or study that ask for what is wrong elsewhere; who has that file open
            puts its line in their place.
    """

    file: str
    where: str
    expected: str
    found: str
    remedy: str
    severity: Literal["error", "warning"] = "error"
    code: str = "input"
    topic: str = ""
    asked_at: tuple[str | int, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        """Names of ten thousand characters are cut, empty ones called so, halves of characters escaped."""
        for name, most in (
            ("file", 1_000),
            ("where", 1_000),
            ("expected", LONGEST),
            ("found", LONGEST),
            ("remedy", 2 * LONGEST),
        ):
            text = getattr(self, name) or ("" if name == "where" else "nothing")
            object.__setattr__(self, name, _printable(shortened(text, most)))

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place}\n  expected: {self.expected}\n  found:    {self.found}\n  to do:    {self.remedy}"


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file and then by place, in which numbers count: line 9 comes before line 10."""
    return sorted(problems, key=lambda one: (_counting(one.file), _counting(one.where), one))


def _counting(text: str) -> tuple[tuple[int, str], ...]:
    """A text as pieces that compare as numbers where they are numbers."""
    pieces = re.split(r"(\d+)", text)
    return tuple((int(piece[:18]), "") if piece.isdecimal() else (-1, piece) for piece in pieces)


class ProblemsFound(Exception):
    """Holds every problem of one run, in the order of their places."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(in_order(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class InputError(ProblemsFound):
    """A file of the user's is wrong: exit status 2, nothing built."""


class CheckFailed(ProblemsFound):
    """The data do not carry what the study says: exit status 1, nothing published."""


@dataclass(frozen=True)
class Refusal:
    """Why a block cannot be as it is.

    Attributes:
        at: the keys that lead from the block to the one that is wrong.
        expected, found, remedy: in words, as in a `Problem`.
    """

    at: tuple[str | int, ...]
    expected: str
    found: str
    remedy: str


class Refused(ValueError):
    """All that is wrong with a block of a file, each with its key; raised by the models of blocks."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("; ".join(one.found for one in self.refusals))


MOST_PLACES = 5
"""Further places that are named of one cause."""


def one_per_cause(problems: Iterable[Problem]) -> list[Problem]:
    """Problems that say the same of several places of one file as one, which names the places."""
    causes: dict[tuple[str, ...], list[Problem]] = {}
    for one in problems:
        # Which formula a name was met in, and at which character, is the place and not the cause.
        cause, inside, _ = one.found.partition(", character ")
        expected = "" if inside else one.expected
        key = (one.file, expected, cause, one.remedy, one.severity, one.code)
        causes.setdefault(key, []).append(one)
    return [_with_places(same) for same in causes.values()]


def _with_places(same: list[Problem]) -> Problem:
    first, *rest = same
    places = [place for place in dict.fromkeys(one.where for one in rest) if place != first.where]
    if not places:
        return first
    more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
    return replace(first, found=f"{first.found}; also at {'; '.join(places[:MOST_PLACES])}{more}")


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and how much more there is."""
    return (
        text
        if len(text) <= most
        else f"{text[:most]}… and {counted(len(text) - most, 'more characters')}"
    )


def _printable(text: str) -> str:
    """Half a surrogate pair has no bytes in UTF-8; it is written as an escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean `x`?`` for the nearest known word, or an empty text."""
    # Half of a Chinese name of two characters is a near miss; half of a longer word is not.
    cutoff = 0.5 if len(word) <= 3 else 0.6
    near = difflib.get_close_matches(word, [*dict.fromkeys(known)], n=3, cutoff=cutoff)
    return f"did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else ""

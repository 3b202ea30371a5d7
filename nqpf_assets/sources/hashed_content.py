"""Holds what is read to what was seen: the bytes that are parsed are those whose hash the plan knows.

A file that is another by the time it is read is left out, or stays as it was last built if that reading
is kept; nothing is ever built under the hash of another content.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from nqpf_assets.formats.limits import FILE_BYTES
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card_files import is_card
from nqpf_assets.sources.raw_files import RawFile
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.user_input.own_files import read_own

SINCE = "a file that changed since the refresh looked"


class Refused(Exception):
    """What stands in a file's place is not read; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class Moved(Exception):
    """The bytes are not, or not at hand, for the hash under which they were asked for."""


def _bytes_of(file: RawFile) -> bytes:
    """All bytes of a file of a bearable size."""
    found, problem = read_own(file.path, file.shown, most=FILE_BYTES)
    if problem is not None:
        raise Refused(problem)
    return found


@dataclass
class Content:
    """One content of a file: its hash, and its bytes once somebody needs them."""

    file: RawFile
    sha256: str
    held: bytes | None = None
    is_at_hand: bool = True  # False: an earlier content, of which only the reading may be kept

    def read(self) -> bytes:
        """The bytes of this hash.

        Raises:
            Moved: the file holds another content now, or is gone.
            Refused: it cannot be read.
        """
        if self.held is None:
            if not self.is_at_hand or not os.path.lexists(self.file.path):
                raise Moved(self.file.shown)
            found = _bytes_of(self.file)
            if hashlib.sha256(found).hexdigest() != self.sha256:
                raise Moved(self.file.shown)
            self.held = found
        return self.held

    def handed_over(self) -> bytes:
        """The bytes, which are not held here any more: whoever asks again has them read again.

        Raises:
            Moved, Refused: as `read` does.
        """
        found, self.held = self.read(), None
        return found


@dataclass
class ContentsRead:
    """Which content of each file was read in the end.

    Attributes:
        seen: the files as the plan saw them; None where files are read as they come.
    """

    seen: RawState | None
    hashes: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def contents(self, file: RawFile) -> Iterator[Content]:
        """The contents under which a file may be taken, the best one first.

        Raises:
            Refused: it cannot be read, or is no file.
        """
        if self.seen is None or self.seen.hashes.get(file.shown, "").startswith("unreadable"):
            found = _bytes_of(file)
            yield Content(file, hashlib.sha256(found).hexdigest(), found)
            return
        expected, known = self.seen.hashes.get(file.shown), self.seen.known.get(file.shown)
        if expected is None:
            if file.shown not in self.seen.arriving:
                _bytes_of(file)  # a pipe or a device, which the look passed by, is told
            return
        is_there = file.shown not in self.seen.arriving
        yield Content(file, expected, is_at_hand=is_there)
        self.left_out[file.shown] = self.seen.arriving.get(file.shown, SINCE)
        if known is not None and known != expected:
            yield Content(file, known, is_at_hand=False)

    def keep(self, file: RawFile, content: Content) -> None:
        self.hashes[file.shown] = content.sha256

    def refuse(self, file: RawFile) -> None:
        """A file that was seen and will not be read: it did not move, what is wrong is told."""
        if self.seen is not None and file.shown in self.seen.hashes:
            self.hashes[file.shown] = self.seen.hashes[file.shown]

    def leave_out(self, file: RawFile) -> list[Problem]:
        """A file that could be taken under none; an error where a built one would be lost by it."""
        assert self.seen is not None
        why = self.seen.arriving.get(file.shown, SINCE)
        self.left_out[file.shown] = why
        if file.shown not in self.seen.known:
            return []  # told by the warnings of the state
        return [
            Problem(
                file=file.shown,
                where="",
                expected="a file that is complete",
                found=why,
                remedy="refresh again when it is: what was read from it before is no longer kept",
                code="arriving",
            )
        ]

    def state(self) -> RawState | None:
        """The state that was read: as seen, less what could not be held to it or is gone."""
        if self.seen is None:
            return None
        state = self.seen.without(self.left_out) if self.left_out else self.seen
        hashes = {
            shown: content
            for shown, content in state.hashes.items()
            if shown in self.hashes or not _is_read(shown, content)
        }
        return RawState(hashes | self.hashes, state.arriving, state.waiting, known=state.known)


def _is_read(shown: str, content: str) -> bool:
    """Whether a path of a state is that of a file with data: no card, catalogue or link that leads away."""
    is_data = shown.startswith("raw/") and not is_card(shown.rpartition("/")[2])
    return is_data and not content.startswith("link to")

"""A file on its way: what has come of it, of which state it is, and how the rest is asked for.

Beside the bytes stands the server's mark of the state that they are of. Only what the server says to be the
rest of that state is put behind them, and only all of it makes the file whole.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from nqpf_assets.messages.counted import counted
from nqpf_assets.projects.fetching.answers import Again, NotHad, pieces, status_words

_RANGE = re.compile(r"bytes (?P<first>\d+)-\d+/(?P<whole>\d+|\*)")


@dataclass(frozen=True)
class Mark:
    """What a server says about the state of a file; empty texts where it does not."""

    etag: str = ""
    modified: str = ""

    @property
    def strong(self) -> str:
        """What the rest of a file may be asked for with."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


class BegunFile:
    """What an earlier try or run left of a file.

    Attributes:
        size: its bytes; 0 where there are none, or nobody can know which state they are of.
        mark: of that state.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.about = target.with_name(f"{target.name}.mark")
        self.size, self.mark = 0, Mark()
        with suppress(OSError, ValueError, TypeError):
            mark = Mark(**json.loads(self.about.read_text("utf-8")))
            if mark.strong:
                self.size, self.mark = target.stat().st_size, mark

    def headers(self, known: Mark | None) -> dict[str, str]:
        """What is asked with: for the rest, else for the file unless it is the one that is `known`."""
        if self.size:
            return {"Range": f"bytes={self.size}-", "If-Range": self.mark.strong}
        if known is None:
            return {}
        said = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
        return {name: value for name, value in said.items() if value}

    def go_on(self, answer: Any, seconds: float) -> Mark:
        """Gather what is answered; the mark of the whole file.

        Args:
            seconds: after which it is given up for now.

        Raises:
            NotHad: the server refuses.
            Again: it is not whole, or what came does not go with what was begun.
            OSError: the disk refused.
        """
        mark = _mark_of(answer)
        whole = None
        if answer.status_code == HTTPStatus.PARTIAL_CONTENT and self.size:
            whole = self._whole_of(answer, mark)
        elif answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and self.size:
            self._forget()
            raise Again("what was begun is not there any more")
        elif answer.status_code != HTTPStatus.OK:
            raise NotHad(status_words(answer))
        else:
            self._forget()
            self.target.parent.mkdir(parents=True, exist_ok=True)
            # Of a folded answer the rest unfolds to nothing: it is asked for whole.
            if answer.headers.get("Content-Encoding", "identity") == "identity":
                self.about.write_text(json.dumps(asdict(mark)), "utf-8")
        n = self.size
        with self.target.open("ab") as stream:
            for piece in pieces(answer, n, seconds):
                stream.write(piece)
                n += len(piece)
        if whole is not None and n < whole:
            raise Again(f"of {counted(whole, 'bytes')} came {n}")
        self.about.unlink(missing_ok=True)
        return mark

    def _whole_of(self, answer: Any, mark: Mark) -> int | None:
        """Bytes of the whole file as the answer with its rest says; None where it does not.

        Raises:
            Again: it is no rest of what was begun.
        """
        said = answer.headers.get("Content-Range", "")
        match = _RANGE.fullmatch(said.strip())
        is_same = not mark.etag or mark.etag == self.mark.etag
        if match is None or int(match["first"]) != self.size or not is_same:
            size = self.size
            self._forget()
            raise Again(f"the rest from byte {size} was asked for, `{said}` came")
        return None if match["whole"] == "*" else int(match["whole"])

    def _forget(self) -> None:
        """Begin anew; the mark goes first, without which bytes mean nothing."""
        for path in (self.about, self.target):
            path.unlink(missing_ok=True)
        self.size = 0


def _mark_of(answer: Any) -> Mark:
    """The server's mark; one that no request can say again is none."""
    etag, modified = (answer.headers.get(name, "") for name in ("ETag", "Last-Modified"))
    return Mark(*(one if one.isprintable() else "" for one in (etag, modified)))

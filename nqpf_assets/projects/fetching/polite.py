"""Requests over HTTP as a guest makes them: one connection, pauses, few retries, and whole answers only.

A file that was cut off is taken up where it broke off, if the server says that it is still the same one.
What is refused (403, 404, …) is not asked again; a server that is busy or falls silent is, after a longer
pause.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

from nqpf_assets.formats.limits import FILE_BYTES
from nqpf_assets.messages.counted import counted

Result = TypeVar("Result")
AGENT = "nqpf-assets (statistical panels; one connection, with pauses)"
LONGEST_WAIT = 300
"""Seconds: a server that asks for more is left alone."""
_BUSY = {408, 425, 429, 500, 502, 503, 504}
_PIECE = 1 << 14
"""Bytes at once; of a piece that breaks off nothing is kept."""
_SLOWEST = 20
"""Times `patience`: a file that takes longer to come is taken up anew."""


def wait(seconds: float) -> None:
    """Pause; a name of its own, so that tests need not wait."""
    time.sleep(seconds)


class NotHad(Exception):
    """A source that could not be had; the text says why."""


class _Again(Exception):
    """Worth another try."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


@dataclass(frozen=True)
class Mark:
    """What a server says about the state of a file; empty texts where it does not."""

    etag: str = ""
    modified: str = ""

    @property
    def strong(self) -> str:
        """What the rest of a file may be asked for with."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


@dataclass
class Guest:
    """One connection to the servers of a run.

    Attributes:
        pause: seconds between two requests.
        patience: seconds that a server may be silent.
        tries: requests until something is given up.
    """

    pause: float
    patience: float
    tries: int
    told: Callable[[str], None] = lambda text: None
    _session: Any = field(default=None, init=False)
    _is_first: bool = field(default=True, init=False)

    def download(self, url: str, target: Path, known: Mark | None) -> Mark | None:
        """Bring a file; None where the server says that it is the one that is `known`.

        Args:
            target: where it is gathered; what an earlier run left there is taken up.

        Raises:
            NotHad: it could not be had.
        """
        return self._tried(lambda: self._bring(url, target, known))

    def ask(self, url: str, **body: Any) -> bytes:
        """The answer to a POST: ``data`` of a form, or ``json``.

        Raises:
            NotHad: there is none.
        """

        def once() -> bytes:
            with self._request("POST", url, **body) as answer:
                if answer.status_code != HTTPStatus.OK:
                    raise NotHad(_status(answer))
                whole = b"".join(_pieces(answer, FILE_BYTES))
                _require_whole(answer, len(whole))
                return whole

        return self._tried(once)

    def _tried(self, once: Callable[[], Result]) -> Result:
        import requests

        for attempt in range(1, self.tries + 1):
            if attempt == 1 and not self._is_first:
                wait(self.pause)
            self._is_first = False
            try:
                return once()
            except (_Again, requests.RequestException) as error:
                why = str(error) if isinstance(error, _Again) else _words(error)
                after = getattr(error, "after", None)
                pause = self.pause * 2**attempt if after is None else after
                if attempt == self.tries or pause > LONGEST_WAIT:
                    tries = "once" if attempt == 1 else f"{attempt} times"
                    raise NotHad(f"{why}; asked {tries}") from None
                self.told(f"{why}; asked again in {pause:g} s")
                wait(pause)
        raise AssertionError("the last try ends it")

    def _request(self, method: str, url: str, **more: Any) -> Any:
        import requests

        if self._session is None:
            self._session = requests.Session()
            self._session.headers.update({"User-Agent": AGENT, "Accept-Encoding": "identity"})
            self._session.max_redirects = 5
        answer = self._session.request(
            method, url, stream=True, timeout=(self.patience, self.patience), **more
        )
        if answer.status_code in _BUSY:
            answer.close()
            said = answer.headers.get("Retry-After", "")
            raise _Again(_status(answer), float(said) if said.isdecimal() else None)
        return answer

    def _bring(self, url: str, target: Path, known: Mark | None) -> Mark | None:
        about = target.with_name(f"{target.name}.mark")
        begun, begun_as = _begun(target, about)
        headers: dict[str, str] = {}
        if begun:
            headers = {"Range": f"bytes={begun}-", "If-Range": begun_as.strong}
        elif known is not None:
            headers = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
            headers = {name: value for name, value in headers.items() if value}
        with self._request("GET", url, headers=headers) as answer:
            if answer.status_code == HTTPStatus.NOT_MODIFIED and known is not None and not begun:
                return None
            mark = Mark(answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))
            if answer.status_code == HTTPStatus.PARTIAL_CONTENT and begun:
                said = answer.headers.get("Content-Range", "")
                if not said.startswith(f"bytes {begun}-"):
                    _forget(target, about)
                    raise _Again(f"the rest from byte {begun} was asked for, `{said}` came")
            elif answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and begun:
                _forget(target, about)
                raise _Again("what was begun is not there any more")
            elif answer.status_code != HTTPStatus.OK:
                raise NotHad(_status(answer))
            else:
                begun = 0
            target.parent.mkdir(parents=True, exist_ok=True)
            about.write_text(json.dumps({"etag": mark.etag, "modified": mark.modified}), "utf-8")
            n, deadline = 0, time.monotonic() + _SLOWEST * self.patience
            with target.open("ab" if begun else "wb") as stream:
                for piece in _pieces(answer, FILE_BYTES - begun):
                    stream.write(piece)
                    n += len(piece)
                    if time.monotonic() > deadline:
                        came = counted(begun + n, "bytes")
                        raise _Again(f"only {came} in {_SLOWEST * self.patience:g} s")
            _require_whole(answer, n)
        about.unlink(missing_ok=True)
        return mark


def _begun(target: Path, about: Path) -> tuple[int, Mark]:
    """Bytes of a file that was begun, and of which state it was; none where nobody can know."""
    with suppress(OSError, ValueError, TypeError):
        mark = Mark(**json.loads(about.read_text("utf-8")))
        size = target.stat().st_size
        if mark.strong and size:
            return size, mark
    return 0, Mark()


def _forget(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _pieces(answer: Any, most: int) -> Iterator[bytes]:
    n = 0
    for piece in answer.iter_content(_PIECE):
        n += len(piece)
        if n > most:
            raise NotHad(f"more than {FILE_BYTES:,} bytes, the largest file that is read")
        yield piece


def _require_whole(answer: Any, n: int) -> None:
    said = answer.headers.get("Content-Length", "")
    if said.isdecimal() and n != int(said):
        raise _Again(f"of {counted(int(said), 'bytes')} came {n}")


def _status(answer: Any) -> str:
    with suppress(ValueError):
        return f"HTTP {answer.status_code} {HTTPStatus(answer.status_code).phrase}"
    return f"HTTP {answer.status_code}"


def _words(error: Exception) -> str:
    """What went wrong on the way, without objects of libraries."""
    import requests

    kinds: Mapping[type[Exception], str] = {
        requests.Timeout: "no answer in time",
        requests.TooManyRedirects: "one redirect after the other",
        requests.exceptions.SSLError: "no trusted encryption (certificate)",
        requests.exceptions.ChunkedEncodingError: "the answer was cut off",
        requests.ConnectionError: "no connection, or one that broke off",
    }
    return next((words for kind, words in kinds.items() if isinstance(error, kind)), str(error))

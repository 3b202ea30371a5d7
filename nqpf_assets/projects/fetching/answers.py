"""An answer read as it comes, within bounds of size and time, and what went wrong with one, in words.

Who is asked when, and how often, is decided in `polite`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from nqpf_assets.formats.limits import FILE_BYTES
from nqpf_assets.messages.counted import counted

PIECE = 1 << 14
"""Bytes at once, at most: what has come is given on, however little it is."""


class NotHad(Exception):
    """A source that could not be had; the text says why."""


class Again(Exception):
    """Worth another try.

    Attributes:
        after: seconds after which the server wants to be asked; None where it says nothing.
    """

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


def pieces(answer: Any, begun: int, seconds: float) -> Iterator[bytes]:
    """The body, unfolded; one that is shorter than was said ends with an error of the library.

    Args:
        begun: bytes that have come before.
        seconds: after which it is given up: a server that sends a byte a minute is never silent.

    Raises:
        NotHad: it is larger than any file that is read.
        Again: it takes too long.
    """
    n, deadline = begun, time.monotonic() + seconds
    is_late = False
    while piece := answer.raw.read1(PIECE, decode_content=True):
        if is_late:
            raise Again(f"only {counted(n, 'bytes')} in {seconds:g} s")
        n += len(piece)
        if n > FILE_BYTES:
            raise NotHad(f"more than {FILE_BYTES:,} bytes, the largest file that is read")
        yield piece
        is_late = time.monotonic() > deadline


def status_words(answer: Any) -> str:
    """The status of an answer: ``HTTP 403 Forbidden``."""
    with suppress(ValueError):
        return f"HTTP {answer.status_code} {HTTPStatus(answer.status_code).phrase}"
    return f"HTTP {answer.status_code}"


def error_words(error: Exception) -> str:
    """What went wrong on the way, without objects of libraries."""
    import requests
    import urllib3

    kinds: Mapping[type[Exception], str] = {
        requests.Timeout: "no answer in time",
        urllib3.exceptions.TimeoutError: "no answer in time",
        requests.TooManyRedirects: "one redirect after the other",
        requests.exceptions.SSLError: "no trusted encryption (certificate)",
        urllib3.exceptions.ProtocolError: "the answer was cut off",
        urllib3.exceptions.DecodeError: "the answer is not folded as it says (Content-Encoding)",
        requests.ConnectionError: "no connection, or one that broke off",
    }
    return next((words for kind, words in kinds.items() if isinstance(error, kind)), str(error))

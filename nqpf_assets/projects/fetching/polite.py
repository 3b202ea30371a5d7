"""Requests over HTTP as a guest makes them: one connection, pauses, few retries, and whole answers only.

What is refused (403, 404, …) is not asked again; a server that is busy or falls silent is, after a longer
pause. How a body is read stands in `answers`, how a file is taken up where it broke off in `begun`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

from nqpf_assets.projects.fetching.answers import Again, NotHad, error_words, pieces, status_words
from nqpf_assets.projects.fetching.begun import BegunFile, Mark

Result = TypeVar("Result")
AGENT = "nqpf-assets (statistical panels; one connection, with pauses)"
LONGEST_WAIT = 300
"""Seconds: a server that asks for more is left alone."""
_BUSY = {408, 425, 429, 500, 502, 503, 504}
_SLOWEST = 20
"""Times `patience`: an answer that takes longer to come is asked for anew."""


def wait(seconds: float) -> None:
    """Pause; a name of its own, so that tests need not wait."""
    time.sleep(seconds)


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
            OSError: the disk refused.
        """

        def once() -> Mark | None:
            begun = BegunFile(target)
            with self._request("GET", url, headers=begun.headers(known)) as answer:
                is_known = known is not None and not begun.size
                if answer.status_code == HTTPStatus.NOT_MODIFIED and is_known:
                    return None
                return begun.go_on(answer, self._slowest)

        return self._tried(once)

    def ask(self, url: str, **body: Any) -> bytes:
        """The answer to a POST: ``data`` of a form, or ``json``.

        Raises:
            NotHad: there is none.
        """

        def once() -> bytes:
            with self._request("POST", url, **body) as answer:
                if answer.status_code != HTTPStatus.OK:
                    raise NotHad(status_words(answer))
                return b"".join(pieces(answer, 0, self._slowest))

        return self._tried(once)

    @property
    def _slowest(self) -> float:
        return _SLOWEST * self.patience

    def _tried(self, once: Callable[[], Result]) -> Result:
        import requests
        import urllib3

        for attempt in range(1, self.tries + 1):
            if attempt == 1 and not self._is_first:
                wait(self.pause)
            self._is_first = False
            try:
                return once()
            except (ValueError, requests.TooManyRedirects) as error:  # the same another time
                raise NotHad(f"it leads to no file: {error_words(error)}") from None
            except (Again, requests.RequestException, urllib3.exceptions.HTTPError) as error:
                why = str(error) if isinstance(error, Again) else error_words(error)
                pause = self._longer_pause(attempt, getattr(error, "after", None))
                if attempt == self.tries or pause is None:
                    tries = "once" if attempt == 1 else f"{attempt} times"
                    raise NotHad(f"{why}; asked {tries}") from None
                self.told(f"{why}; asked again in {pause:g} s")
                wait(pause)
        raise AssertionError("the last try ends it")

    def _longer_pause(self, attempt: int, asked: float | None) -> float | None:
        """Seconds until the next try; None where a server asks for more than is waited."""
        if asked is None:
            return min(self.pause * 2.0**attempt, max(self.pause, LONGEST_WAIT))
        return max(asked, self.pause) if asked <= LONGEST_WAIT else None

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
            raise Again(status_words(answer), float(said) if said.isdecimal() else None)
        return answer

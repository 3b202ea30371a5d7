"""Work that waits for another machine, in threads that end with the process: Ctrl-C is heard while they wait.

A library that waits outside of Python hears no signal, and threads of a pool are waited for at the end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

MOMENT = 0.2
"""Seconds after which a wait looks for Ctrl-C."""
Item = TypeVar("Item")
Result = TypeVar("Result")


def at_once(
    work: Callable[[Item], Result], items: Sequence[Item], n_threads: int
) -> Iterator[Result]:
    """What `work` gives for each item, in the order in which it is done.

    Once one fails, or nobody asks for more, no other item is begun.

    Raises:
        What `work` raises first.
    """
    waiting, lock, is_over = iter(items), threading.Lock(), threading.Event()
    done: SimpleQueue[tuple[Result | None, BaseException | None]] = SimpleQueue()

    def run() -> None:
        while not is_over.is_set():
            with lock:
                left = [*_first(waiting)]
            if not left:
                return
            try:
                done.put((work(left[0]), None))
            except BaseException as error:
                done.put((None, error))
                return

    try:
        for _ in range(min(n_threads, len(items))):
            threading.Thread(target=run, daemon=True).start()
        for _ in items:
            result, error = _next(done)
            if error is not None:
                raise error
            yield result  # type: ignore[misc]
    finally:
        is_over.set()


def aside(work: Callable[[], Result]) -> Result:
    """What `work` gives."""
    (result,) = at_once(lambda _: work(), [None], 1)
    return result


def _next(done: SimpleQueue[Result]) -> Result:
    while True:
        with suppress(Empty):  # back here, Python looks for signals that another thread was given
            return done.get(timeout=MOMENT)


def _first(waiting: Iterator[Item]) -> Iterator[Item]:
    for item in waiting:
        yield item
        return

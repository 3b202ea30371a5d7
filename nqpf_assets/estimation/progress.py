"""Who wants to know how far draws are: bootstraps and permutations tell whoever listens.

Estimators take a plain callback; which column is at work is known here, and who shows it is the
business of the command line. Without a listener nothing is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from nqpf_assets.estimation.design import Design

Listener = Callable[[str, int, int], None]
"""Called with what is drawn for which column, draws done, and draws in all."""

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell `listener` of all draws while this is open."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def progress_of(design: Design, what: str) -> Callable[[int, int], None] | None:
    """The callback for the draws of a column, or None where nobody listens."""
    listener = _listener.get()
    if listener is None:
        return None
    title = f"{design.study}.{design.place}: {what}"
    return lambda done, in_all: listener(title, done, in_all)

"""Memory that frames let go, given back to the system at once.

Polars' allocator keeps what was let go for each of its threads, half a second and longer: while the
observations of a large file are put in order, some 400 MB of it lie unused beside them. It asks the
environment when Polars is loaded.
"""

from __future__ import annotations

import ctypes
import os
import sys

ALLOCATOR = "_RJEM_MALLOC_CONF"
"""Environment variable of the allocator; what the caller says in it holds."""
_SOON = "background_thread:true,dirty_decay_ms:50,muzzy_decay_ms:0"


def give_back_soon() -> None:
    """What is let go is free for all threads after 50 ms; to be called before Polars is imported."""
    os.environ.setdefault(ALLOCATOR, _SOON)


def give_back() -> None:
    """Give back what NumPy and Python let go, where the C library knows how; before what takes much."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)

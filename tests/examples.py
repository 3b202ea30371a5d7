"""How many examples tests of properties draw: half in CI, a fifth in `make test`, all where they are new.

The same examples every time, here as in CI, so that a test that fails does so for what was changed.
`NQPF_NEW_EXAMPLES=1` draws others, to look for what nobody has thought of.
"""

from __future__ import annotations

import os

from hypothesis import settings


def load_profile() -> None:
    """The examples of this run; `conftest` says it before any test is read."""
    settings.register_profile("same", derandomize=True, deadline=None, print_blob=True)
    settings.register_profile("new", derandomize=False, deadline=None, print_blob=True)
    settings.load_profile("new" if os.environ.get("NQPF_NEW_EXAMPLES") else "same")


def examples(number: int) -> int:
    """So many of those that a test may draw; what takes seconds asks here."""
    if os.environ.get("NQPF_NEW_EXAMPLES"):
        return number
    return number // 2 if os.environ.get("CI") else number // 5

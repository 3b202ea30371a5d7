"""The names by which browsers may ask for Dagster's pages; loads nothing."""

from __future__ import annotations

import os

OWN_HOSTS = ("127.0.0.1", "localhost", "::1")
NAMES = "NQPF_PAGE_NAMES"
"""Environment variable with more names, between commas; `nqpf serve web --name` sets it."""


def page_names() -> tuple[str, ...]:
    """This machine's own names, and those that were given."""
    given = (name.strip().lower() for name in os.environ.get(NAMES, "").split(","))
    return (*OWN_HOSTS, *(name for name in given if name))

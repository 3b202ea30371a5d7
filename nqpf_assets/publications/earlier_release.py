"""Tables of an earlier release, met by a command of this one: told in words, not as a failure of ours."""

from __future__ import annotations

import re

from nqpf_assets.catalog.columns import described_columns, registry
from nqpf_assets.messages.problems import InputError, Problem

_RAISED = ("BinderException", "CatalogException", "ColumnNotFoundError", "NotPublished")
"""What DuckDB, Polars and rows that were read raise for a name that is not there; told by name, without
loading any."""
_NAMED = re.compile(
    r'column named "(?P<a>\w+)"'
    r'|Referenced column "(?P<b>\w+)" not found'
    r'|unable to find column "(?P<c>\w+)"'
    r"|Table with name (?P<d>\w+) does not exist"
    r"|\Ano column (?P<e>\w+)"
    r'|Column "(?P<f>\w+)" does not exist on'
    r'|Column "(?P<g>\w+)" in (?:EXCLUDE|REPLACE) list not found'
)


def told_of_earlier_release(error: Exception) -> InputError | None:
    """What to tell where a table or column is not there that this release publishes; None of other errors.

    A name that no table of this release has is a mistake of ours, and stays one.
    """
    if type(error).__name__ not in _RAISED or not (match := _NAMED.search(str(error))):
        return None
    name = next(filter(None, match.groups()))
    if name not in described_columns() and name not in {table for _, table in registry()}:
        return None
    problem = Problem(
        file="the warehouse",
        where="",
        expected="tables as this release makes them",
        found=f"none with `{name}`: an earlier release made them",
        remedy="run `nqpf refresh`; of an earlier publication, ask the release that made it",
        code="earlier_release",
    )
    return InputError([problem])

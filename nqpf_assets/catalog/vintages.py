"""Vintages by name and by day: how a name is spelled, and which of two is newer.

The one definition of the order. `source.file` holds it as `vintage_day` and `vintage_order`, and whoever
takes the newest, the earlier or the last of several vintages compares these; nobody compares names.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""A number outside of these is no year."""

_DATE = re.compile(
    r"(\d{4})年?"
    r"|(\d{4})(?:[-._/ ]|年)(\d{1,2})月?"
    r"|(\d{4})(?:[-._/ ]|年)(\d{1,2})(?:[-._/ ]|月)(\d{1,2})日?"
    r"|(\d{4})(\d{2})"
    r"|(\d{4})(\d{2})(\d{2})"
)
_NUMBER = re.compile(r"\d+")
_UNKNOWN_DAY = "0000-00-00"


def spelled(name: str) -> str:
    """The name in its one spelling: `2025-5`, `2025.05` and `2025年5月` are `2025-05`; others stay."""
    parts = _parts(name)
    if parts is None:
        return unicodedata.normalize("NFC", name)
    year, *rest = parts
    return "-".join([f"{year:04}", *(f"{part:02}" for part in rest)])


def day_of_name(name: str) -> dt.date | None:
    """The day a name stands for, a year or month for its last one; None where it is no date."""
    parts = _parts(name)
    if parts is None:
        return None
    year, month, day = (*parts, *(12, 31)[len(parts) - 1 :]) if len(parts) < 3 else parts
    last = calendar.monthrange(year, month)[1]
    return dt.date(year, month, day if len(parts) == 3 else last)


def day_of(published: dt.date | None, accessed: dt.date | None, name: str) -> dt.date | None:
    """The day by which a vintage is ordered: published, else accessed, else the name as a date."""
    return published or accessed or day_of_name(name)


def order_of(published: dt.date | None, accessed: dt.date | None, name: str) -> str:
    """A text that is greater for the newer of two vintages.

    By day first, an unknown one before all others. Of one day, by name with its numbers by size, so that
    the same files always give the same choice; `audit.vintage_tie` tells where that decides.
    """
    day = day_of(published, accessed, name)
    by_size = _NUMBER.sub(lambda number: number[0].lstrip("0").rjust(12, "0"), spelled(name))
    return f"{day.isoformat() if day else _UNKNOWN_DAY} {by_size}"


def _parts(name: str) -> tuple[int, ...] | None:
    """Year, year and month, or year, month and day, where a name is nothing else."""
    match = _DATE.fullmatch(unicodedata.normalize("NFKC", name).strip())
    if match is None:
        return None
    parts = tuple(int(part) for part in match.groups() if part is not None)
    if not FIRST_YEAR <= parts[0] <= LAST_YEAR:
        return None
    try:
        dt.date(*(*parts, 1, 1)[:3])
    except ValueError:
        return None
    return parts

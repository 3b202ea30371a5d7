"""Places of published cells in words: sheet and cell, files, years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nqpf_assets.messages.counted import counted


def parts_of(locator: str | None) -> tuple[str | None, str | None]:
    """Sheet and cell of a place in a file."""
    sheet, mark, cell = (locator or "").rpartition("!")
    if not mark:
        return None, locator
    is_quoted = len(sheet) > 1 and sheet[0] == sheet[-1] == "'"
    return (sheet[1:-1].replace("''", "'") if is_quoted else sheet), cell


def in_files(paths: Sequence[str | None], n_files: int) -> str:
    """`` in a.xlsx, b.xlsx and 3 more files``, of the files that are named; nothing where none is."""
    named = [path for path in paths if path]
    more = f" and {counted(n_files - len(named), 'more files')}" if n_files > len(named) else ""
    return f" in {', '.join(named)}{more}" if named else ""


def spans(years: Iterable[int]) -> str:
    """``2001–2005, 2007``."""
    parts: list[list[int]] = []
    for year in sorted(years):
        if parts and year == parts[-1][-1] + 1:
            parts[-1].append(year)
        else:
            parts.append([year])
    return ", ".join(str(p[0]) if len(p) == 1 else f"{p[0]}–{p[-1]}" for p in parts)

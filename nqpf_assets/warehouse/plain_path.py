"""A name for a file that no engine takes for a pattern, a URL or an escape.

DuckDB and Polars read ``[1]``, ``*`` and ``?`` in a path as patterns, and so read a neighbour's file;
DuckDB makes a backslash a slash and ``year=2020`` a column; Dagster looks for its settings by pattern and
puts the path of its folder into a URL. None of them is given such a path: it gets a link of a harmless
name, in a private folder that goes with this process.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

_HARMLESS = re.compile(r"[\w./ ()（）-]*")
"""Letters and digits of all scripts, and signs that mean themselves everywhere."""

_links: dict[tuple[int, str], str] = {}
"""Process and real path → link; a process that was forked makes its own."""


def is_harmless(text: str) -> bool:
    """Whether every program takes the text for the name that it is."""
    return _HARMLESS.fullmatch(text) is not None


def plain_path(path: Path) -> str:
    """The path, or another name of the same file where the path's own could be misread.

    Raises:
        OSError: no link can be made.
    """
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - a link in the path is left as it is
    if is_harmless(str(whole)):
        return str(whole)
    awkward = whole
    while is_harmless(awkward.name):
        awkward = awkward.parent
    link = _links.get((os.getpid(), str(awkward)))
    if link is None or not os.path.lexists(link):
        link = _link(awkward)
    return str(Path(link, whole.relative_to(awkward)))


def plain_database(path: Path) -> str:
    """A name under which DuckDB opens a database of its own, to be read.

    DuckDB follows links in the path of a database, and then takes it apart: where that goes wrong, the name
    is that of a copy.

    Raises:
        OSError: there is no such file, or it cannot be copied.
    """
    if _is_followed_well(path):
        return plain_path(path)
    copy = Path(tempfile.mkdtemp(dir=_folder()), "copy.duckdb")
    shutil.copyfile(path, copy)
    return str(copy)


@contextmanager
def plain_target(path: Path) -> Iterator[str]:
    """A name under which DuckDB writes a new database, which is at `path` afterwards."""
    if _is_followed_well(path):
        yield plain_path(path)
        return
    aside = Path(tempfile.mkdtemp(dir=_folder()), "new.duckdb")
    try:
        yield str(aside)
        shutil.copyfile(aside, path)
    finally:
        shutil.rmtree(aside.parent, ignore_errors=True)


def _is_followed_well(path: Path) -> bool:
    return {"?", "\\"}.isdisjoint(os.path.realpath(path))


def _link(awkward: Path) -> str:
    link = Path(_folder(), f"{len(_links)}{awkward.suffix if is_harmless(awkward.suffix) else ''}")
    link.symlink_to(awkward)
    _links[os.getpid(), str(awkward)] = str(link)
    return str(link)


def _folder() -> str:
    """A folder of this process's own."""
    return _folder_of(os.getpid())


@cache
def _folder_of(process: int) -> str:
    places = [place for place in (tempfile.gettempdir(), "/tmp", "/var/tmp") if is_harmless(place)]
    for place in places:
        if os.access(place, os.W_OK):
            folder = tempfile.mkdtemp(prefix="nqpf-", dir=place)
            atexit.register(_remove, process, folder)
            return folder
    raise OSError(None, "no temporary folder with a plain name can be written", "TMPDIR")


def _remove(process: int, folder: str) -> None:
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)

"""A study begun as a copy of another: its text with a new name, and without the promises of the old one.

Every comment and line break is kept. What holds numbers of the old study and would stop the new one, or
stand beside its results as if it were meant for them (`expect`, `published`, `citation`), is put behind
`#`, so that it can be taken back. The copy is read again before it is given: it says what the old study
says, without those, or the copy is not made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.user_input.lined_yaml import LinedYaml, read_yaml

PROMISES = ("expect", "published", "citation")
"""Keys with what the old study was promised to give, what its paper printed, and the paper itself."""
_PROMISE = re.compile(rf"(?P<indent> *)(?:{'|'.join(PROMISES)}):(?:\s|$)")
_NOTHING = re.compile(r"\s*(#.*)?")


@dataclass(frozen=True)
class Adopted:
    """The text of the new study.

    Attributes:
        n_promises: blocks of the old study that are comments now.
        kept: places of promises that stand inside of other lines, and were left.
    """

    text: str
    n_promises: int
    kept: tuple[str, ...]


def adopt(source: Path, name: str) -> Adopted:
    """The study of a file under a new name.

    Raises:
        InputError: the file is no study, with every mistake of it.
    """
    file = read_study_file(source)
    text = source.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    old = read_yaml(text, str(source)).data  # as written: a study that is read has more columns
    lines = _renamed(text.split("\n"), file.document, name)
    without, n_promises = _without_promises(lines)
    header = [
        f"# Begun as a copy of the study `{file.study.study}`. What it promised and what its paper printed",
        f"# ({', '.join(PROMISES)}) are comments here; take back what still holds by removing `# `.",
        "",
    ]
    for tried, n in ((without, n_promises), (lines, 0)):
        document = read_yaml("\n".join(tried), str(source))
        if document.problems:
            continue
        if n == 0 or _unpromised(document.data) == _unpromised(old, name):
            kept = tuple(_promises_of(document, len(header)))
            return Adopted("\n".join([*header, *tried]), n, kept)
    raise AssertionError("a study whose name alone was changed can be read")


def _renamed(lines: list[str], document: LinedYaml, name: str) -> list[str]:
    """The lines with another name behind `study:`, which stands at the left margin."""
    at = document.place(("study",)).line - 1
    old = re.escape(str(document.data["study"]))
    renamed = re.sub(
        rf"(?<=study)(['\"]?\s*:\s*['\"]?){old}\b", rf"\g<1>{name}", lines[at], count=1
    )
    return [*lines[:at], renamed, *lines[at + 1 :]]


def _without_promises(lines: list[str]) -> tuple[list[str], int]:
    """The lines with each block of a promise behind `#`, and how many blocks these are.

    A block are the line of its key and what is indented further below it.
    """
    found, n, at = list(lines), 0, 0
    while at < len(lines):
        begins = _PROMISE.match(lines[at])
        if begins is None:
            at += 1
            continue
        indent, end = len(begins["indent"]), at + 1
        for further in range(at + 1, len(lines)):
            line = lines[further]
            if _NOTHING.fullmatch(line):
                continue
            if len(line) - len(line.lstrip(" ")) <= indent:
                break
            end = further + 1
        found[at:end] = [f"{' ' * indent}# {line[indent:]}".rstrip() for line in lines[at:end]]
        n, at = n + 1, end
    return found, n


def _unpromised(data: Any, name: str | None = None) -> Any:
    """The data of a study without promises; with a `name`, under that."""
    if isinstance(data, dict):
        kept = {key: _unpromised(one) for key, one in data.items() if key not in PROMISES}
        return kept | {"study": name} if name is not None else kept
    return [_unpromised(one) for one in data] if isinstance(data, list) else data


def _promises_of(document: LinedYaml, n_lines_before: int) -> Iterator[str]:
    """Where promises stand in a document that has so many lines put before it."""
    for path, place in document.places.items():
        if path[-1:] and path[-1] in PROMISES:
            yield f"line {place.line + n_lines_before} (`{path[-1]}`)"

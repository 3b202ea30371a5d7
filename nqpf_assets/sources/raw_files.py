"""Which files a raw folder holds, in a stable order, and the vintage their place stands for."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nqpf_assets.formats.limits import FOLDERS_DEEP
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card_files import OWN_CARD, is_card
from nqpf_assets.user_input.own_files import folders_of, is_text, real

# Left by programs beside the files people work on; and words about files, which are no data.
_NO_DATA = ("~$", "readme", "thumbs.db", "desktop.ini")


@dataclass(frozen=True, order=True)
class RawFile:
    """One raw file.

    Attributes:
        shown: its path as the user knows it, with forward slashes.
        path: where it is.
        vintage: the folder below the publisher's, where there is one.
    """

    shown: str
    path: Path
    vintage: str | None


def walk(
    folder: Path, shown: str, vintage: str | None = None
) -> tuple[list[RawFile], list[Problem]]:
    """The raw files under a folder, sorted by path.

    Args:
        folder: where to look; links that lead out of it are not followed.
        shown: the folder as the user knows it.
        vintage: of files whose place says none.
    """
    root = real(folder)
    found: list[RawFile] = []
    problems: list[Problem] = []
    left_out: list[tuple[Path, str]] = []
    for where, folders, names in folders_of(folder, FOLDERS_DEEP, left_out):
        inner = where.relative_to(folder)
        for name in sorted([*names, *(f for f in folders if (where / f).is_symlink())]):
            path = where / name
            place = f"{shown}/{(inner / name).as_posix()}"
            is_link = path.is_symlink() and not is_card(name)  # a card's own reader tells of it
            if is_link and (path.is_dir() or not real(path).is_relative_to(root)):
                problems.append(
                    Problem(
                        file=place,
                        where="",
                        expected="a file inside the raw folder",
                        found=f"a link to {real(path)}, which was not read",
                        remedy="copy the file here",
                        severity="warning",
                        code="link",
                    )
                )
            elif holds_data(name):
                below = inner.parts[1] if len(inner.parts) > 1 else vintage
                found.append(RawFile(place, path, below))
    problems += [
        _left_out(path, f"{shown}/{path.relative_to(folder).as_posix()}", expected)
        for path, expected in left_out
    ]
    return sorted(found), problems


def _left_out(path: Path, shown: str, expected: str) -> Problem:
    found = f"`{path.name}`" if is_text(path.name) else f"the bytes {os.fsencode(path.name)!r}"
    if not is_text(path.name):
        remedy = "rename it; a name in GBK is often left by an archive unpacked elsewhere"
    else:
        found, remedy = "deeper ones", "move what is meant up, remove the rest"
    return Problem(
        file=shown, where="", expected=expected, found=found, remedy=remedy, code="file_name"
    )


def files_at(paths: Iterable[Path], root: Path) -> tuple[list[RawFile], list[Problem]]:
    """The raw files that paths name: files, the files of cards, everything in folders.

    Args:
        paths: as the user wrote them.
        root: the project; paths inside it are shown relative to it.
    """
    found: dict[Path, RawFile] = {}
    problems: list[Problem] = []
    for path in paths:
        shown = _shown(path, root)
        if not is_text(shown):
            problems.append(_left_out(path, shown, "a name in UTF-8"))
            continue
        if path.name.endswith(OWN_CARD):
            path = path.with_name(path.name.removesuffix(OWN_CARD))
        elif is_card(path.name):
            path = path.parent
        if path.is_dir():
            inside, wrong = walk(path, _shown(path, root))
            problems += wrong
            for file in inside:
                vintage = _vintage(file.path)
                found.setdefault(real(file.path), RawFile(file.shown, file.path, vintage))
        elif path.is_file():
            file = RawFile(_shown(path, root), path, _vintage(path))
            found.setdefault(real(path), file)
        else:
            remedy = "correct the path"
            problems.append(
                Problem(
                    file=shown,
                    where="",
                    expected="a file or folder",
                    found="nothing",
                    remedy=remedy,
                    code="path",
                )
            )
    return sorted(found.values()), problems


def holds_data(name: str) -> bool:
    return not (name.startswith(".") or is_card(name) or name.lower().startswith(_NO_DATA))


def _shown(path: Path, root: Path) -> str:
    resolved = real(path)
    inside = resolved.is_relative_to(root.resolve())
    return resolved.relative_to(root.resolve()).as_posix() if inside else path.as_posix()


def _vintage(path: Path) -> str:
    """The folder below the publisher's; outside of a raw folder, the folder of the file."""
    folders = real(path).parts[:-1]
    if "raw" in folders:
        below = folders[len(folders) - folders[::-1].index("raw") :]
        if len(below) > 1:
            return below[1]
    return folders[-1]

"""Which files a raw folder holds, in a stable order, and the vintage their place stands for."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nqpf_assets.problems import Problem
from nqpf_assets.sources.card_files import OWN_CARD, is_card

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
    root = folder.resolve()
    found: list[RawFile] = []
    problems: list[Problem] = []
    for where, folders, names in os.walk(folder):
        inner = Path(where).relative_to(folder)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted([*names, *(f for f in folders if (Path(where) / f).is_symlink())]):
            path = Path(where) / name
            place = f"{shown}/{(inner / name).as_posix()}"
            if path.is_symlink() and (path.is_dir() or not path.resolve().is_relative_to(root)):
                problems.append(
                    Problem(
                        place,
                        "",
                        "a file inside the raw folder",
                        f"a link to {path.resolve()}, which was not read",
                        "copy the file here",
                        severity="warning",
                        code="link",
                    )
                )
            elif holds_data(name):
                below = inner.parts[1] if len(inner.parts) > 1 else vintage
                found.append(RawFile(place, path, below))
    return sorted(found), problems


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
        if path.name.endswith(OWN_CARD):
            path = path.with_name(path.name.removesuffix(OWN_CARD))
        elif is_card(path.name):
            path = path.parent
        if path.is_dir():
            inside, wrong = walk(path, _shown(path, root))
            problems += wrong
            for file in inside:
                vintage = _vintage(file.path)
                found.setdefault(file.path.resolve(), RawFile(file.shown, file.path, vintage))
        elif path.is_file():
            file = RawFile(_shown(path, root), path, _vintage(path))
            found.setdefault(path.resolve(), file)
        else:
            remedy = "correct the path"
            problems.append(Problem(shown, "", "a file or folder", "nothing", remedy, code="path"))
    return sorted(found.values()), problems


def holds_data(name: str) -> bool:
    return not (name.startswith(".") or is_card(name) or name.lower().startswith(_NO_DATA))


def _shown(path: Path, root: Path) -> str:
    resolved = path.resolve()
    inside = resolved.is_relative_to(root.resolve())
    return resolved.relative_to(root.resolve()).as_posix() if inside else path.as_posix()


def _vintage(path: Path) -> str:
    """The folder below the publisher's; outside of a raw folder, the folder of the file."""
    folders = path.resolve().parts[:-1]
    if "raw" in folders:
        below = folders[len(folders) - folders[::-1].index("raw") :]
        if len(below) > 1:
            return below[1]
    return folders[-1]

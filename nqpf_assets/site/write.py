"""The pages put in place as one folder: written beside the former site, which stays whole until they are."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.site.page import Page

RECORD = "nqpf-site.txt"
"""File of a site that says which publication it shows; written last."""


def put_in_place(folder: Path, pages: Iterable[Page], of: str) -> int:
    """Write the site and take the former one away; gives how many files it has.

    Args:
        of: the publication that it shows, by which `shows` knows it again.

    Raises:
        InputError: the folder holds something else.
        OSError: it cannot be written; the former site is as it was.
    """
    require_site(folder)
    beside, former = folder.with_name(f".{folder.name}.new"), _former(folder)
    if former.exists() and not folder.exists():  # stopped between two names
        former.rename(folder)
    for left in (beside, former):
        shutil.rmtree(left, ignore_errors=True)
    try:
        n_files = _written(beside, pages, of)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    if folder.exists():
        folder.rename(former)
    beside.rename(folder)
    shutil.rmtree(former, ignore_errors=True)
    return n_files


def _former(folder: Path) -> Path:
    """Where the site that was stands while another takes its place."""
    return folder.with_name(f".{folder.name}.old")


def take_former_away(folder: Path) -> None:
    """What is left beside a site in place by a run that was stopped right behind its last step."""
    shutil.rmtree(_former(folder), ignore_errors=True)


def _written(folder: Path, pages: Iterable[Page], of: str) -> int:
    n_files = 0
    for page in pages:
        target = folder / page.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if page.source is None:
            target.write_bytes(page.content)
        else:
            shutil.copyfile(page.source, target)
        n_files += 1
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RECORD).write_text(f"{of}\n", encoding="utf-8")
    return n_files


def shows(folder: Path, of: str) -> bool:
    """Whether the folder holds the whole site of this publication."""
    try:
        return (folder / RECORD).read_text("utf-8") == f"{of}\n"
    except (OSError, ValueError):
        return False


def require_site(folder: Path) -> None:
    """Refuse a folder that is neither new, nor empty, nor a site.

    Raises:
        InputError: it holds something else.
    """
    if not folder.exists() and not folder.is_symlink():
        return
    is_folder = folder.is_dir() and not folder.is_symlink()
    if is_folder and ((folder / RECORD).is_file() or not any(folder.iterdir())):
        return
    raise InputError(
        [
            Problem(
                file=str(folder),
                where="",
                expected="a new or empty folder, or one that holds a site",
                found="other files" if is_folder else "no folder",
                remedy="name another folder with --output, or move what is there",
                code="output",
            )
        ]
    )

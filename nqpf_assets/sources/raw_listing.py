"""Which files a project's state is made of, and the content of one, told without trusting a clock.

`raw_files` lists what is read; here cards and the catalogue count too, since what they say is built in.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from nqpf_assets.formats.limits import FOLDERS_DEEP
from nqpf_assets.sources.card_files import is_card
from nqpf_assets.sources.raw_files import holds_data
from nqpf_assets.sources.unfinished_files import Mark, finished_name, mark_of
from nqpf_assets.user_input.own_files import folders_of, real
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import sha256_of

CHANGING = "a file that changed while it was read"
TRIES, PAUSE = 20, 0.05
"""A card or a catalogue file is saved within a second; that long we wait for it."""


def listed(project: Project) -> Iterator[tuple[str, Path]]:
    """Raw files, cards and catalogue under their paths in the project; hidden files and remarks apart."""
    for folder in (project.raw, project.catalog):
        for where, folders, names in folders_of(folder, FOLDERS_DEEP):
            links = [name for name in folders if (where / name).is_symlink()]
            for name in sorted([*names, *links]):
                counts = folder != project.raw or holds_data(name) or is_card(name)
                if counts and not name.startswith("."):
                    path = where / name
                    yield path.relative_to(project.root).as_posix(), path


def is_unfinished(path: Path, raw: Path) -> bool:
    """By its own name, or by that of a folder in which a browser keeps what it fetches."""
    folders = path.relative_to(raw).parts[:-1]
    is_inside = any(name.lower().endswith((".download", ".crdownload")) for name in folders)
    return is_inside or finished_name(path.name) is not None


def content_of(path: Path, *, is_small: bool) -> tuple[str | None, Mark | None]:
    """Hash of a file, and its mark when it was read; words where there is no content to hash.

    Args:
        is_small: wait until it no longer changes.

    Returns:
        ``(None, None)`` where nothing is there.
    """
    try:
        if path.is_symlink() and not _is_inside(path):
            return f"link to {path.readlink()}", None
        if not path.is_file():
            return None, None  # a pipe, a socket, a device
        for _ in range(TRIES if is_small else 1):
            before = mark_of(path)
            content = sha256_of(path)
            if mark_of(path) == before:
                return content, before
            time.sleep(PAUSE if is_small else 0)
    except FileNotFoundError:
        return None, None
    except OSError as error:
        return f"unreadable: {error.strerror}", None
    return CHANGING, None


def _is_inside(link: Path) -> bool:
    """Whether a link leads to a file beside which it lies in a raw folder: such a one is read."""
    target = real(link)
    folder = next((parent for parent in link.parents if parent.name in ("raw", "catalog")), None)
    return target.is_file() and folder is not None and target.is_relative_to(real(folder))

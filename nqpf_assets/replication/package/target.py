"""Where a package is put: a new folder or a new zip, or in the place of a package that nobody has touched."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.replication.package.data_package import FILE, MARK
from nqpf_assets.replication.r.script import RESULTS
from nqpf_assets.warehouse.durable import replace_file, replace_folder, sha256_of

CHECKSUMS = "checksums.txt"
MADE_INSIDE = ("warehouse/", ".dagster/", f"r/{RESULTS}")
"""What `nqpf refresh` and the script in R make in a package; it can be made again."""
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Of every file in a zip, so that the same content gives the same bytes."""


def is_zip(target: Path) -> bool:
    return target.suffix.lower() == ".zip"


def require_target(target: Path, *, may_replace: bool) -> None:
    """Refuse to write over anything but a package as it was made, and over that without being told to.

    Raises:
        InputError: something else stands there, or a package that was changed since.
    """
    if not os.path.lexists(target) or (target.is_dir() and not any(target.iterdir())):
        return
    found = _zip_standing(target) if is_zip(target) else _folder_standing(target)
    if found:
        raise InputError([_stands(target, found, "name another place")])
    if not may_replace:
        remedy = "name another place, or say --overwrite"
        raise InputError([_stands(target, "a package", remedy)])


def put(target: Path, fill: Callable[[Path], object]) -> None:
    """Let `fill` make the package in an empty folder, and put it in place whole, or not at all.

    Raises:
        OSError: it cannot be written.
    """
    if not is_zip(target):
        replace_folder(target, fill)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".nqpf-package-", dir=target.parent) as made:
        folder = Path(made, target.stem)
        folder.mkdir()
        fill(folder)
        replace_file(target, lambda beside: _zipped(folder, beside))


def write_checksums(folder: Path) -> None:
    """The hash of every file, as `sha256sum -c` reads it."""
    lines = [f"{sha256_of(path)}  {name}" for name, path in _files(folder) if name != CHECKSUMS]
    (folder / CHECKSUMS).write_text("\n".join(lines) + "\n", "utf-8")


def _files(folder: Path) -> list[tuple[str, Path]]:
    found = (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return sorted((path.relative_to(folder).as_posix(), path) for path in found)


def _zipped(folder: Path, beside: Path) -> None:
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in _files(folder):
            entry = zipfile.ZipInfo(f"{folder.name}/{name}", _MOMENT)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with path.open("rb") as source, archive.open(entry, "w") as packed:
                while piece := source.read(1 << 20):
                    packed.write(piece)


def _folder_standing(target: Path) -> str:
    """What stands there beside a package as it was made; nothing where it is one."""
    if not target.is_dir() or target.is_symlink():
        return "a file"
    try:
        described = json.loads((target / FILE).read_text("utf-8"))
        lines = (target / CHECKSUMS).read_text("utf-8").splitlines()
        known = {name: content for content, _, name in (line.partition("  ") for line in lines)}
        is_ours = MARK in described
    except (OSError, ValueError, TypeError):
        is_ours = False
    if not is_ours:
        return "a folder that is no replication package"
    for name, path in _files(target):
        if name == CHECKSUMS or name.startswith(MADE_INSIDE):
            continue
        if known.get(name) != sha256_of(path):
            return f"a package with {'a changed' if name in known else 'an added'} file: {name}"
    return ""


def _zip_standing(target: Path) -> str:
    """The same of a zip."""
    try:
        with zipfile.ZipFile(target) as archive:
            (name,) = (
                one
                for one in archive.namelist()
                if one.count("/") == 1 and one.endswith(f"/{FILE}")
            )
            is_ours = MARK in json.loads(archive.read(name))
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile):
        is_ours = False
    return "" if is_ours else "something that is no replication package"


def _stands(target: Path, found: str, remedy: str) -> Problem:
    return Problem(
        file=str(target),
        where="",
        expected="a place where nothing stands yet",
        found=found,
        remedy=remedy,
        code="output",
    )

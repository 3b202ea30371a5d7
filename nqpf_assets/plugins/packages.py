"""Installed packages that register something for us: found by entry points, told apart by content.

Looking costs two milliseconds where there are none: metadata are read where a package names a group of ours.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import Path

from nqpf_assets.messages.problems import InputError, Problem

INTERFACE = 1
"""Version of what members look like; a module that an entry point names says for which it was written."""
GROUPS = ("nqpf.indices",)
"""Kinds of members that packages can bring."""
CODE = {".py", ".csv", ".yaml", ".json", ".sql"}


@dataclass(frozen=True)
class Package:
    """A package that brings a member.

    Attributes:
        name, release: as installed.
        module: top-level module that holds the member.
    """

    name: str
    release: str
    module: str

    @property
    def identity(self) -> str:
        """Release and hash of what the package consists of, which an editable installation changes alone."""
        return f"{self.release} {_content(self.module)[:12]}"


def points_of(group: str) -> tuple[EntryPoint, ...]:
    """Entry points of one group, by name and package."""
    return tuple(point for point in _points() if point.group == group)


@cache
def _points() -> tuple[EntryPoint, ...]:
    if not any(map(_names_a_group, sys.path)):
        return ()
    from importlib.metadata import entry_points

    found = [point for group in GROUPS for point in entry_points(group=group)]
    return tuple(sorted(found, key=lambda point: (point.group, point.name, point.value)))


def _names_a_group(folder: str) -> bool:
    """Whether a package that is installed in a folder has entry points of ours."""
    try:
        with os.scandir(folder or ".") as inside:
            texts = [
                Path(one.path, "entry_points.txt")
                for one in inside
                if one.name.endswith((".dist-info", ".egg-info"))
            ]
    except OSError:
        return False
    return any(b"[nqpf." in text.read_bytes() for text in texts if text.is_file())


def package_of(point: EntryPoint) -> Package:
    """The package that brings an entry point."""
    module = point.module.partition(".")[0]
    if point.dist is None:
        return Package(module, "unknown", module)
    return Package(point.dist.name, point.dist.version, module)


def load(point: EntryPoint) -> object:
    """What an entry point names, if it was written for this interface.

    Raises:
        InputError: it cannot be imported, or was written for another interface.
    """
    try:
        member = point.load()
        written_for = getattr(sys.modules[point.module], "INTERFACE", None)
    except Exception as error:
        raise broken(
            point, "a module that can be imported", f"{type(error).__name__}: {error}"
        ) from error
    if written_for != INTERFACE:
        found = "nothing of the kind" if written_for is None else f"INTERFACE = {written_for!r}"
        raise broken(point, f"`INTERFACE = {INTERFACE}` in the module {point.module}", found)
    return member


def broken(point: EntryPoint, expected: str, found: str) -> InputError:
    """The error of a package that cannot be used, which names it."""
    package = package_of(point)
    return InputError(
        [
            Problem(
                file=f"package {package.name} {package.release}",
                where=f"entry point {point.name} of {point.group} ({point.value})",
                expected=expected,
                found=found,
                remedy=f"install a release of {package.name} that fits, or uninstall it; "
                "docs/plugins.md says what is expected",
                code="plugin",
            )
        ]
    )


@cache
def _content(module: str) -> str:
    """Hash of the modules and data files of a package."""
    spec = importlib.util.find_spec(module)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    files = [(Path(folder), path) for folder in folders for path in Path(folder).rglob("*")]
    if spec and not folders and spec.origin:
        files = [(Path(spec.origin).parent, Path(spec.origin))]
    digest = hashlib.sha256()
    for folder, path in sorted(files):
        if path.suffix in CODE and path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def identities(groups: tuple[str, ...] = GROUPS) -> dict[str, str]:
    """Packages that register in these groups, each with its release and content."""
    packages = {package_of(point) for group in groups for point in points_of(group)}
    return {one.name: one.identity for one in sorted(packages, key=lambda one: one.name)}

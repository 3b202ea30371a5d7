"""Installed packages that register something for us: found by entry points, told apart by content.

Looking costs two milliseconds where there are none: metadata are read where a package names a group of ours.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import Path

from nqpf_assets.messages.problems import InputError, Problem, did_you_mean

GROUPS = {
    "nqpf.checks": 1,
    "nqpf.estimators": 1,
    "nqpf.exports": 1,
    "nqpf.indices": 1,
    "nqpf.readers": 1,
}
"""What packages can bring, and the version of what such a member looks like.

The module that an entry point names says for which version it was written. A group stands here once a
registry reads it: what nobody would read is told.
"""
_OURS = re.compile(rb"^\s*\[\s*nqpf[._-]", re.MULTILINE | re.IGNORECASE)


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
    """Entry points of one group, by name and package.

    Raises:
        InputError: a package registers in a group that is none of `GROUPS`, and would do nothing.
    """
    strangers = [point for point in _points() if point.group not in GROUPS]
    if strangers:
        raise InputError(map(_unknown_group, strangers))
    return tuple(point for point in _points() if point.group == group)


@cache
def _points() -> tuple[EntryPoint, ...]:
    """Entry points of all groups that are ours, or were meant to be."""
    if not any(map(_names_a_group, sys.path)):
        return ()
    from importlib.metadata import entry_points

    groups = filter(_is_meant_for_us, entry_points().groups)
    found = [point for group in groups for point in entry_points(group=group)]
    return tuple(sorted(found, key=lambda point: (point.group, point.name, point.value)))


def _is_meant_for_us(group: str) -> bool:
    """Whether a group begins as ours do, or is one of ours in another spelling."""
    plain = re.sub("[_-]", ".", group.casefold())
    return group.casefold().startswith("nqpf.") or plain in GROUPS


def _names_a_group(folder: str) -> bool:
    """Whether a package that is installed in a folder may have entry points of ours."""
    try:
        with os.scandir(folder or ".") as inside:
            texts = [
                Path(one.path, "entry_points.txt")
                for one in inside
                if one.name.endswith((".dist-info", ".egg-info"))
            ]
    except OSError:
        return False
    return any(_OURS.search(text.read_bytes()) for text in texts if text.is_file())


def _unknown_group(point: EntryPoint) -> Problem:
    near = did_you_mean(point.group, GROUPS)
    found = f"the group {point.group}" + (f"; {near}" if near else "")
    return _problem(point, f"one of the groups {', '.join(GROUPS)}", found)


def package_of(point: EntryPoint) -> Package:
    """The package that brings an entry point."""
    module = point.value.partition(":")[0].partition(".")[0].strip()
    if point.dist is None:
        return Package(module, "unknown", module)
    return Package(point.dist.name, point.dist.version, module)


def load(point: EntryPoint) -> object:
    """What an entry point names, if it was written for the version that its group has.

    Raises:
        InputError: it cannot be imported, or was written for another version.
    """
    try:
        member = point.load()
        written_for = getattr(sys.modules[point.module], "INTERFACE", None)
    # A module that ends the program while it is imported says `SystemExit`.
    except (Exception, SystemExit) as error:
        raise broken(
            point, "a module and a name in it that can be imported", in_words(error, point)
        ) from error
    if written_for != GROUPS[point.group]:
        found = "nothing of the kind" if written_for is None else f"INTERFACE = {written_for!r}"
        expected = f"`INTERFACE = {GROUPS[point.group]}` in the module {point.module}"
        raise broken(point, expected, found)
    return member


def in_words(error: BaseException, point: EntryPoint) -> str:
    """An exception in one line, with the last place in the package's own files that led to it."""
    trace, place, package = error.__traceback__, "", package_of(point).module
    while trace is not None:
        frame = trace.tb_frame
        if str(frame.f_globals.get("__name__")).partition(".")[0] == package:
            place = f" ({Path(frame.f_code.co_filename).name}, line {trace.tb_lineno})"
        trace = trace.tb_next
    return f"{type(error).__name__}: {error}{place}"


def broken(point: EntryPoint, expected: str, found: str) -> InputError:
    """The error of a package that cannot be used, which names it."""
    return InputError([_problem(point, expected, found)])


def _problem(point: EntryPoint, expected: str, found: str) -> Problem:
    package = package_of(point)
    return Problem(
        file=f"package {package.name} {package.release}",
        where=f"entry point {point.name} of {point.group} ({point.value})",
        expected=expected,
        found=found,
        remedy=f"install a release of {package.name} that fits, or uninstall it; "
        "`nqpf help plugins` says what is expected",
        code="plugin",
    )


@cache
def _content(module: str) -> str:
    """Hash of all files of a package but what Python compiles from them."""
    spec = importlib.util.find_spec(module)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    files = [(Path(folder), path) for folder in folders for path in Path(folder).rglob("*")]
    if spec and not folders and spec.origin:
        files = [(Path(spec.origin).parent, Path(spec.origin))]
    digest = hashlib.sha256()
    for folder, path in sorted(files):
        if "__pycache__" not in path.parts and path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def identities(groups: Iterable[str] = GROUPS) -> dict[str, str]:
    """Packages that register in these groups, each with its release and content."""
    packages = {package_of(point) for group in groups for point in points_of(group)}
    return {one.name: one.identity for one in sorted(packages, key=lambda one: one.name)}

"""All members of one kind under their names, ours and those of installed packages.

Ours are the modules of one room: a module that is put there is registered. Those of packages are found by
entry points. Nothing is imported before somebody asks.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from nqpf_assets.plugins.packages import Package, broken, load, package_of, points_of


class Named(Protocol):
    """What every member has."""

    @property
    def name(self) -> str:
        """Under which it is asked for."""


Member = TypeVar("Member", bound=Named)


class Registry(Generic[Member]):
    """Members of one kind.

    Args:
        kind: class of the members.
        room: the package whose modules each hold one member.
        attribute: name of the member in its module.
        group: entry points at which packages register theirs.
    """

    def __init__(self, kind: type[Member], *, room: str, attribute: str, group: str = "") -> None:
        self.kind, self.room, self.attribute, self.group = kind, room, attribute, group

    @cached_property
    def own(self) -> Mapping[str, Member]:
        """Those of this package, by name."""
        room = importlib.import_module(self.room)
        assert room.__file__ is not None, "a room is a folder with a module of its own"
        names = sorted(one.name for one in pkgutil.iter_modules([str(Path(room.__file__).parent)]))
        modules = [importlib.import_module(f"{self.room}.{name}") for name in names]
        members: list[Member] = [getattr(module, self.attribute) for module in modules]
        return {member.name: member for member in members}

    @cached_property
    def packages(self) -> Mapping[str, Package]:
        """Members of installed packages, and who brings each."""
        return {point.name: package_of(point) for point in points_of(self.group)}

    @cached_property
    def all(self) -> Mapping[str, Member]:
        """All members by name: ours, then those of packages.

        Raises:
            InputError: a package cannot be used.
        """
        members = dict(self.own)
        for point in points_of(self.group):
            member = load(point)
            if not isinstance(member, self.kind) or member.name != point.name:
                named = f" with the name {member.name!r}" if isinstance(member, self.kind) else ""
                expected = f"a {self.kind.__name__} with the name {point.name!r}"
                raise broken(point, expected, f"a {type(member).__name__}{named}")
            if point.name in members:
                raise broken(point, "a name that nobody else has", f"{point.name!r} once more")
            members[point.name] = member
        return members

    def behind(self, names: Iterable[str]) -> dict[str, str]:
        """Packages that bring these members, each with its release and content."""
        found = (self.packages[name] for name in sorted(set(names)) if name in self.packages)
        return {package.name: package.identity for package in found}

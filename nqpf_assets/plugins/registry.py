"""All members of one kind under their names, ours and those of installed packages.

Ours are the modules of one room: a module that is put there is registered. Those of packages are found by
entry points. Nothing is imported before somebody asks.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from nqpf_assets.messages.problems import InputError, Problem, ProblemsFound
from nqpf_assets.plugins.packages import Package, broken, in_words, load, package_of, points_of


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
        group: entry points at which packages register theirs; one of `packages.GROUPS`.
        lacks: what a member must have beyond its class, as (expected, found) where it has not.
    """

    def __init__(
        self,
        kind: type[Member],
        *,
        room: str,
        attribute: str,
        group: str = "",
        lacks: Callable[[Member], tuple[str, str] | None] = lambda member: None,
    ) -> None:
        self.kind, self.room, self.attribute, self.group = kind, room, attribute, group
        self.lacks = lacks

    @cached_property
    def own(self) -> Mapping[str, Member]:
        """Those of this package, by name."""
        room = importlib.import_module(self.room)
        assert room.__file__ is not None, "a room is a folder with a module of its own"
        names = sorted(one.name for one in pkgutil.iter_modules([str(Path(room.__file__).parent)]))
        modules = [importlib.import_module(f"{self.room}.{name}") for name in names]
        members: list[Member] = [getattr(module, self.attribute) for module in modules]
        found = {member.name: member for member in members}
        assert len(found) == len(members), f"two modules of {self.room} have a member of one name"
        return found

    @cached_property
    def points(self) -> Mapping[str, EntryPoint]:
        """Entry points of installed packages, by the name of the member."""
        return {point.name: point for point in points_of(self.group)}

    @property
    def packages(self) -> Mapping[str, Package]:
        """Members of installed packages, and who brings each."""
        return {name: package_of(point) for name, point in self.points.items()}

    @cached_property
    def all(self) -> Mapping[str, Member]:
        """All members by name: ours, then those of packages.

        Raises:
            InputError: packages cannot be used; every one of them is told.
        """
        members, problems = dict(self.own), list[Problem]()
        for point in points_of(self.group):
            try:
                member = self._loaded(point)
                if point.name in members:
                    raise broken(point, "a name that nobody else has", f"{point.name!r} once more")
                members[point.name] = member
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(problems)
        return members

    def _loaded(self, point: EntryPoint) -> Member:
        """The member of a package, whole."""
        member, kind = load(point), self.kind.__name__
        if not isinstance(member, self.kind):
            raise broken(point, f"an object of class {kind}", f"one of {type(member).__name__}")
        if member.name != point.name:
            raise broken(point, f"the {kind} with the name {point.name!r}", f"{member.name!r}")
        try:
            lack = self.lacks(member)
        except Exception as error:
            raise broken(point, f"a {kind} that can be used", in_words(error, point)) from error
        if lack is not None:
            raise broken(point, *lack)
        return member

    @contextmanager
    def answerable(self, name: str, *, told: tuple[type[Exception], ...] = ()) -> Iterator[None]:
        """Where a member is at work: what goes wrong in that of a package names the package.

        Args:
            told: exceptions by which a member says what is wrong with what it was given.

        Raises:
            InputError: the member of a package raised something else.
        """
        try:
            yield
        except Exception as error:
            point = self.points.get(name)
            if point is None or isinstance(error, (ProblemsFound, *told)):
                raise
            raise broken(point, "a member that does its work", in_words(error, point)) from error

    def behind(self, names: Iterable[str]) -> dict[str, str]:
        """Packages that bring these members, each with its release and content."""
        packages = self.packages
        found = (packages[name] for name in sorted(set(names)) if name in packages)
        return {package.name: package.identity for package in found}

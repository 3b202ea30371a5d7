"""All readers by name, ours and those of packages, and the order in which they are asked."""

from __future__ import annotations

from functools import cache

from nqpf_assets.formats.reader import Reader, lacks
from nqpf_assets.plugins.registry import Registry


def _lacks(reader: Reader) -> tuple[str, str] | None:
    """What a package's reader is missing, or has that is ours."""
    ours = {format for one in READERS.own.values() for format in one.formats}
    if taken := sorted(ours.intersection(reader.formats)):
        return "names of formats that nobody else has", ", ".join(taken)
    if reader.by != "content":
        return "a reader that knows its files by their content", f"by={reader.by!r}"
    return lacks(reader)


READERS = Registry(
    Reader,
    room="nqpf_assets.formats.readers",
    attribute="READER",
    group="nqpf.readers",
    lacks=_lacks,
)


@cache
def in_order() -> tuple[Reader, ...]:
    """All readers, the first one to be asked first."""
    return tuple(sorted(READERS.all.values(), key=lambda one: (one.order, one.name)))


def packages_that_read() -> dict[str, str]:
    """Packages that bring readers, each with its release and content: any of them may know a file."""
    return READERS.behind(READERS.points)

"""All checks of tables by name, ours and those of packages, and which of them a table is held to."""

from __future__ import annotations

from functools import cache

from nqpf_assets.catalog.columns import table_info
from nqpf_assets.checks.check import TableCheck, lacks
from nqpf_assets.plugins.registry import Registry

CHECKS = Registry(
    TableCheck,
    room="nqpf_assets.checks.registered",
    attribute="CHECK",
    group="nqpf.checks",
    lacks=lacks,
)


@cache
def checks_of(key: tuple[str, str]) -> tuple[TableCheck, ...]:
    """The checks that a table is held to.

    Tables that put all studies together repeat what was checked, and are not checked again.
    """
    info = table_info(*key)
    if info is not None and info.collects:
        return ()
    names = info.names if info else ()
    return tuple(one for one in CHECKS.all.values() if one.holds_for(key, names))

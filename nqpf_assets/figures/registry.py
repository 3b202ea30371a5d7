"""All kinds of figures by name: a module that is put into `kinds` is registered."""

from __future__ import annotations

from nqpf_assets.figures.kind import Kind
from nqpf_assets.plugins.registry import Registry

KINDS = Registry(Kind, room="nqpf_assets.figures.kinds", attribute="KIND")


def kinds_in_order() -> list[Kind]:
    """All kinds, in the order in which the figures of a subject are listed."""
    return sorted(KINDS.own.values(), key=lambda kind: (kind.order, kind.name))

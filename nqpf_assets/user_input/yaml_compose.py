"""YAML 1.2 text → nodes with tags and marks: by the C parser, and by the careful one where that fails.

A sound file is read forty times as fast; a broken one is told in the words of ruamel.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

DEEPEST = 200
"""Levels, stream and document among them; what the data may have is less."""


def compose(text: str) -> Any:
    """The root node; None for an empty text.

    Raises:
        ruamel.yaml.error.YAMLError: the text is not YAML; also other errors that ruamel.yaml lets through.
        RecursionError: lists and blocks lie in each other too deep.
    """
    from ruamel.yaml import YAML

    loader = _quick_loader()
    if loader is not None:
        import yaml  # type: ignore[import-untyped]

        try:
            _measure(yaml.parse(text, Loader=loader))
            return yaml.compose(text, Loader=loader)
        except (yaml.YAMLError, ValueError):
            pass  # what is wrong is found out again, and told, below
    return YAML(typ="safe", pure=True).compose(text)


def _measure(events: Iterable[Any]) -> None:
    """Raise RecursionError where composing would: in C it ends the process instead."""
    depth = 0
    for event in events:
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        if depth > DEEPEST:
            raise RecursionError(f"more than {DEEPEST} levels")


@cache
def _quick_loader() -> Any:
    """A loader of PyYAML with ruamel.yaml's rules of YAML 1.2; None where the C parser is missing.

    PyYAML's own rules are those of YAML 1.1, where `no` is false and 12:30 a number.
    """
    from ruamel.yaml.resolver import implicit_resolvers

    try:
        from yaml.cyaml import CParser  # type: ignore[import-untyped, attr-defined]
        from yaml.resolver import BaseResolver  # type: ignore[import-untyped]
    except ImportError:
        return None

    class Resolver(BaseResolver):  # type: ignore[misc]
        """Which plain scalars are numbers, booleans or nothing."""

    for versions, tag, pattern, first in implicit_resolvers:
        if (1, 2) in versions:
            Resolver.add_implicit_resolver(tag, pattern, first)

    class Loader(CParser, Resolver):  # type: ignore[misc]
        """Composes nodes and constructs nothing."""

        def __init__(self, stream: str) -> None:
            CParser.__init__(self, stream)
            Resolver.__init__(self)

    return Loader

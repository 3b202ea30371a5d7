"""Options of a member as its model declares them, and values with which each can be tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

Refused = (ValidationError,)
"""How a model says that it does not take a value."""


def own_fields(options: type[BaseModel], *shared: type[BaseModel]) -> list[str]:
    """Options that are a member's own: neither those of every member, nor what tells members apart."""
    common = {key for model in shared for key in model.model_fields}
    return [key for key in options.model_fields if key not in common]


def tried_values(options: BaseModel, key: str, other: Mapping[str, Any]) -> Iterator[Any]:
    """Values of an option that are not the one it has: as given, or every choice and both switches."""
    if key in other:
        yield other[key]
        return
    now = getattr(options, key)
    for one in _choices(type(options).model_fields[key].annotation):
        if one != now:
            yield one


def _choices(annotation: Any) -> Iterator[Any]:
    if annotation is bool:
        yield from (False, True)
    elif get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for part in get_args(annotation):
            yield from _choices(part)

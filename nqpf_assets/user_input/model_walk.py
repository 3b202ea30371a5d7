"""Which model of a schema a place in a file belongs to.

Walks the type hints of the pydantic models along a path, so that a message can name the keys
that are allowed there, whatever models the schema grows.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo


def models_at(root: type[BaseModel], path: Sequence[str | int], data: Any) -> list[type[BaseModel]]:
    """The models that may stand at a path; `data` is the whole file, to tell variants apart."""
    return [
        hint
        for hint in _types_at(root, path, data)
        if isinstance(hint, type) and issubclass(hint, BaseModel)
    ]


def length_at(root: type[BaseModel], path: Sequence[str | int], data: Any) -> int | None:
    """How many items a list at a path has, if there can be no other number."""
    lists = [hint for hint in _types_at(root, path, data) if get_origin(hint) is tuple]
    lengths = {len(get_args(hint)) for hint in lists if Ellipsis not in get_args(hint)}
    return lengths.pop() if len(lengths) == 1 else None


def _types_at(root: type[BaseModel], path: Sequence[str | int], data: Any) -> list[Any]:
    """The types that may stand at a path."""
    hints: list[Any] = [root]
    for part in path:
        here = [hint for each in hints for hint in _variants(each, data)]
        hints = [inner for hint in here for inner in _inside(hint, part)]
        data = _child(data, part)
    return [hint for each in hints for hint in _variants(each, data)]


def field_at(root: type[BaseModel], path: Sequence[str | int], data: Any) -> FieldInfo | None:
    """The field that a path ends in, if it ends in one."""
    for model in models_at(root, path[:-1], data):
        if path[-1] in model.model_fields:
            return model.model_fields[str(path[-1])]
    return None


def fields_of(models: Sequence[type[BaseModel]]) -> list[str]:
    """Names of the fields of some models, in order."""
    return list(dict.fromkeys(name for model in models for name in model.model_fields))


def _variants(hint: Any, data: Any) -> Iterator[Any]:
    """The types that a hint may be, without those that the data contradict."""
    if hasattr(hint, "__value__"):
        hint = hint.__value__
    origin = get_origin(hint)
    if origin is Annotated:
        yield from _variants(get_args(hint)[0], data)
    elif origin in (Union, types.UnionType):
        found = [variant for part in get_args(hint) for variant in _variants(part, data)]
        yield from [variant for variant in found if _fits(variant, data)] or found
    else:
        yield hint


def _fits(hint: Any, data: Any) -> bool:
    """Whether the keys that tell variants apart (`method`, `kind`) agree with the data."""
    if not (isinstance(hint, type) and issubclass(hint, BaseModel)) or not isinstance(data, dict):
        return not isinstance(data, dict)
    for name, info in hint.model_fields.items():
        choices = get_args(info.annotation) if get_origin(info.annotation) is Literal else ()
        if len(choices) == 1 and data.get(name, info.get_default()) not in choices:
            return False
    return True


def _inside(hint: Any, part: str | int) -> Iterator[Any]:
    """The types below a type at one part of a path."""
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        if part in hint.model_fields:
            info = hint.model_fields[str(part)]
            yield info.annotation
        return
    arguments = get_args(hint)
    if get_origin(hint) is dict:
        yield arguments[1]
    elif get_origin(hint) in (tuple, list) and isinstance(part, int):
        yield arguments[0]


def _child(data: Any, part: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(part)
    if isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data):
        return data[part]
    return None

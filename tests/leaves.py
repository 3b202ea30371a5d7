"""Keys of a file that a user writes, as the models of the file have them."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Path = tuple[str, ...]


def leaves(model: type[BaseModel], at: Path = ()) -> Iterator[tuple[Path, FieldInfo]]:
    """Keys that hold no block of keys; `*` is a name that the file gives, or a place in a list."""
    for name, info in model.model_fields.items():
        block, depth = block_in(info.annotation)
        if block is None:
            yield (*at, name), info
        else:
            yield from leaves(block, (*at, name, *"*" * depth))


def block_in(hint: Any) -> tuple[type[BaseModel] | None, int]:
    """The model that a type holds, and how many names or places lead to it."""
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return hint, 0
    origin, within = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return block_in(within[0])
    if origin in (Union, types.UnionType):
        return next((one for one in map(block_in, within) if one[0]), (None, 0))
    if origin in (dict, tuple, list):
        block, depth = block_in(within[1] if origin is dict else within[0])
        return block, depth + 1
    return None, 0

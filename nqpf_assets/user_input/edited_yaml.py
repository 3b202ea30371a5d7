"""A YAML document with a part less, or a key under another name: places stay those of the file."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nqpf_assets.user_input.lined_yaml import KeyPath, LinedYaml


def paths_by_place(document: LinedYaml) -> dict[str, list[KeyPath]]:
    """Place, as problems write it → all paths that stand there: several where an alias repeats one."""
    found: dict[str, list[KeyPath]] = {}
    for path, place in document.places.items():
        found.setdefault(str(place), []).append(path)
    return found


def value_at(document: LinedYaml, path: KeyPath) -> Any:
    """What stands under a path."""
    value = document.data
    for part in path:
        value = value[part]
    return value


def without(document: LinedYaml, path: KeyPath) -> LinedYaml:
    """The document without a key, or an item of a list, whose later ones move up; as it is without it."""
    *above, last = path

    def left_out(block: Any) -> None:
        del block[last]

    def moved(other: KeyPath) -> KeyPath | None:
        if other[: len(path)] == path:
            return None
        at = (
            other[len(above)]
            if other[: len(above)] == tuple(above) and other[len(above) :]
            else None
        )
        if isinstance(last, int) and isinstance(at, int) and at > last:
            return (*above, at - 1, *other[len(path) :])
        return other

    return _edited(document, path, left_out, moved)


def renamed(document: LinedYaml, path: KeyPath, name: str) -> LinedYaml:
    """The document with another name for a key; without the key where that name is taken."""
    *above, last = path
    new = (*above, name)
    if new in document.places:
        return without(document, path)

    def under_name(block: Any) -> None:
        items = [(name if key == last else key, value) for key, value in block.items()]
        block.clear()
        block.update(items)

    def moved(other: KeyPath) -> KeyPath | None:
        return (*new, *other[len(path) :]) if other[: len(path)] == path else other

    return _edited(document, path, under_name, moved)


def _edited(
    document: LinedYaml,
    path: KeyPath,
    edit: Callable[[Any], None],
    moved: Callable[[KeyPath], KeyPath | None],
) -> LinedYaml:
    if path not in document.places:
        return document
    data = copy.deepcopy(document.data)
    block = data
    for part in path[:-1]:
        block = block[part]
    edit(block)
    places = {new: at for old, at in document.places.items() if (new := moved(old)) is not None}
    return replace(document, data=data, places=places)

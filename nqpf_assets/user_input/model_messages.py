"""What a file means, by a pydantic model; and what the model refuses, in plain words and with its place.

One problem per mistake: where a block may be one of several shapes, the shape that the file
says it is (`method`, `kind`) is the one whose mistakes are told; what a single value may be is told together.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from nqpf_assets.messages.problems import Problem, Refusal, Refused
from nqpf_assets.user_input.lined_yaml import KeyPath, LinedYaml, Place
from nqpf_assets.user_input.model_walk import field_at, fields_of, length_at, models_at
from nqpf_assets.user_input.other_programs import Elsewhere, key_elsewhere
from nqpf_assets.user_input.value_words import (
    BOUNDS,
    Words,
    bound_words,
    choice_words,
    found_words,
    length_words,
    pattern_words,
    type_words,
)

Model = TypeVar("Model", bound=BaseModel)
_CODES = {"missing": "missing_key", "extra_forbidden": "unknown_key"}


def validate(
    model: type[Model],
    document: LinedYaml,
    place: KeyPath = (),
    data: Any = None,
    places: Mapping[str, KeyPath] | None = None,
    place_of: Callable[[KeyPath], KeyPath] | None = None,
    topic: str = "",
) -> tuple[Model | None, tuple[Problem, ...]]:
    """The model that a part of a document describes, or all that is wrong with it.

    Args:
        model: what the keys mean.
        document: where the data come from.
        place: the part of the document to read.
        data: read instead of that part, when it was put together from several.
        places: where each top-level key of such data stands.
        place_of: the same of any path, where top-level keys are put together themselves.
        topic: a page with a section for each model, under the model's name.
    """
    if data is None:
        data = document.data
        for key in place:
            data = data[key]
    if not isinstance(data, Mapping):
        found = "nothing" if data is None else found_words(data)
        return None, (document.problem(place, "keys with values", found, "write `key: value`"),)
    try:
        return model.model_validate(data), ()
    except ValidationError as error:
        refused = _Refused(model, document, data, place, places or {}, place_of, topic)
        return None, refused.problems(error)


@dataclass(frozen=True)
class _Refused:
    """Data that a model refuses, and where they stand."""

    model: type[BaseModel]
    document: LinedYaml
    data: Any
    base: KeyPath
    moved: Mapping[str, KeyPath] = field(default_factory=dict)
    place_of: Callable[[KeyPath], KeyPath] | None = None
    topic: str = ""

    def problems(self, error: ValidationError) -> tuple[Problem, ...]:
        found: dict[tuple[str, str | bool], dict[str, Problem]] = {}
        details = error.errors(include_url=False)
        misspelt = set(self._misspelt(details))
        for detail in details:
            if _follows_from_items(detail) or (
                detail["type"] == "missing" and detail["loc"] in misspelt
            ):
                continue
            path, key = _data_path(detail["loc"], self.data)
            if detail["type"] in ("union_tag_invalid", "union_tag_not_found"):
                path = (*path, *_tags(detail["input"]))
            for problem in self._told(detail, path, key):
                # What a key, or a value, may be instead is one thing to mend, wherever it was read.
                is_alone = detail["type"] in _CODES or _refusals(detail)
                mistake = (problem.where, problem.expected if is_alone else key)
                found.setdefault(mistake, {}).setdefault(problem.expected, problem)
        return tuple(_either(list(shapes.values())) for shapes in found.values())

    def _told(self, detail: ErrorDetails, path: KeyPath, key: bool) -> Iterator[Problem]:
        """One problem, or those that a block finds in itself, each at its key."""
        if refusals := _refusals(detail):
            for one in refusals:
                where = str(self._place((*path, *one.at)))
                words = (one.expected, one.found, one.remedy)
                topic = self._topic((*path, *one.at))
                yield Problem(self.document.file, where, *words, code="value", topic=topic)
            return
        place = self._place(path)
        expected, found, remedy = self._words(detail, path, key, place.text)
        is_key = key or detail["type"] == "extra_forbidden"
        word = f"{path[-1]}" if is_key and path else place.text
        words = (expected, *self.document.with_sign(found, remedy, word))
        is_code = detail["type"] in _CODES and not _is_number_of_items(detail)
        code = _CODES[detail["type"]] if is_code else "value"
        block = path if code == "missing_key" else path[:-1]
        yield Problem(self.document.file, str(place), *words, code=code, topic=self._topic(block))

    def _topic(self, path: KeyPath) -> str:
        """The section of the block that a path is in: of the one model that can stand there."""
        while self.topic and path:
            named = {one.__name__ for one in models_at(self.model, path, self.data)}
            if named:
                return f"{self.topic} {named.pop().lower()}" if len(named) == 1 else self.topic
            path = path[:-1]
        return self.topic

    def _place(self, path: KeyPath) -> Place:
        if self.place_of is not None:
            return self.document.place(self.place_of(path))
        # A year as key is a number in the data.
        moved = {str(key): place for key, place in self.moved.items()}
        if path and str(path[0]) in moved:
            return self.document.place((*moved[str(path[0])], *path[1:]))
        return self.document.place((*self.base, *path))

    def _misspelt(self, details: list[ErrorDetails]) -> Iterator[KeyPath]:
        """Keys that are there under a name close to theirs: one mistake, told once."""
        for detail in details:
            if detail["type"] == "extra_forbidden":
                for name in self._near_key(_data_path(detail["loc"], self.data)[0]):
                    yield (*detail["loc"][:-1], name)

    def _known_keys(self, path: KeyPath) -> list[str]:
        return fields_of(models_at(self.model, path[:-1], self.data))

    def _near_key(self, path: KeyPath) -> list[str]:
        """The key that is meant; none that is written there already, which could not be twice."""
        block = self.data
        for part in path[:-1]:
            block = block[part]
        free = [name for name in self._known_keys(path) if name not in block]
        return difflib.get_close_matches(str(path[-1]), free, n=1, cutoff=0.6)

    def _words(self, detail: ErrorDetails, path: KeyPath, key: bool, text: str) -> Words:
        kind, context = detail["type"], detail.get("ctx", {})
        if _is_number_of_items(detail) and (length := length_at(self.model, path, self.data)):
            return length_words(length, len(detail["input"]))
        if kind == "missing":
            return self._missing(str(detail["loc"][-1]), path)
        if kind == "extra_forbidden":
            return self._unknown_key(path, has_value=detail["input"] is not None)
        if kind == "value_error":
            said = str(context.get("error", detail["msg"]))
            if models_at(self.model, path, self.data):
                return "entries that fit together", said, "change one of the entries of this block"
            return said, found_words(detail["input"], text), "correct the value"
        if kind == "string_pattern_mismatch":
            typed = str(path[-1]) if key else text
            return pattern_words(str(context["pattern"]), typed, is_key=key)
        if kind in ("literal_error", "union_tag_invalid", "enum"):
            return choice_words(detail, text, _key_of(path), self._elsewhere(path))
        if kind == "union_tag_not_found":
            name = str(context.get("discriminator", "kind")).strip("'")
            return f"`{name}:` in this block", "no such key", f"add `{name}:`"
        if kind in BOUNDS:
            return bound_words(detail, text)
        return type_words(detail, text, _key_of(path), is_key=key)

    def _elsewhere(self, path: KeyPath) -> Mapping[str, str]:
        """What a field's choices say that other programs call them."""
        info = field_at(self.model, path, self.data) if path else None
        said = (
            dict(one.choices)
            for one in (info.metadata if info else ())
            if isinstance(one, Elsewhere)
        )
        return next(said, {})

    def _missing(self, name: str, path: KeyPath) -> Words:
        info = field_at(self.model, (*path, name), self.data)
        meaning = f" ({info.description})" if info and info.description else ""
        where = (*self.base, *path)
        return f"the key `{name}`{meaning}", f"{_called(where)} without it", f"add `{name}:`"

    def _unknown_key(self, path: KeyPath, *, has_value: bool) -> Words:
        known, name, near = self._known_keys(path), str(path[-1]), self._near_key(path)
        remedy = f"did you mean `{near[0]}`?" if near else "remove it, or correct its indentation"
        if not (near or has_value):  # `{title: Income, logarithm}` has a key `logarithm`
            remedy += "; a text with a comma stands in quotes inside of `{…}`"
        remedy = key_elsewhere(name, known) or remedy
        return f"one of {', '.join(known)}", f"the unknown key `{name}`", remedy


def _refusals(detail: ErrorDetails) -> tuple[Refusal, ...]:
    """What a block found in itself."""
    said = detail.get("ctx", {}).get("error")
    return said.refusals if isinstance(said, Refused) else ()


def _either(shapes: list[Problem]) -> Problem:
    """One problem of a value that may have one of several shapes, and has none."""
    first, *others = shapes
    if not others:
        return first
    # A remedy that knows what is meant begins otherwise.
    known = [one.remedy for one in shapes if not one.remedy.startswith("write ")]
    return replace(
        first,
        expected=", or ".join(one.expected for one in shapes),
        remedy=known[0] if known else "write one of these",
    )


def _tags(data: Any) -> tuple[str, ...]:
    """Keys that tell variants apart, where they are written."""
    return tuple(name for name in ("kind", "method") if isinstance(data, dict) and name in data)


def _is_number_of_items(detail: ErrorDetails) -> bool:
    """Whether a list has too many items, or lacks one that has a place of its own."""
    lacks = detail["type"] == "missing" and isinstance(detail["loc"][-1], int)
    return lacks or detail["type"] == "too_long"


def _follows_from_items(detail: ErrorDetails) -> bool:
    """Whether a list counts as too short only because its items are wrong themselves."""
    least = detail.get("ctx", {}).get("min_length")
    return detail["type"] == "too_short" and len(detail["input"]) >= (least or 0)


def _data_path(location: tuple[str | int, ...], data: Any) -> tuple[KeyPath, bool]:
    """The part of pydantic's location that is in the file, and whether a key is meant.

    The rest of the location are names of variants, and the name of a key that is missing.
    """
    path: KeyPath = ()
    for part in location:
        inside = isinstance(data, dict) and part in data
        if inside or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            path, data = (*path, part), data[part]
    return path, location[-1:] == ("[key]",)


def _key_of(path: KeyPath) -> str:
    """The key that a value stands under, in a list or not."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _called(where: KeyPath) -> str:
    """A block by its key, or as which entry of a list it stands."""
    if not where:
        return "the file"
    last = where[-1]
    if isinstance(last, str):
        return f"`{last}`"
    lists = [one for one in where if isinstance(one, str)]
    return f"entry {last + 1} of `{lists[-1]}`" if lists else f"entry {last + 1}"

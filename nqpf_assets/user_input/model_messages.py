"""What a file means, by a pydantic model; and what the model refuses, in plain words and with its place.

One problem per mistake: where a value may be one of several shapes, the shape that the file
says it is (`method`, `kind`) is the one whose mistakes are told.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem, Refused
from nqpf_assets.user_input.lined_yaml import KeyPath, LinedYaml, Place
from nqpf_assets.user_input.model_walk import field_at, fields_of, models_at
from nqpf_assets.user_input.other_programs import (
    Elsewhere,
    choice_elsewhere,
    key_elsewhere,
    name_elsewhere,
    shape_elsewhere,
)

Model = TypeVar("Model", bound=BaseModel)
Words = tuple[str, str, str]
"""What was expected, what was found, what to do."""

_WANTED = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "tuple": "a list: `[a, b]`, or lines that begin with `- `",
    "list": "a list: `[a, b]`, or lines that begin with `- `",
    "dict": "a block of `key: value` lines",
    "model": "a block of `key: value` lines",
    "date": "a date such as 2024-12-31",
}
_BOUNDS = {
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "too_short": "at least {items}",
    "too_long": "at most {items}",
    "string_too_short": "at least {characters}",
    "finite_number": "a finite number",
}
_NAME = r"^[a-z][a-z0-9_]*$"
_PATTERNS = {
    _NAME: (
        "a name of small letters a–z, digits and _, beginning with a letter",
        "choose such a name; a `title` may hold any text",
    ),
    r"^[0-9a-f]{64}$": (
        "a SHA-256 hash, 64 digits and letters a–f",
        "copy it whole, or leave it out",
    ),
    r"^(team:[A-Za-z0-9_.-]+|[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,7})$": (
        "an address such as desk@example.org, or `team:` and a name",
        "correct it",
    ),
    r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+$": ("an address such as desk@example.org", "correct it"),
    r"^[A-Z][A-Z0-9_]*$": (
        "the name of an environment variable in capital letters",
        "put what you wrote into a variable, and write the variable's name here",
    ),
    r"^(file|[A-Z][A-Z0-9_]*)$": (
        "`file`, or the name of an environment variable in capital letters",
        "put the address into a variable, and write the variable's name here",
    ),
}
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
        found: dict[tuple[str, str], Problem] = {}
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
                found.setdefault((problem.where, problem.expected), problem)
        return tuple(found.values())

    def _told(self, detail: ErrorDetails, path: KeyPath, key: bool) -> Iterator[Problem]:
        """One problem, or those that a block finds in itself, each at its key."""
        said = detail.get("ctx", {}).get("error")
        if isinstance(said, Refused):
            for one in said.refusals:
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
        code = _CODES.get(detail["type"], "value")
        block = path if detail["type"] == "missing" else path[:-1]
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
        if kind == "missing":
            return self._missing(str(detail["loc"][-1]), path)
        if kind == "extra_forbidden":
            return self._unknown_key(path)
        if kind == "value_error":
            said = str(context.get("error", detail["msg"]))
            if models_at(self.model, path, self.data):
                return "entries that fit together", said, "change one of the entries of this block"
            return said, found_words(detail["input"], text), "correct the value"
        if kind == "string_pattern_mismatch":
            pattern = str(context["pattern"])
            expected, remedy = _PATTERNS.get(
                pattern, (f"a text of the form {pattern}", "correct it")
            )
            elsewhere = name_elsewhere(text) if pattern == _NAME and not key else None
            return expected, f"`{path[-1] if key else text}`", elsewhere or remedy
        if kind in ("literal_error", "union_tag_invalid", "enum"):
            return _choice(detail, context, text, _key_of(path), self._elsewhere(path))
        if kind == "union_tag_not_found":
            name = str(context.get("discriminator", "kind")).strip("'")
            return f"`{name}:` in this block", "no such key", f"add `{name}:`"
        if kind in _BOUNDS:
            number = int(context.get("min_length", context.get("max_length", 0)))
            expected = _BOUNDS[kind].format(**context, items=counted(number, "items"),
                                            characters=counted(number, "characters"))  # fmt: skip
            return expected, found_words(detail["input"], text), f"write {expected}"
        return _wrong_type(detail, kind, text, key, _key_of(path))

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
        block = f"`{where[-1]}`" if where else "the file"
        return f"the key `{name}`{meaning}", f"{block} without it", f"add `{name}:`"

    def _unknown_key(self, path: KeyPath) -> Words:
        known, name, near = self._known_keys(path), str(path[-1]), self._near_key(path)
        remedy = f"did you mean `{near[0]}`?" if near else "remove it, or correct its indentation"
        remedy = key_elsewhere(name, known) or remedy
        return f"one of {', '.join(known)}", f"the unknown key `{name}`", remedy


def _tags(data: Any) -> tuple[str, ...]:
    """Keys that tell variants apart, where they are written."""
    return tuple(name for name in ("kind", "method") if isinstance(data, dict) and name in data)


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


def _choice(
    detail: ErrorDetails, context: Mapping[str, Any], text: str, key: str, said: Mapping[str, str]
) -> Words:
    expected = str(context.get("expected", context.get("expected_tags", ""))).replace("'", "")
    choices = [word.strip() for part in expected.split(" or ") for word in part.split(",")]
    found = str(context.get("tag", text or detail["input"]))
    near = difflib.get_close_matches(found, choices, n=1, cutoff=0.5)
    remedy = f"did you mean `{near[0]}`?" if near else "write one of these words"
    remedy = choice_elsewhere(key, found, choices, said) or remedy
    return f"one of {', '.join(choices)}", f"`{found}`", remedy


def _wrong_type(detail: ErrorDetails, kind: str, text: str, key: bool, of: str) -> Words:
    value = detail["input"]
    stem = kind.split("_")[0]
    expected = _WANTED.get(stem, "")
    found = found_words(value, text)
    if not expected:
        return (
            detail["msg"].removeprefix("Input should be ").removeprefix("a valid "),
            found,
            "correct it",
        )
    elsewhere = (
        None if key or isinstance(value, (dict, list)) else shape_elsewhere(of, str(text or value))
    )
    if elsewhere is not None:
        return expected, found, elsewhere
    if stem == "string" and isinstance(value, (int, float)) and not key:
        return expected, found, f"put it in quotes: '{text or value}'"
    if stem in ("tuple", "list") and not isinstance(value, (dict, list)) and value is not None:
        names = ", ".join(re.split(r"[\s,，、;；]+", str(text or value).strip()))
        return expected, found, f"write [{names}]" + ("" if ", " in names else ", even for one")
    if stem in ("dict", "model"):
        return expected, found, "write `key: value` lines below it, or {key: value} behind it"
    return expected, found, f"write {expected}"


def found_words(value: Any, text: str = "") -> str:
    """What stands in the file, in words.

    Args:
        text: the value as it is written, where that is known.
    """
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a block of `key: value` lines"
    if isinstance(value, list):
        return "a list"
    shown = text or str(value)
    shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
    what = "a text" if isinstance(value, str) else "a number"
    return f"{str(value).lower()}" if isinstance(value, bool) else f"{what}, `{shown}`"

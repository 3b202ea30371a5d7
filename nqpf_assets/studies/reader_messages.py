"""What the schema refuses, in plain words and with its line.

One problem per mistake: where a value may be one of several shapes, the shape that the file
says it is (`method`, `kind`) is the one whose mistakes are told.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from nqpf_assets.problems import Problem
from nqpf_assets.studies.schema_walk import field_at, fields_of, models_at
from nqpf_assets.studies.spec import Study
from nqpf_assets.studies.yaml_tree import Tree

Path = tuple[str | int, ...]

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
    "too_short": "at least {min_length} items",
    "too_long": "at most {max_length} items",
    "string_too_short": "at least {min_length} characters",
    "finite_number": "a finite number",
}


def schema_problems(error: ValidationError, tree: Tree, file: str) -> list[Problem]:
    """The problems that a validation error stands for."""
    problems: dict[tuple[str, str], Problem] = {}
    details = error.errors(include_url=False)
    misspelt = _misspelt(details, tree)
    for detail in details:
        if _follows_from_items(detail) or (
            detail["type"] == "missing" and detail["loc"] in misspelt
        ):
            continue
        path, key = _data_path(detail["loc"], tree.data)
        if detail["type"] in ("union_tag_invalid", "union_tag_not_found"):
            path = (*path, *(name for name in ("kind", "method") if (*path, name) in tree.places))
        place = tree.place(path)
        expected, found, remedy = _words(detail, path, key, tree, place.text)
        problem = Problem(file, str(place), expected, found, remedy, code="schema")
        problems.setdefault((problem.where, problem.expected), problem)
    return list(problems.values())


def _misspelt(details: list[ErrorDetails], tree: Tree) -> set[tuple[str | int, ...]]:
    """Places of keys that are there under a name close to theirs: one mistake, told once."""
    found: set[tuple[str | int, ...]] = set()
    for detail in details:
        if detail["type"] == "extra_forbidden":
            near = _near_key(_data_path(detail["loc"], tree.data)[0], tree)
            found |= {(*detail["loc"][:-1], name) for name in near}
    return found


def _near_key(path: Path, tree: Tree) -> list[str]:
    known = fields_of(models_at(Study, path[:-1], tree.data))
    return difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.6)


def _follows_from_items(detail: ErrorDetails) -> bool:
    """Whether a list counts as too short only because its items are wrong themselves."""
    least = detail.get("ctx", {}).get("min_length")
    return detail["type"] == "too_short" and len(detail["input"]) >= (least or 0)


def _data_path(location: tuple[str | int, ...], data: Any) -> tuple[Path, bool]:
    """The part of pydantic's location that is in the file, and whether a key is meant.

    The rest of the location are names of variants, and the name of a key that is missing.
    """
    path: Path = ()
    for part in location:
        inside = isinstance(data, dict) and part in data
        if inside or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            path, data = (*path, part), data[part]
    return path, location[-1:] == ("[key]",)


def _words(
    detail: ErrorDetails, path: Path, key: bool, tree: Tree, text: str
) -> tuple[str, str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return _missing(str(detail["loc"][-1]), path, tree)
    if kind == "extra_forbidden":
        return _unknown_key(path, tree)
    if kind == "value_error":
        said = str(context.get("error", detail["msg"]))
        return "entries that fit together", said, "change one of the entries of this block"
    if kind == "string_pattern_mismatch":
        return (
            "a name of small letters a–z, digits and _, beginning with a letter",
            f"`{path[-1] if key else text}`",
            "choose such a name; a `title` may hold any text",
        )
    if kind in ("literal_error", "union_tag_invalid", "enum"):
        return _choice(detail, context, text)
    if kind == "union_tag_not_found":
        name = str(context.get("discriminator", "kind")).strip("'")
        return f"`{name}:` in this block", "no such key", f"add `{name}:`"
    if kind in _BOUNDS:
        expected = _BOUNDS[kind].format(**context)
        return expected, _found(detail["input"], text), f"write {expected}"
    return _wrong_type(detail, kind, text, key)


def _missing(name: str, path: Path, tree: Tree) -> tuple[str, str, str]:
    info = field_at(Study, (*path, name), tree.data)
    meaning = f" ({info.description})" if info and info.description else ""
    block = f"`{path[-1]}`" if path else "the study"
    return f"the key `{name}`{meaning}", f"{block} without it", f"add `{name}:`"


def _unknown_key(path: Path, tree: Tree) -> tuple[str, str, str]:
    known = fields_of(models_at(Study, path[:-1], tree.data))
    name = str(path[-1])
    near = _near_key(path, tree)
    remedy = f"did you mean `{near[0]}`?" if near else "remove it, or correct its indentation"
    return f"one of {', '.join(known)}", f"the unknown key `{name}`", remedy


def _choice(detail: ErrorDetails, context: Mapping[str, Any], text: str) -> tuple[str, str, str]:
    expected = str(context.get("expected", context.get("expected_tags", ""))).replace("'", "")
    choices = [word.strip() for part in expected.split(" or ") for word in part.split(",")]
    found = str(context.get("tag", text or detail["input"]))
    near = difflib.get_close_matches(found, choices, n=1, cutoff=0.5)
    remedy = f"did you mean `{near[0]}`?" if near else "write one of these words"
    return f"one of {', '.join(choices)}", f"`{found}`", remedy


def _wrong_type(detail: ErrorDetails, kind: str, text: str, key: bool) -> tuple[str, str, str]:
    value = detail["input"]
    stem = kind.split("_")[0]
    expected = _WANTED.get(stem, "")
    found = _found(value, text)
    if not expected:
        return (
            detail["msg"].removeprefix("Input should be ").removeprefix("a valid "),
            found,
            "correct it",
        )
    if stem == "string" and isinstance(value, (int, float)) and not key:
        return expected, found, f"put it in quotes: '{text or value}'"
    if stem in ("tuple", "list") and not isinstance(value, (dict, list)) and value is not None:
        return expected, found, f"write [{text or value}], even for one"
    return expected, found, f"write {expected.split(':')[0]}"


def _found(value: Any, text: str) -> str:
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

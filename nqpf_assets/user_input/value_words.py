"""What a value in a YAML file should have been, what stands there, what to do: for each way to be wrong.

Which value it is, and where, is for `model_messages` to find.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from nqpf_assets.messages.counted import counted
from nqpf_assets.user_input.other_programs import (
    choice_elsewhere,
    name_elsewhere,
    shape_elsewhere,
)

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
BOUNDS = {
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
    r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_][A-Za-z0-9_.=-]*)*/?$": (
        "a place in object storage, s3://BUCKET/PREFIX, in letters without accents, digits and . _ = -",
        "write bucket and prefix alone; the server's address and its keys go into AWS_ENDPOINT_URL, "
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the environment",
    ),
    r"^https?://[^\s/?#]+[^\s]*$": (
        "a link that begins with https:// or http://",
        "copy it from the browser's address line",
    ),
    r"^[^\x00-\x1f]+$": ("a path", "take the characters out that cannot be seen"),
    r"^\w[\w-]{0,50}$": ("a name of at most 51 letters, digits and strokes", "rename it"),
}


def pattern_words(pattern: str, typed: str, *, is_key: bool) -> Words:
    """Of a text that has not the form it must have."""
    expected, remedy = _PATTERNS.get(pattern, (f"a text of the form {pattern}", "correct it"))
    elsewhere = name_elsewhere(typed) if pattern == _NAME and not is_key else None
    return expected, f"`{without_secrets(typed)}`", elsewhere or remedy


def without_secrets(address: str) -> str:
    """An address as it may be told: without what stands before its `@` or behind its `?`, often a key."""
    shown = re.sub(r"(?<=://).*(?=@)", "…", address, flags=re.DOTALL)
    return re.sub(r"(://[^?]*\?).+", r"\1…", shown, flags=re.DOTALL)


def bound_words(detail: ErrorDetails, text: str) -> Words:
    """Of a value, or a number of items, that is too small or too large."""
    context = detail.get("ctx", {})
    number = int(context.get("min_length", context.get("max_length", 0)))
    expected = BOUNDS[detail["type"]].format(
        **context, items=counted(number, "items"), characters=counted(number, "characters")
    )
    return expected, found_words(detail["input"], text), f"write {expected}"


def length_words(length: int, found: int) -> Words:
    """Of a list that has one number of items and no other."""
    shown = ", ".join("abcdefgh"[:length])
    told = f"a list of {counted(found, 'items')}"
    return f"a list of {counted(length, 'items')}", told, f"write [{shown}]"


def choice_words(detail: ErrorDetails, text: str, key: str, said: Mapping[str, str]) -> Words:
    """Of a word that is none of the choices of a key.

    Args:
        said: what the choices say themselves that other programs call them.
    """
    context = detail.get("ctx", {})
    expected = str(context.get("expected", context.get("expected_tags", ""))).replace("'", "")
    choices = [word.strip() for part in expected.split(" or ") for word in part.split(",")]
    found = str(context.get("tag", text or detail["input"]))
    near = difflib.get_close_matches(found, choices, n=1, cutoff=0.5)
    remedy = f"did you mean `{near[0]}`?" if near else "write one of these words"
    remedy = choice_elsewhere(key, found, choices, said) or remedy
    return f"one of {', '.join(choices)}", f"`{found}`", remedy


def type_words(detail: ErrorDetails, text: str, of: str, *, is_key: bool) -> Words:
    """Of a value of another shape or kind.

    Args:
        of: the key that it stands under.
        is_key: whether a key is meant and not its value.
    """
    value = detail["input"]
    stem = detail["type"].split("_")[0]
    expected = _WANTED.get(stem, "")
    found = found_words(value, text)
    if not expected:
        return (
            detail["msg"].removeprefix("Input should be ").removeprefix("a valid "),
            found,
            "correct it",
        )
    elsewhere = (
        None
        if is_key or isinstance(value, (dict, list))
        else shape_elsewhere(of, str(text or value))
    )
    if elsewhere is not None:
        return expected, found, elsewhere
    if stem == "string" and isinstance(value, (int, float)) and not is_key:
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

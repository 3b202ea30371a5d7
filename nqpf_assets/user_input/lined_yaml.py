"""YAML that people write by hand → plain data, with the place of every key and value.

Nothing is executed. YAML 1.2 (``no`` and ``on`` are words, not booleans). Twice-given keys, tags
(``!!python/object``), merge keys, a second document and anything that grows without bound are
refused. What the data mean belongs to the models that `model_messages.validate` is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nqpf_assets.messages.problems import Problem
from nqpf_assets.user_input.typed_signs import broken_by_sign, sign_words, unclosed
from nqpf_assets.user_input.yaml_syntax import syntax_words

LONGEST = 2_000_000
MOST_VALUES = 100_000
"""Values once aliases are followed; ten levels of ten aliases of each other are 10 billion."""
DEEPEST = 40

_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class Place:
    """Where a value stands, counted from 1, and its text as written."""

    line: int
    column: int
    text: str = ""

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


KeyPath = tuple[str | int, ...]
"""Keys and list positions that lead to a value: ``("files", "a.csv", "unit")``."""


@dataclass(frozen=True)
class LinedYaml:
    """The content of one YAML file, and where each part of it stands.

    Attributes:
        file: path as the user knows it.
        data: dicts, lists, texts, numbers, booleans and None.
        places: path in the data → place of its key, or of the item of a list.
        problems: what is wrong with the text itself; `data` is then None.
    """

    file: str
    data: Any = None
    places: Mapping[KeyPath, Place] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def place(self, path: Sequence[str | int]) -> Place:
        """The place of a path, or of the nearest part above it that is written down."""
        where = tuple(path)
        while where and where not in self.places:
            where = where[:-1]
        return self.places.get(where, Place(1, 1))

    def problem(
        self, path: Sequence[str | int], expected: str, found: str, remedy: str, code: str = "yaml"
    ) -> Problem:
        """A problem at a path of this file; a sign of full width in what stands there is named."""
        where = tuple(path)
        word = self.places[where].text if where in self.places else ""
        found, remedy = self.with_sign(found, remedy, f"{where[-1]}" if where else "", word)
        return Problem(
            file=self.file,
            where=str(self.place(path)),
            expected=expected,
            found=found,
            remedy=remedy,
            code=code,
        )

    @staticmethod
    def with_sign(found: str, remedy: str, *texts: str) -> tuple[str, str]:
        """What was found and what to do, with the sign of full width in the first text that has one."""
        named = next(filter(None, map(sign_words, texts)), None)
        if named is None or "half-width" in remedy:  # an expression names it itself
            return found, remedy
        return f"{found}, with {named[0]}", f"{named[1]}; otherwise: {remedy}"


def read_yaml(text: str, file: str) -> LinedYaml:
    """The data of a YAML text, None where it is empty; `file` names it in the problems."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    from nqpf_assets.user_input.yaml_compose import compose

    if len(text) > LONGEST:
        expected = f"at most {LONGEST} characters"
        return _unread(_problem(file, None, expected, f"{len(text)}", "split the file"))
    try:
        root = compose(text.removeprefix("\ufeff"))
    except MarkedYAMLError as error:
        return _unread(_syntax(file, error, text.removeprefix("\ufeff")))
    except RecursionError:
        return _unread(_too_deep(file, None))
    except (YAMLError, ValueError, AttributeError, IndexError) as error:
        # The last two are what ruamel.yaml raises on some broken directives and escapes.
        found = str(error).split("\n")[0]
        return _unread(_problem(file, None, "readable YAML", found, "mend the text"))
    builder = _Builder(file)
    data = None if root is None else builder.build(root, ())
    if builder.problems:
        return _unread(*builder.problems)
    return LinedYaml(file, data, builder.places)


def read_shipped_yaml(text: str) -> Any:
    """The content of a file of ours, thirty times as fast: nobody will ask for its lines."""
    import yaml  # type: ignore[import-untyped]

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)


def _unread(*problems: Problem) -> LinedYaml:
    return LinedYaml(problems[0].file, problems=problems)


class _Builder:
    """Turns composed nodes into data, noting places and problems on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[KeyPath, Place] = {}
        self.problems: list[Problem] = []
        self.count = 0

    def complain(self, place: Place | None, expected: str, found: str, remedy: str) -> None:
        self.problems.append(_problem(self.file, place, expected, found, remedy))

    def build(self, node: Any, path: KeyPath) -> Any:
        self.count += 1
        place = _place(node)
        if self.count > MOST_VALUES or len(path) > DEEPEST:
            if not self.problems or self.problems[-1].code != "yaml_too_large":
                self.problems.append(_too_deep(self.file, place))
            return None
        kind = node.tag.removeprefix(_TAG) if isinstance(node.tag, str) else str(node.tag)
        if node.id == "mapping" and kind == "map":
            return self.mapping(node, path)
        if node.id == "sequence" and kind == "seq":
            items = []
            for index, item in enumerate(node.value):
                self.places.setdefault((*path, index), _place(item))
                items.append(self.build(item, (*path, index)))
            return items
        if node.id == "scalar" and not _has_bytes(node.value):
            self.complain(place, "text", "half a character, such as \\ud800", "write it whole")
            return None
        if node.id == "scalar" and not node.style and unclosed(node.value):
            # What follows its comma would be taken for keys, each of them unknown.
            found, remedy = sign_words(node.value) or ("", "")
            self.complain(place, "signs of YAML in half width", found, remedy)
            return None
        if node.id == "scalar" and kind in _SCALARS:
            self.places.setdefault(path, place)
            return _SCALARS[kind](node.value)
        self.complain(
            place, "plain data", f"the tag {node.tag.replace(_TAG, '!!')}", "remove the tag"
        )
        return None

    def mapping(self, node: Any, path: KeyPath) -> dict[Any, Any]:
        data: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            place = _place(key_node)
            if key_node.id == "scalar" and not _has_bytes(key_node.value):
                self.complain(
                    place, "a name", "half a character, such as \\ud800", "write it whole"
                )
                continue
            if key_node.id != "scalar":
                self.complain(place, "a name before the colon", "a list or block", "write `name:`")
                continue
            if key_node.tag == f"{_TAG}merge":
                self.complain(
                    place,
                    "a key",
                    "the merge key <<",
                    "repeat the keys",
                )
                continue
            key = _key(key_node)
            if key in data:
                first = self.places[(*path, key)].line
                self.complain(
                    place,
                    f"`{key}` once",
                    f"`{key}` again, after line {first}",
                    "keep one of the two: only one would count",
                )
                continue
            self.places[(*path, key)] = Place(place.line, place.column, _text(value_node))
            data[key] = self.build(value_node, (*path, key))
        return data


def _has_bytes(text: str) -> bool:
    """Whether a text can be written: half a surrogate pair cannot."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _key(node: Any) -> str | int:
    """Keys are names, or years where they are whole numbers."""
    kind = node.tag.removeprefix(_TAG)
    value = _SCALARS[kind](node.value) if kind in _SCALARS else node.value
    return value if isinstance(value, int) and not isinstance(value, bool) else str(node.value)


def _place(node: Any) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1, _text(node))


def _text(node: Any) -> str:
    return node.value if node.id == "scalar" else ""


def _integer(text: str) -> int | str:
    try:
        return int(text, 0) if text.lstrip("+-").lower().startswith("0") else int(text)
    except ValueError:
        # Leading zeros are a code that lost its quotes, not a number.
        return text


def _float(text: str) -> float | str:
    try:
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        return text


_SCALARS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": _integer,
    "float": _float,
    "bool": lambda text: text.lower() in ("true", "yes", "on"),
    "null": lambda text: None,
    "timestamp": str,
}


def _syntax(file: str, error: Any, text: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = Place(mark.line + 1, mark.column + 1) if mark is not None else None
    sign = broken_by_sign(text, mark.line, _breaks_at) if mark is not None else None
    if sign is not None:
        line, column, found, remedy = sign
        expected = "signs of YAML in half width"
        return _problem(file, Place(line + 1, column + 1), expected, found, remedy)
    return _problem(file, place, *syntax_words(error))


def _breaks_at(text: str) -> int | None:
    """The line at which YAML cannot be read, from 0; None where it can."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    from nqpf_assets.user_input.yaml_compose import compose

    try:
        compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return 0 if mark is None else int(mark.line)
    except (YAMLError, RecursionError, ValueError, AttributeError, IndexError):
        return 0
    return None


def _too_deep(file: str, place: Place | None) -> Problem:
    return Problem(
        file=file,
        where=str(place or ""),
        expected=f"at most {DEEPEST} levels and {MOST_VALUES} values",
        found="more, possibly aliases (*name) of aliases",
        remedy="write the values out",
        code="yaml_too_large",
    )


def _problem(file: str, place: Place | None, expected: str, found: str, remedy: str) -> Problem:
    return Problem(
        file=file,
        where=str(place or ""),
        expected=expected,
        found=found,
        remedy=remedy,
        code="yaml",
    )

"""YAML that people write by hand: read strictly, and every mistake told with its line.

YAML 1.2 (``no`` and ``on`` are words, not booleans); a key written twice is an error. What the
keys mean belongs to the models that `validate` is given.
"""

from __future__ import annotations

import datetime as dt
import difflib
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from nqpf_assets.problems import Problem

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[str | int, ...]
"""Keys and list positions that lead to a value: ``("files", "a.csv", "unit")``."""


@dataclass(frozen=True)
class LinedYaml:
    """The content of one YAML file as plain Python values, and where each stands.

    Attributes:
        file: path as the user knows it.
        data: dictionaries, lists and scalars.
        lines: line of each place, counted from one.
        problems: why the text could not be read; `data` is then empty.
    """

    file: str
    data: Any
    lines: Mapping[Place, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def line(self, place: Place) -> int:
        """Line of a place, or of the nearest place around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(
        self, place: Place, expected: str, found: str, remedy: str, code: str = "yaml"
    ) -> Problem:
        """A problem at a place of this file."""
        return Problem(self.file, f"line {self.line(place)}", expected, found, remedy, code=code)


def read_yaml(text: str, file: str) -> LinedYaml:
    """Read one YAML document; an unreadable one yields a problem and no data."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        node = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        found = " ".join((error.problem or str(error)).split())
        remedy = "keep one of the two" if "duplicate key" in found else "mend the line"
        problem = Problem(file, f"line {line}", "readable YAML", found, remedy, code="yaml")
        return LinedYaml(file, {}, problems=(problem,))
    except (YAMLError, ValueError) as error:
        found = " ".join(str(error).split())
        return LinedYaml(
            file, {}, problems=(Problem(file, "", "readable YAML", found, "mend it", code="yaml"),)
        )
    lines: dict[Place, int] = {(): 1}
    return LinedYaml(file, _plain(node, (), lines), lines)


def read_shipped_yaml(text: str) -> Any:
    """The content of a file of ours, thirty times as fast: nobody will ask for its lines."""
    import yaml  # type: ignore[import-untyped]

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)


def validate(
    model: type[Model],
    document: LinedYaml,
    place: Place = (),
    data: Any = None,
    places: Mapping[str, Place] | None = None,
) -> tuple[Model | None, tuple[Problem, ...]]:
    """The model that a place of the document describes, or all that is wrong with it.

    Args:
        model: what the keys mean.
        document: where the data come from, for line numbers.
        place: the part of the document to read.
        data: read instead of that part, when it was put together from several.
        places: where each top-level key of such data stands.
    """
    if data is None:
        data = document.data
        for key in place:
            data = data[key]
    if not isinstance(data, Mapping):
        what = "nothing" if data is None else repr(data)[:80]
        return None, (document.problem(place, "keys with values", what, "write `key: value`"),)
    try:
        return model.model_validate(data), ()
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
    problems = []
    misspelt = {
        (*detail["loc"][:-1], near)
        for detail in details
        if detail["type"] == "extra_forbidden"
        for near in _near(str(detail["loc"][-1]), tuple(_fields_at(model, detail["loc"][:-1])))
    }
    for detail in details:
        inner: Place = tuple(detail["loc"])
        if detail["type"] == "missing" and inner in misspelt:
            continue  # told with the key that stands in its place
        where = (*place, *inner)
        if places and inner and inner[0] in places:
            where = (*places[str(inner[0])], *inner[1:])
        problems.append(_problem(model, document, where, inner, detail))
    return None, tuple(problems)


def nearest(word: str, known: Sequence[str]) -> str:
    """``; did you mean `x`?`` for a word close to a known one, else an empty text."""
    near = _near(word, known)
    return f"; did you mean `{near[0]}`?" if near else ""


def _near(word: str, known: Sequence[str]) -> list[str]:
    return difflib.get_close_matches(word, known, n=1, cutoff=0.6)


def _plain(node: Any, place: Place, lines: dict[Place, int]) -> Any:
    """Plain values of a ruamel tree; notes the line of each key on the way."""
    if isinstance(node, Mapping):
        plain = {}
        for key, value in node.items():
            inner = (*place, _scalar(key))
            lines[inner] = node.lc.key(key)[0] + 1  # type: ignore[attr-defined]
            plain[inner[-1]] = _plain(value, inner, lines)
        return plain
    if isinstance(node, list):
        for position in range(len(node)):
            lines[(*place, position)] = node.lc.item(position)[0] + 1  # type: ignore[attr-defined]
        return [_plain(value, (*place, i), lines) for i, value in enumerate(node)]
    return _scalar(node)


def _scalar(value: Any) -> Any:
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, dt.datetime):
        return dt.datetime(*value.timetuple()[:6])
    return value


def _problem(
    model: type[BaseModel], document: LinedYaml, where: Place, inner: Place, detail: Any
) -> Problem:
    known = tuple(_fields_at(model, inner[:-1]))
    dotted = ".".join(str(step) for step in inner) or "the whole"
    if detail["type"] == "extra_forbidden":
        return document.problem(
            where,
            f"one of the keys {', '.join(known)}",
            f"`{dotted}`{nearest(str(inner[-1]), known)}",
            "correct the key or remove it",
            code="unknown_key",
        )
    if detail["type"] == "missing":
        return document.problem(
            where, f"a key `{dotted}`", "it is not there", f"add `{inner[-1]}: …`", "missing_key"
        )
    message = detail["msg"].removeprefix("Value error, ")
    found = f"`{dotted}: {detail['input']!r}`" if inner else "the keys together"
    return document.problem(where, message, found[:200], "correct the value", code="value")


def _fields_at(model: type[BaseModel], place: Place) -> Mapping[str, Any]:
    """Keys that are known at a place inside a model; none where it is no model."""
    fields = model.model_fields
    for step in place:
        if step not in fields:
            continue  # a key of a mapping or a position in a list
        inner = _model_in(fields[str(step)].annotation)
        if inner is None:
            return {}
        fields = inner.model_fields
    return fields


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in typing.get_args(annotation):
        if (model := _model_in(part)) is not None:
            return model
    return None

"""What an expression reads, and what it is over other names; a change as the end of a name, and in words."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from nqpf_assets.expressions.compile import inputs
from nqpf_assets.expressions.parser import parse_expression
from nqpf_assets.expressions.tree import ExpressionError, Name, names, quoted
from nqpf_assets.studies.formula import Formula
from nqpf_assets.studies.series_name import as_kept

_PLAIN = re.compile(r"[a-z0-9_]{1,40}")
_NUMBER = re.compile(r"\d+\.\d+")


def read_in(formula: Formula) -> tuple[Name, ...]:
    """The names in a formula; none where it cannot be read, which is told of it."""
    try:
        return tuple(names(formula.definition.tree))
    except ExpressionError:
        return ()


def can_be_read(formula: Formula) -> bool:
    """Whether a formula is one."""
    try:
        return formula.definition.tree is not None
    except ExpressionError:
        return False


def names_in(expression: str) -> tuple[str, ...]:
    """The names in an expression, likewise."""
    try:
        return tuple(one.name for one in names(parse_expression(expression)))
    except ExpressionError:
        return ()


def series_and_names(expression: str) -> tuple[str, ...]:
    """Those of series and variables in it, as they are kept, without groups; likewise."""
    try:
        return tuple(inputs(expression))
    except ExpressionError:
        return ()


def substituted(expression: str, new: Mapping[str, str]) -> str:
    """An expression with other names, and otherwise as it is written."""
    try:
        read = [one for one in names(parse_expression(expression)) if as_kept(one.name) in new]
    except ExpressionError:
        return expression
    # `cut` is read as several comparisons of what is written once.
    once = {one.column: one for one in read}.values()
    for one in sorted(once, key=lambda name: -name.column):
        at = one.column - 1
        in_ticks = "`" + one.name.replace("`", "``") + "`"
        written = in_ticks if expression[at] == "`" else one.name
        expression = (
            expression[:at] + quoted(new[as_kept(one.name)]) + expression[at + len(written) :]
        )
    return expression


def slug(change: Mapping[str, Any]) -> str:
    """A change as the end of a name: ``critic``, ``winsorize_share_0_05``, or a number where it is long."""
    each = (one.replace(".", "_") if _NUMBER.fullmatch(one) else one for one in _words(change))
    found = "_".join(each)
    if _PLAIN.fullmatch(found):
        return found
    said = json.dumps(change, sort_keys=True, default=str)
    return f"prepared_{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def words(change: Mapping[str, Any]) -> str:
    """A change for people: ``critic``, ``winsorize share 0.05``."""
    return " ".join(_words(change))


def _words(change: Mapping[str, Any]) -> Iterator[str]:
    for key, value in change.items():
        if key == "title":
            continue
        if key != "method":
            yield str(key)
        if isinstance(value, Mapping):
            yield from _words(value)
        else:
            yield "none" if value is None else str(value)

"""The syntax tree of an expression: frozen nodes, how they are walked and how they are written.

What a node means belongs elsewhere: units to `units`, SQL to `sql`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from nqpf_assets.expressions.functions import LABEL_FUNCTIONS

_PLAIN = re.compile(r"[^\W\d]\w*\Z")
COMPARISONS = ("==", "!=", ">=", "<=", ">", "<")
JUNCTIONS = ("and", "or")
RESERVED = frozenset((*JUNCTIONS, "not", "year"))
"""Words of the language: a series of such a name stands in backticks."""
CONDITIONS = frozenset(("not", "is_missing", "is_filled", "is_group", "is_period"))
"""Functions that give 0 or 1."""


class ExpressionError(ValueError):
    """An expression that cannot be understood.

    Attributes:
        message: what is wrong.
        column: place in the text, counted from 1; 0 where the whole expression is meant.
        remedy: what the author can do.
    """

    def __init__(self, message: str, *, column: int = 0, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.remedy = remedy


@dataclass(frozen=True)
class Number:
    """A literal number."""

    value: float
    column: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return repr(self.value).removesuffix(".0")


@dataclass(frozen=True)
class Name:
    """A series or a variable."""

    name: str
    column: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return quoted(self.name)


@dataclass(frozen=True)
class Negative:
    """Unary minus."""

    operand: Node
    column: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"-{_wrapped(self.operand)}"


@dataclass(frozen=True)
class Binary:
    """One of ``+ - * / **``, a comparison, ``and`` or ``or`` between two operands."""

    operator: str
    left: Node
    right: Node
    column: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{_wrapped(self.left)} {self.operator} {_wrapped(self.right)}"


@dataclass(frozen=True)
class Call:
    """A function with its arguments in order and its options by name."""

    function: str
    arguments: tuple[Node, ...]
    options: tuple[tuple[str, Node], ...] = ()
    column: int = field(default=0, compare=False)

    def __str__(self) -> str:
        if self.function == "year":
            return self.function
        options = [f"{name}={value}" for name, value in self.options]
        return f"{self.function}({', '.join([*map(str, self.arguments), *options])})"

    def option(self, name: str) -> Node | None:
        """The value of an option, or None where it is not given."""
        return dict(self.options).get(name)


@dataclass(frozen=True)
class Scaled:
    """A conversion between units: never written by an author, put in by `units`."""

    operand: Node
    factor: Fraction
    column: int = field(default=0, compare=False)

    def __str__(self) -> str:
        above = f" * {self.factor.numerator}" if self.factor.numerator != 1 else ""
        below = f" / {self.factor.denominator}" if self.factor.denominator != 1 else ""
        return f"{_wrapped(self.operand)}{above}{below}"


Node = Number | Name | Negative | Binary | Call | Scaled


def quoted(name: str) -> str:
    """A name as an expression writes it: in backticks where it is not a plain identifier."""
    return (
        name if _PLAIN.match(name) and name not in RESERVED else "`" + name.replace("`", "``") + "`"
    )


def is_condition(node: Node) -> bool:
    """Whether a part is 0 or 1 by the way it is written."""
    if isinstance(node, Binary):
        return node.operator in COMPARISONS or node.operator in JUNCTIONS
    return isinstance(node, Call) and node.function in CONDITIONS


def children(node: Node) -> tuple[Node, ...]:
    """The operands or arguments that a node is made of, without options."""
    if isinstance(node, (Negative, Scaled)):
        return (node.operand,)
    if isinstance(node, Binary):
        return (node.left, node.right)
    return node.arguments if isinstance(node, Call) else ()


def names(node: Node) -> Iterator[Name]:
    """The series and variables that a tree reads, in the order of the text."""
    if isinstance(node, Name):
        yield node
    elif not isinstance(node, Call):
        for part in children(node):
            yield from names(part)
    elif node.function not in LABEL_FUNCTIONS:
        for argument in node.arguments:
            yield from names(argument)
        initial = node.option("initial")
        if initial is not None:
            yield from names(initial)


def nodes(node: Node) -> Iterator[Node]:
    """A tree and everything in it, labels and options included."""
    yield node
    options = (value for _, value in node.options) if isinstance(node, Call) else ()
    for part in (*children(node), *options):
        yield from nodes(part)


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with `change` made to every node of it, the innermost first."""
    if isinstance(node, (Negative, Scaled)):
        node = replace(node, operand=rebuilt(node.operand, change))
    elif isinstance(node, Binary):
        left, right = rebuilt(node.left, change), rebuilt(node.right, change)
        node = replace(node, left=left, right=right)
    elif isinstance(node, Call):
        arguments = tuple(rebuilt(argument, change) for argument in node.arguments)
        options = tuple((name, rebuilt(value, change)) for name, value in node.options)
        node = replace(node, arguments=arguments, options=options)
    return change(node)


def rewritten(node: Node, change: Callable[[Node], Node | None], *, options: bool = False) -> Node:
    """The tree with every part replaced for which `change` gives another, the outermost first.

    Args:
        options: whether those of calls are looked at, too.
    """
    changed = change(node)
    if changed is not None:
        return changed
    if isinstance(node, (Negative, Scaled)):
        return replace(node, operand=rewritten(node.operand, change, options=options))
    if isinstance(node, Binary):
        left, right = (rewritten(one, change, options=options) for one in (node.left, node.right))
        return replace(node, left=left, right=right)
    if isinstance(node, Call):
        inner = tuple(rewritten(one, change, options=options) for one in node.arguments)
        said = tuple(
            (name, rewritten(one, change, options=options) if options else one)
            for name, one in node.options
        )
        return replace(node, arguments=inner, options=said)
    return node


def _wrapped(node: Node) -> str:
    text = str(node)
    return text if isinstance(node, (Number, Name, Call)) else f"({text})"

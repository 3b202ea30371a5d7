"""Text of an expression → syntax tree. The text is read, never run.

The grammar is small (numbers, names, ``+ - * / **``, comparisons, ``and or not``, brackets, the functions
of `functions`), and bounded in length and in depth, so that no text can exhaust the
machine. Mistakes that a Chinese keyboard makes easy have messages of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from nqpf_assets.expressions.calls import check_call
from nqpf_assets.expressions.functions import COMPARING
from nqpf_assets.expressions.other_languages import said_elsewhere
from nqpf_assets.expressions.tree import (
    COMPARISONS,
    JUNCTIONS,
    Binary,
    Call,
    ExpressionError,
    Name,
    Negative,
    Node,
    Number,
)
from nqpf_assets.messages.counted import counted

LONGEST = 5_000
"""Characters; the longest sum over the provinces that we could think of has 1,500."""
MOST_TOKENS = 500
DEEPEST = 60

_TOKEN = re.compile(
    r"""(?P<blank>\s+)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>[^\W\d]\w*)
    |(?P<quoted>`(?:[^`\n]|``)+`)
    |(?P<sign>\*\*|==|!=|>=|<=|[-+*/(),=<>])""",
    re.VERBOSE,
)
_RAISED = re.compile("[⁰¹²³⁴-⁹₀-₉]")
"""Digits above and below the line."""
_BINDING = {
    "or": 2,
    "and": 4,
    **dict.fromkeys(COMPARISONS, 8),
    "+": 10,
    "-": 10,
    "*": 20,
    "/": 20,
    "**": 40,
}
_NOT = 6
_UNARY = 30
_REMEDIES = {
    "^": "write ** for a power: x**2",
    "（": "write the half-width bracket (",
    "）": "write the half-width bracket )",
    "，": "write the half-width comma ,",
    "×": "write *",
    "÷": "write /",
    "－": "write the half-width minus -",
    "−": "write the half-width minus -",
    "＋": "write the half-width plus +",
    "＊": "write the half-width *",
    "／": "write the half-width /",
    "%": "there is no percent sign in expressions; divide by 100, or declare `unit`",
    "＞": "write the half-width >",
    "＜": "write the half-width <",
    "≥": "write >=",
    "≤": "write <=",
    "≠": "write !=",
    "`": "a quoted name begins and ends with a backtick",
    '"': "quote a name with backticks: `name`",
    "'": "quote a name with backticks: `name`",
    ".": "quote a name that has a dot in it with backticks: `a.b`",
}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    column: int


def parse_expression(text: str) -> Node:
    """The tree of an expression.

    Raises:
        ExpressionError: with the column of the mistake and what to do about it.
    """
    if len(text) > LONGEST:
        raise ExpressionError(
            f"the expression has {counted(len(text), 'characters')}, more than {LONGEST}",
            remedy="split it into several variables",
        )
    try:
        return _parsed(text)
    except ExpressionError as error:
        if (remedy := said_elsewhere(text, error.column)) is not None:
            raise ExpressionError(error.message, column=error.column, remedy=remedy) from None
        raise


# A check reads the same formulas for each of many questions.
@lru_cache(maxsize=4096)
def _parsed(text: str) -> Node:
    tokens = _tokens(text)
    if len(tokens) == 1:
        raise ExpressionError("the expression is empty", remedy="write e.g. `gdp / population`")
    if len(tokens) > MOST_TOKENS:
        raise ExpressionError(
            f"the expression has {counted(len(tokens), 'parts')}, more than {MOST_TOKENS}",
            remedy="split it into several variables",
        )
    return _Parser(tokens).whole()


def _tokens(text: str) -> list[_Token]:
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(
                f"`{text[at]}` has no meaning in an expression",
                column=at + 1,
                remedy=_REMEDIES.get(
                    text[at],
                    "names, numbers, + - * / ** ( ), comparisons, and, or, not and functions only",
                ),
            )
        if match.lastgroup != "blank":
            tokens.append(_Token(str(match.lastgroup), match.group(), at + 1))
            if match.lastgroup == "name" and (raised := _RAISED.search(match.group())):
                # NFKC would make another name of it: gdp² would be the series gdp2.
                raise ExpressionError(
                    f"`{raised[0]}` has no meaning in an expression",
                    column=at + raised.start() + 1,
                    remedy="quote a name that has it with backticks: `m²`",
                )
        at = match.end()
    return [*tokens, _Token("end", "the end", len(text) + 1)]


class _Parser:
    """Operator-precedence parser (Pratt)."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, text: str, remedy: str) -> None:
        token = self.take()
        if token.kind != "sign" or token.text != text:
            raise ExpressionError(
                f"{text!r} expected, {token.text!r} found", column=token.column, remedy=remedy
            )

    def whole(self) -> Node:
        node = self.node(0)
        if self.next.kind != "end":
            raise ExpressionError(
                f"an operator expected, {self.next.text!r} found",
                column=self.next.column,
                remedy="put + - * / **, a comparison, and, or between two operands, or close a bracket",
            )
        return node

    def node(self, binding: int) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(
                f"more than {DEEPEST} levels of nesting",
                column=self.next.column,
                remedy="split the expression into several variables",
            )
        left, compared = self.operand(), False
        while self.is_operator and _BINDING[self.next.text] > binding:
            sign = self.take()
            if sign.text in COMPARISONS:
                if compared:
                    raise ExpressionError(
                        "two comparisons in a row",
                        column=sign.column,
                        remedy="write two conditions: a < b and b < c",
                    )
                compared = True
            elif sign.text in JUNCTIONS:
                compared = False
            # ** binds from right to left: 2**3**2 is 2**9.
            right = self.node(_BINDING[sign.text] - (sign.text == "**"))
            left = Binary(sign.text, left, right, sign.column)
        self.depth -= 1
        return left

    @property
    def is_operator(self) -> bool:
        """Whether an operator between two operands comes next: a sign, or one of the words."""
        kinds = "name" if self.next.text in JUNCTIONS else "sign"
        return self.next.kind == kinds and self.next.text in _BINDING

    def operand(self) -> Node:
        token = self.take()
        if token.kind == "number":
            value = float(token.text)
            if value == float("inf"):
                raise ExpressionError(f"the number {token.text} is too large", column=token.column)
            return Number(value, token.column)
        if token.kind == "quoted":
            return Name(token.text[1:-1].replace("``", "`"), token.column)
        if token.kind == "name" and token.text == "not":
            return Call("not", (self.node(_NOT),), (), token.column)
        if token.kind == "name" and token.text not in JUNCTIONS:
            if token.text == "year":
                return Call("year", (), (), token.column)
            if self.next.text == "(" and self.next.kind == "sign":
                return self.call(token)
            return Name(token.text, token.column)
        if token.text == "(":
            inner = self.node(0)
            self.expect(")", "close the bracket")
            return inner
        if token.text == "-":
            return Negative(self.node(_UNARY), token.column)
        if token.text == "+":
            return self.node(_UNARY)
        raise ExpressionError(
            f"a name, a number or a bracket expected, {token.text!r} found",
            column=token.column,
            remedy="every operator needs something on both sides",
        )

    def call(self, name: _Token) -> Node:
        self.take()
        arguments: list[Node] = []
        options: list[tuple[str, Node]] = []
        while self.next.text != ")" or self.next.kind != "sign":
            follows = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
            if self.next.kind == "name" and follows.text == "=" and follows.kind == "sign":
                option = self.take()
                self.take()
                if name.text in COMPARING:
                    raise ExpressionError(
                        f"`{name.text}` has no option `{option.text}`",
                        column=option.column,
                        remedy="write == to compare",
                    )
                if option.text in dict(options):
                    raise ExpressionError(
                        f"the option `{option.text}` is given twice", column=option.column
                    )
                options.append((option.text, self.node(0)))
            elif options:
                raise ExpressionError(
                    "an argument follows an option",
                    column=self.next.column,
                    remedy="write the arguments first, then the options: f(x, option=1)",
                )
            else:
                arguments.append(self.node(0))
            if self.next.text != ",":
                break
            self.take()
        self.expect(")", f"close the bracket of `{name.text}(`")
        return check_call(Call(name.text, tuple(arguments), tuple(options), name.column))

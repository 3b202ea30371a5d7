"""From a syntax tree to the columns of the derived-variables SELECT.

Every function that can fail for a row (a denominator, a logarithm, a missing year) brings the
condition under which it does and the words for it, in the order in which they are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from nqpf_assets.expressions.functions import FUNCTIONS, Function
from nqpf_assets.expressions.labels import Groups
from nqpf_assets.expressions.neighbours import IS_NEIGHBOUR
from nqpf_assets.expressions.steps import Steps, literal
from nqpf_assets.expressions.terms import MISSING, Term, joined, number
from nqpf_assets.expressions.tree import (
    Binary,
    Call,
    Name,
    Negative,
    Node,
    Number,
    Scaled,
    is_condition,
)

DEEPEST = 10
"""Brackets in brackets in one column; sqlglot's parser gives up at some forty."""
ABSENT = ("missing input", "no value")
"""How the reasons begin that are told before all others: something was not there to compute with."""
_LITERAL = re.compile(r"[0-9.]+e[0-9+-]+\Z")


class Lowering:
    """Turns the variables of a study into columns of `steps`, one after the other."""

    def __init__(
        self,
        steps: Steps,
        *,
        first: int | None,
        last: int | None,
        groups: Groups,
        windows: Mapping[str, Window],
        strangers: Collection[str] = (),
    ) -> None:
        self.steps, self.windows = steps, windows
        self.last = last
        self.years = range(first, last + 1) if first is not None and last is not None else range(0)
        self.groups = groups
        self.is_row = steps.given("is row")
        of_study, in_years = _of_study(strangers), _in_years(self.is_row, first, last)
        self.in_panel = " AND ".join([*in_years, *of_study])
        self.pools = {
            "": self.in_panel,
            "period": " AND ".join(of_study) or "TRUE",
            "unit": " AND ".join(in_years),
        }
        self.readable: dict[str, Term] = {}
        self.outputs: dict[str, tuple[str, str, str]] = {}

    def define(self, name: str, tree: Node) -> None:
        """Add a variable; from here on its name means the variable."""
        term = self.held(self.term(tree))
        finite = term.finite
        missing_first = sorted(
            dict.fromkeys(term.failures), key=lambda failure: not failure[1].startswith(ABSENT)
        )
        reasons = "".join(f" WHEN {when} THEN {literal(why)}" for when, why in missing_first)
        step, reads = term.step, term.reads
        value = self.steps.add(
            step, f"CASE WHEN {finite} THEN {term.sql} END", reads, f"value of {name}"
        )
        rank = self.steps.add(
            step,
            f"CASE WHEN {finite} THEN {term.rank} ELSE {MISSING} END",
            reads,
            f"rank of {name}",
        )
        reason = self.steps.add(
            step,
            f"CASE WHEN {finite} THEN NULL{reasons} ELSE 'too large for a number' END",
            reads,
            f"reason of {name}",
        )
        self.outputs[name] = (value, rank, reason)
        self.readable[name] = Term(
            value,
            step + 1,
            (rank,),
            ((f"{value} IS NULL", f"missing input: {name}"),),
            frozenset({value, rank}),
        )

    def held(self, term: Term) -> Term:
        """The term as a column of its own, so that it can be mentioned often."""
        if term.sql in term.reads or _LITERAL.match(term.sql):
            return term
        column = self.steps.add(term.step, term.sql, term.reads)
        return Term(column, term.step + 1, term.ranks, term.failures, term.reads | {column})

    def term(self, node: Node) -> Term:
        """SQL for a tree."""
        term = self._term(node)
        return self.held(term) if term.depth > DEEPEST else term

    def _term(self, node: Node) -> Term:
        if isinstance(node, Number):
            return Term(number(node.value))
        if isinstance(node, Name):
            return self.readable[node.name]
        if isinstance(node, Negative):
            operand = self.term(node.operand)
            return joined(f"(-{operand.sql})", operand)
        if isinstance(node, Scaled):
            operand = self.term(node.operand)
            above, below = node.factor.numerator, node.factor.denominator
            text = f"{operand.sql} * {number(above)}" if above != 1 else operand.sql
            return joined(f"({text} / {number(below)})" if below != 1 else f"({text})", operand)
        if isinstance(node, Binary):
            return self._binary(node)
        return self._call(node)

    def _binary(self, node: Binary) -> Term:
        if is_condition(node):
            return self.windows[node.operator](self, node)
        left, right = self.term(node.left), self.term(node.right)
        first = left.sql
        if _is_chain(node) and first.startswith("("):
            # a + b + c without brackets: parsers of SQL recurse into brackets, not along chains.
            first, left = first[1:-1], replace(left, depth=left.depth - 1)
        if node.operator in ("+", "-", "*"):
            return joined(f"({first} {node.operator} {right.sql})", left, right)
        if node.operator == "/":
            right = self.held(right)
            nothing = ((f"{right.sql} = 0", "zero denominator"),)
            return joined(f"({first} / nullif({right.sql}, 0e0))", left, right, failures=nothing)
        if isinstance(node.right, Number) and node.right.value == int(node.right.value):
            return joined(f"power({left.sql}, {right.sql})", left, right)
        left, right = self.held(left), self.held(right)
        base, exponent = left.sql, right.sql
        zero = f"{base} = 0 AND {exponent} < 0"
        root = f"{base} < 0 AND {exponent} <> floor({exponent})"
        return joined(
            f"CASE WHEN NOT ({zero}) AND NOT ({root}) THEN power({base}, {exponent}) END",
            left,
            right,
            failures=((zero, "zero denominator"), (root, "root of negative")),
        )

    def _call(self, node: Call) -> Term:
        if node.function in self.windows:
            return self.windows[node.function](self, node)
        if node.function == "is_group":
            grouping, group = (label.name for label in node.arguments if isinstance(label, Name))
            members = sorted(self.groups[grouping][group])
            listed = ", ".join(map(literal, members)) or "NULL"
            return Term(f"CASE WHEN unit IN ({listed}) THEN 1e0 ELSE 0e0 END")
        if node.function == IS_NEIGHBOUR:
            units = (label.name for label in node.arguments[1:] if isinstance(label, Name))
            return Term(
                f"CASE WHEN unit IN ({', '.join(map(literal, units))}) THEN 1e0 ELSE 0e0 END"
            )
        if node.function == "year":
            return Term("CAST(period AS DOUBLE)")
        if node.function == "is_period":
            years = ", ".join(map(str, node.arguments))
            return Term(f"CASE WHEN period IN ({years}) THEN 1e0 ELSE 0e0 END")
        return self._of_row(FUNCTIONS[node.function], [self.term(one) for one in node.arguments])

    def _of_row(self, function: Function, terms: list[Term]) -> Term:
        """A function of the numbers of its own row."""
        assert function.sql, f"`{function.usage}` is registered but has no SQL"
        if function.skips_missing or function.within:
            terms = [self.held(term) for term in terms]
        value = function.sql.format(", ".join(term.sql for term in terms))
        if function.skips_missing:
            known = " AND ".join(f"{term.sql} IS NOT NULL" for term in terms)
            return joined(f"CASE WHEN {known} THEN {value} END", *terms)
        if function.within:
            inside = f"{terms[0].sql} {function.within}"
            failures = ((f"NOT ({inside})", function.outside),)
            return joined(f"CASE WHEN {inside} THEN {value} END", *terms, failures=failures)
        return joined(value, *terms)

    def columns(self, *read: Term, **sql: str) -> tuple[int, dict[str, str]]:
        """Further columns over some terms, and the step from which they can be read."""
        step = max(term.step for term in read)
        reads = frozenset[str]().union(*(term.reads for term in read))
        return step + 1, {name: self.steps.add(step, text, reads) for name, text in sql.items()}

    def picked(self, term: Term, where: str, over: str, *also: Term) -> tuple[int, str, str]:
        """Value and rank of a term in one row of a window, and the step from which they can be read.

        Args:
            term: what is picked.
            where: condition that holds in that row only.
            over: the window.
            also: terms whose columns `where` reads.
        """
        here = f"CASE WHEN {where} THEN"
        step, made = self.columns(
            term,
            *also,
            value=f"max({here} {term.sql} END) {over}",
            rank=f"coalesce(max({here} {term.rank} END) {over}, {MISSING})",
        )
        return step, made["value"], made["rank"]

    def settled(self, term: Term) -> Term:
        """The term as a column without infinities, which one row would spread over a window."""
        held = self.held(term)
        if any(term.sql == known.sql for known in self.readable.values()):
            return held
        return self.held(joined(f"CASE WHEN {held.finite} THEN {held.sql} END", held))


Window = Callable[[Lowering, Any], Term]
"""How a function that looks beyond its own row, a choice or a condition is lowered: all in `windows`."""


def _in_years(is_row: str, first: int | None, last: int | None) -> list[str]:
    """Conditions of the rows that are given of a unit: the years of the study, not those only read."""
    known = [f"{is_row} = 1"]
    known += [f"period >= {first}"] * (first is not None)
    known += [f"period <= {last}"] * (last is not None)
    return known


def _of_study(strangers: Iterable[str]) -> list[str]:
    """Condition of the units of the study, beside regions that are only read."""
    listed = ", ".join(map(literal, strangers))
    return [f"unit NOT IN ({listed})"] * bool(listed)


def _is_chain(node: Binary) -> bool:
    """Whether the left operand binds as strongly, so that it needs no brackets."""
    return isinstance(node.left, Binary) and any(
        {node.operator, node.left.operator} <= group for group in ({"+", "-"}, {"*", "/"})
    )

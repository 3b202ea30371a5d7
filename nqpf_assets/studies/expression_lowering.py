"""From a syntax tree to the columns of the derived-variables SELECT.

Every function that can fail for a row (a denominator, a logarithm, a missing year) brings the
condition under which it does and the words for it, in the order in which they are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nqpf_assets.studies.expression_steps import Steps, literal
from nqpf_assets.studies.expression_tree import Binary, Call, Name, Negative, Node, Number, Scaled

MISSING = 6
"""Rank of a missing cell, the weakest."""
LARGEST = "1.7976931348623157e308"


@dataclass(frozen=True)
class Term:
    """SQL for a part of an expression.

    Attributes:
        sql: the value.
        step: first step that can compute it.
        ranks: columns with the ranks of the cells it rests on.
        failures: condition and reason, first match wins.
        reads: columns that `sql`, `ranks` and `failures` mention.
    """

    sql: str
    step: int = 1
    ranks: tuple[str, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()
    reads: frozenset[str] = frozenset()


class Lowering:
    """Turns the variables of a study into columns of `steps`, one after the other."""

    def __init__(
        self,
        steps: Steps,
        *,
        first: int | None,
        last: int | None,
        groups: Mapping[str, Mapping[str, Iterable[str]]],
    ) -> None:
        self.steps = steps
        self.first = first
        self.last = last
        self.groups = groups
        self.readable: dict[str, Term] = {}
        self.outputs: dict[str, tuple[str, str, str]] = {}

    def define(self, name: str, tree: Node) -> None:
        """Add a variable; from here on its name means the variable."""
        term = self.held(self.term(tree))
        finite = f"{term.sql} BETWEEN -{LARGEST} AND {LARGEST}"
        missing_first = sorted(
            dict.fromkeys(term.failures), key=lambda failure: not failure[1].startswith("missing")
        )
        reasons = "".join(f" WHEN {when} THEN {literal(why)}" for when, why in missing_first)
        step, reads = term.step, term.reads
        value = self.steps.add(
            step, f"CASE WHEN {finite} THEN {term.sql} END", reads, f"value of {name}"
        )
        rank = self.steps.add(
            step,
            f"CASE WHEN {finite} THEN {_weakest(term.ranks)} ELSE {MISSING} END",
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
        if term.sql in term.reads:
            return term
        column = self.steps.add(term.step, term.sql, term.reads)
        return Term(column, term.step + 1, term.ranks, term.failures, term.reads | {column})

    def term(self, node: Node) -> Term:
        """SQL for a tree."""
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
        left, right = self.term(node.left), self.term(node.right)
        if node.operator in "+-*" and node.operator != "**":
            return joined(f"({left.sql} {node.operator} {right.sql})", left, right)
        if node.operator == "/":
            right = self.held(right)
            zero = ((f"{right.sql} = 0", "zero denominator"),)
            return joined(f"({left.sql} / nullif({right.sql}, 0e0))", left, right, failures=zero)
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
        if node.function in ("lag", "lead"):
            return self._shifted(node)
        if node.function == "is_group":
            grouping, group = (label.name for label in node.arguments if isinstance(label, Name))
            members = sorted(self.groups[grouping][group])
            listed = ", ".join(map(literal, members)) or "NULL"
            return Term(f"CASE WHEN unit IN ({listed}) THEN 1e0 ELSE 0e0 END")
        if node.function == "is_period":
            years = ", ".join(map(str, node.arguments))
            return Term(f"CASE WHEN period IN ({years}) THEN 1e0 ELSE 0e0 END")
        terms = [self.term(argument) for argument in node.arguments]
        if node.function in ("exp", "abs"):
            return joined(f"{node.function}({terms[0].sql})", terms[0])
        if node.function in ("min", "max"):
            terms = [self.held(term) for term in terms]
            chosen = "least" if node.function == "min" else "greatest"
            known = " AND ".join(f"{term.sql} IS NOT NULL" for term in terms)
            listed = ", ".join(term.sql for term in terms)
            return joined(f"CASE WHEN {known} THEN {chosen}({listed}) END", *terms)
        if node.function in _DOMAINS:
            operand = self.held(terms[0])
            within, sql, reason = _DOMAINS[node.function]
            inside = f"{operand.sql} {within}"
            return joined(
                f"CASE WHEN {inside} THEN {sql.format(operand.sql)} END",
                operand,
                failures=((f"NOT ({inside})", reason),),
            )
        raise NotImplementedError(node.function)

    def _shifted(self, node: Call) -> Term:
        operand = self.held(self.term(node.arguments[0]))
        way = "PRECEDING" if node.function == "lag" else "FOLLOWING"
        years = f"{node.arguments[1]} {way}"
        over = f"OVER (PARTITION BY unit ORDER BY period RANGE BETWEEN {years} AND {years})"
        return self.windowed(
            node, f"max({operand.sql}) {over}", f"max({_weakest(operand.ranks)}) {over}", operand
        )

    def windowed(self, node: Node, value: str, rank: str, *read: Term) -> Term:
        """A window's value and rank as columns; what is missing is called by the node's text."""
        step = max(term.step for term in read)
        reads = frozenset[str]().union(*(term.reads for term in read))
        value = self.steps.add(step, value, reads)
        rank = self.steps.add(step, f"coalesce({rank}, {MISSING})", reads)
        failures = ((f"{value} IS NULL", f"missing input: {node}"),)
        return Term(value, step + 1, (rank,), failures, frozenset({value, rank}))


_DOMAINS = {
    "log": ("> 0", "ln({})", "log of non-positive"),
    "log1p": ("> -1", "ln(1e0 + {})", "log of non-positive"),
    "sqrt": (">= 0", "sqrt({})", "root of negative"),
}


def number(value: float) -> str:
    """A number as a DOUBLE literal."""
    text = repr(float(value))
    return text if "e" in text else f"{text.removesuffix('.0')}e0"


def joined(sql: str, *terms: Term, failures: tuple[tuple[str, str], ...] = ()) -> Term:
    """A term over other terms: as late, as weak and as likely to fail as all of them."""
    return Term(
        sql,
        max(term.step for term in terms),
        tuple(dict.fromkeys(rank for term in terms for rank in term.ranks)),
        tuple(failure for term in terms for failure in term.failures) + failures,
        frozenset[str]().union(*(term.reads for term in terms)),
    )


def _weakest(ranks: tuple[str, ...]) -> str:
    if len(ranks) < 2:
        return ranks[0] if ranks else "0"
    return f"greatest({', '.join(ranks)})"

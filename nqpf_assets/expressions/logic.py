"""Comparisons, logic and choices between values, lowered to SQL.

A condition is 0 or 1, and missing where it cannot be told: ``x > 5`` where x is missing; ``false and
missing`` is false and ``true or missing`` true, as in SQL and R. A value is as weak as the weakest of what it
was taken from, so that what a choice passes over has no say in its status, nor in why it is missing.
"""

from __future__ import annotations

from collections.abc import Mapping

from nqpf_assets.expressions.lowering import Lowering, Window
from nqpf_assets.expressions.terms import MISSING, Term, joined
from nqpf_assets.expressions.tree import COMPARISONS, JUNCTIONS, Binary, Call, Node, is_condition

_SIGNS = {"==": "=", "!=": "<>"}
NO_CONDITION = "neither 0 nor 1"
_FILLED = "5, 6"
"""Ranks of interpolated and extrapolated cells, as `sql.STATUS_ORDER` counts them."""


def compared(lowering: Lowering, node: Binary) -> Term:
    """A comparison: missing where a side is."""
    left, right = (lowering.settled(lowering.term(side)) for side in (node.left, node.right))
    sign = _SIGNS.get(node.operator, node.operator)
    return joined(f"CAST(({left.sql} {sign} {right.sql}) AS DOUBLE)", left, right)


def junction(lowering: Lowering, node: Binary) -> Term:
    """`and`, `or`: told as soon as one side decides."""
    left, right = (_truth(lowering, side) for side in (node.left, node.right))
    decides, other = ("0e0", "1e0") if node.operator == "and" else ("1e0", "0e0")
    return _taken(
        lowering,
        f"CASE WHEN {left.sql} = {decides} OR {right.sql} = {decides} THEN {decides} "
        f"WHEN {left.sql} = {other} AND {right.sql} = {other} THEN {other} END",
        f"greatest({_rank_if_there(left)}, {_rank_if_there(right)})",
        left,
        right,
    )


def negated(lowering: Lowering, node: Call) -> Term:
    """`not`."""
    operand = _truth(lowering, node.arguments[0])
    return joined(f"(1e0 - {operand.sql})", operand)


def chosen(lowering: Lowering, node: Call) -> Term:
    """`if`: one of two values by a condition; missing where the condition is."""
    condition = _truth(lowering, node.arguments[0])
    yes, no = (lowering.held(lowering.term(one)) for one in node.arguments[1:])
    is_yes, is_no = f"{condition.sql} = 1e0", f"{condition.sql} = 0e0"
    guarded = [
        *condition.failures,
        *((f"{is_yes} AND ({when})", why) for when, why in yes.failures),
        *((f"{is_no} AND ({when})", why) for when, why in no.failures),
    ]
    step, made = lowering.columns(
        condition,
        yes,
        no,
        value=f"CASE WHEN {is_yes} THEN {yes.sql} WHEN {is_no} THEN {no.sql} END",
        rank=f"greatest({condition.rank}, CASE WHEN {is_yes} THEN {yes.rank} ELSE {no.rank} END)",
    )
    reads = condition.reads | yes.reads | no.reads | set(made.values())
    return Term(made["value"], step, (made["rank"],), tuple(guarded), reads)


def is_missing(lowering: Lowering, node: Call) -> Term:
    """`is_missing`: 1 where there is no value."""
    operand = lowering.settled(lowering.term(node.arguments[0]))
    return _taken(
        lowering,
        f"CASE WHEN {operand.sql} IS NULL THEN 1e0 ELSE 0e0 END",
        _rank_if_there(operand),
        operand,
    )


def is_filled(lowering: Lowering, node: Call) -> Term:
    """`is_filled`: what the status of a value says, whatever the value is."""
    terms = [lowering.settled(lowering.term(one)) for one in node.arguments]
    filled = " OR ".join(f"({one.sql} IS NOT NULL AND {one.rank} IN ({_FILLED}))" for one in terms)
    there = " AND ".join(f"{one.sql} IS NOT NULL" for one in terms)
    value = f"CASE WHEN {filled} THEN 1e0 WHEN {there} THEN 0e0 END"
    return _taken(lowering, value, "0", *terms)


def first_there(lowering: Lowering, node: Call) -> Term:
    """`coalesce`: the first value that is there."""
    terms = [lowering.settled(lowering.term(one)) for one in node.arguments]
    ranks = " ".join(f"WHEN {term.sql} IS NOT NULL THEN {term.rank}" for term in terms)
    listed = ", ".join(term.sql for term in terms)
    return _taken(lowering, f"coalesce({listed})", f"CASE {ranks} ELSE {MISSING} END", *terms)


def _taken(lowering: Lowering, value: str, rank: str, *terms: Term) -> Term:
    """A value that rests on some of these terms, whose failures count where there is none."""
    step, made = lowering.columns(*terms, value=value, rank=rank)
    is_none = f"{made['value']} IS NULL"
    failures = tuple(
        (f"{is_none} AND ({when})", why)
        for when, why in dict.fromkeys(one for term in terms for one in term.failures)
    )
    reads = frozenset(made.values()).union(*(term.reads for term in terms))
    return Term(made["value"], step, (made["rank"],), failures, reads)


def _truth(lowering: Lowering, node: Node) -> Term:
    """A part that is asked whether it holds: any other number than 0 and 1 says neither."""
    term = lowering.settled(lowering.term(node))
    if is_condition(node):
        return term
    is_told = f"{term.sql} IN (0e0, 1e0)"
    wrong = ((f"NOT ({is_told})", NO_CONDITION),)
    return lowering.held(joined(f"CASE WHEN {is_told} THEN {term.sql} END", term, failures=wrong))


def _rank_if_there(term: Term) -> str:
    return f"CASE WHEN {term.sql} IS NULL THEN 0 ELSE {term.rank} END"


CHOICES: Mapping[str, Window] = {
    **dict.fromkeys(COMPARISONS, compared),
    **dict.fromkeys(JUNCTIONS, junction),
    "not": negated,
    "if": chosen,
    "is_missing": is_missing,
    "is_filled": is_filled,
    "coalesce": first_there,
}

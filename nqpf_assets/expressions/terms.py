"""SQL for a part of an expression, with what can go wrong in it. Shared by the lowering modules."""

from __future__ import annotations

from dataclasses import dataclass

from nqpf_assets.expressions.tree import Number

MISSING = 7
"""Rank of a missing cell, the weakest."""
LARGEST = "1.7976931348623157e308"


UNIT = "PARTITION BY unit"
PAST = f"OVER ({UNIT} ORDER BY period ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
FUTURE = f"OVER ({UNIT} ORDER BY period RANGE BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)"
EVERY_ROW = f"OVER ({UNIT})"
EVERY_UNIT = "OVER (PARTITION BY period)"
IN_ORDER = "ORDER BY unit, period ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
"""All rows of a window, one after the other as they are named: a sum that takes them as they come has other
last digits in every run."""


@dataclass(frozen=True)
class Term:
    """SQL for a part of an expression.

    Attributes:
        sql: the value.
        step: first step that can compute it.
        ranks: columns with the ranks of the cells it rests on.
        failures: condition and reason, first match wins.
        reads: columns that `sql`, `ranks` and `failures` mention.
        depth: how deeply the brackets of `sql` are nested.
    """

    sql: str
    step: int = 1
    ranks: tuple[str, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()
    reads: frozenset[str] = frozenset()
    depth: int = 0

    @property
    def rank(self) -> str:
        """SQL for the rank of the weakest cell it rests on."""
        if len(self.ranks) < 2:
            return self.ranks[0] if self.ranks else "0"
        return f"greatest({', '.join(self.ranks)})"

    @property
    def finite(self) -> str:
        """SQL for whether the value is there and a number; not-a-number compares as infinite."""
        return f"{self.sql} BETWEEN -{LARGEST} AND {LARGEST}"


def joined(sql: str, *terms: Term, failures: tuple[tuple[str, str], ...] = ()) -> Term:
    """A term over other terms: as late, as weak and as likely to fail as all of them."""
    return Term(
        sql,
        max(term.step for term in terms),
        tuple(dict.fromkeys(rank for term in terms for rank in term.ranks)),
        tuple(dict.fromkeys(failure for term in terms for failure in term.failures)) + failures,
        frozenset[str]().union(*(term.reads for term in terms)),
        max(term.depth for term in terms) + 1,
    )


def number(value: float) -> str:
    """A number as a DOUBLE literal."""
    text = repr(float(value))
    return text if "e" in text else f"{text.removesuffix('.0')}e0"


def constant(node: object) -> float:
    """The value of an option that `calls` has checked to be a number."""
    assert isinstance(node, Number)
    return node.value

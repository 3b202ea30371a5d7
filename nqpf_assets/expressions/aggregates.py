"""Statistics over rows: mean, quantile and rank over the whole study, over a year, or over a unit.

Without `by` the rows are those of the study's units in its years, as for `standardize`; with ``by=period``
those of its units in the year of the row, with ``by=unit`` those of the unit in the study's years. Rows
without a value are not counted. A statistic has no say in the status of a row: one filled cell in a province
would make every row of the panel a filled one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nqpf_assets.expressions.lowering import Lowering, Window
from nqpf_assets.expressions.terms import IN_ORDER, Term, constant, number
from nqpf_assets.expressions.tree import Call, Name

WHOLE = "1e-6"
"""How far a place among the values may be from a whole one and be it: 9 times 1/3 need not be 3."""
GROUPS = {"": "", "period": "PARTITION BY period", "unit": "PARTITION BY unit"}


def by_of(node: Call) -> str:
    """The rows of a statistic: `period`, `unit`, or nothing for all."""
    by = node.option("by")
    return by.name if isinstance(by, Name) else ""


def averaged(lowering: Lowering, node: Call) -> Term:
    """`mean`."""
    operand, within, group = _pooled(lowering, node)
    step, made = lowering.columns(operand, mean=f"avg({within}) OVER ({group} {IN_ORDER})")
    return _told(node, made["mean"], step, frozenset(made.values()))


def quantile(lowering: Lowering, node: Call) -> Term:
    """`quantile`, R's type 7; with `side`, which nobody writes, the value below or above its place."""
    operand, within, group = _pooled(lowering, node)
    step, ranked = lowering.columns(
        operand,
        place=f"row_number() OVER ({group} ORDER BY {within} ASC NULLS LAST)",
        n=f"count({within}) OVER ({group})",
    )
    exact = f"({number(constant(node.arguments[1]))} * ({ranked['n']} - 1))"
    is_whole = f"abs({exact} - round({exact})) < {WHOLE}"
    below = f"CASE WHEN {is_whole} THEN round({exact}) ELSE floor({exact}) END"
    above = f"CASE WHEN {is_whole} THEN round({exact}) ELSE floor({exact}) + 1 END"
    ready = Term("", step, reads=operand.reads | set(ranked.values()))
    step, made = lowering.columns(
        ready,
        low=f"max(CASE WHEN {ranked['place']} - 1 = {below} THEN {within} END) OVER ({group})",
        high=f"max(CASE WHEN {ranked['place']} - 1 = {above} THEN {within} END) OVER ({group})",
        weight=f"CASE WHEN {is_whole} THEN 0e0 ELSE {exact} - floor({exact}) END",
    )
    side = node.option("side")
    value = f"({made['low']} + {made['weight']} * ({made['high']} - {made['low']}))"
    sql = made[side.name] if isinstance(side, Name) else value
    return lowering.held(_told(node, sql, step, frozenset(made.values())))


def ranked(lowering: Lowering, node: Call) -> Term:
    """`rank`: 1 for the smallest, of equal values the mean of their places."""
    operand, within, group = _pooled(lowering, node)
    alike = f"{group}, {within}" if group else f"PARTITION BY {within}"
    step, made = lowering.columns(
        operand,
        first=f"rank() OVER ({group} ORDER BY {within} ASC NULLS LAST)",
        alike=f"count(*) OVER ({alike})",
        own=within,
    )
    outside = f"{operand.sql} IS NOT NULL AND {made['own']} IS NULL"
    return Term(
        f"CASE WHEN {made['own']} IS NOT NULL THEN {made['first']} + ({made['alike']} - 1) / 2e0 END",
        step,
        operand.ranks,
        (*operand.failures, (outside, "not among the rows that are ranked")),
        operand.reads | set(made.values()),
    )


def _pooled(lowering: Lowering, node: Call) -> tuple[Term, str, str]:
    """What is pooled, its value in the rows of the pool, and how windows are parted."""
    by = by_of(node)
    operand = lowering.settled(lowering.term(node.arguments[0]))
    within = f"CASE WHEN {lowering.pools[by]} THEN {operand.sql} END"
    reads = operand.reads | ({lowering.is_row} if lowering.is_row in lowering.pools[by] else set())
    return replace(operand, reads=reads), within, GROUPS[by]


def _told(node: Call, sql: str, step: int, reads: frozenset[str]) -> Term:
    """A statistic, missing where no row has a value."""
    return Term(sql, step, (), ((f"{sql} IS NULL", f"missing input: {node.arguments[0]}"),), reads)


AGGREGATES: Mapping[str, Window] = {"mean": averaged, "quantile": quantile, "rank": ranked}

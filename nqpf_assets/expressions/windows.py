"""Functions that look beyond their own row, as window functions over calendar years and units.

Lags, fixed years, regions and standard scores are here, deflators and capital stocks in `stocks`, statistics
over rows in `aggregates`, regressions over them in `fits`; all are exact where years are missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nqpf_assets.expressions.aggregates import AGGREGATES
from nqpf_assets.expressions.fits import FITS
from nqpf_assets.expressions.logic import CHOICES
from nqpf_assets.expressions.lowering import Lowering, Window
from nqpf_assets.expressions.neighbours import LAG, links_of
from nqpf_assets.expressions.steps import literal
from nqpf_assets.expressions.stocks import accumulated, deflated
from nqpf_assets.expressions.terms import (
    EVERY_ROW,
    EVERY_UNIT,
    IN_ORDER,
    MISSING,
    UNIT,
    Term,
    number,
)
from nqpf_assets.expressions.tree import Call, Name


def shifted(lowering: Lowering, node: Call) -> Term:
    """`lag` and `lead`: the row of the same unit exactly k years away."""
    operand = lowering.held(lowering.term(node.arguments[0]))
    years = f"{node.arguments[1]} {'PRECEDING' if node.function == 'lag' else 'FOLLOWING'}"
    over = f"OVER ({UNIT} ORDER BY period RANGE BETWEEN {years} AND {years})"
    step, made = lowering.columns(
        operand,
        value=f"max({operand.sql}) {over}",
        rank=f"coalesce(max({operand.rank}) {over}, {MISSING})",
    )
    value, rank = made["value"], made["rank"]
    failures = ((f"{value} IS NULL", f"missing input: {node}"),)
    return Term(value, step, (rank,), failures, frozenset({value, rank}))


def in_year(lowering: Lowering, node: Call) -> Term:
    """`at`: the row of the same unit in one calendar year."""
    year = node.arguments[1]
    return _carried(lowering, node, f"period = {year}", EVERY_ROW, f"no value in {year}")


def in_region(lowering: Lowering, node: Call) -> Term:
    """`of_region`: the row of one region in the same year."""
    region = node.option("region")
    assert isinstance(region, Name)
    where = f"unit = {literal(region.name)}"
    return _carried(lowering, node, where, EVERY_UNIT, f"no value of region {region.name}")


def of_neighbours(lowering: Lowering, node: Call) -> Term:
    """`W`: the neighbours' values of the year by their weights; missing where one of them is.

    A value is as weak as the weakest of the neighbours.
    """
    links = links_of(node)
    assert links is not None, "`compile` refuses weights that are not known"
    operand = lowering.settled(lowering.term(node.arguments[0]))
    if not links.rows:
        return Term(
            "CAST(NULL AS DOUBLE)",
            operand.step,
            (),
            (("TRUE", f"no value: no neighbour in {links.name}"),),
        )
    values, ranks = {}, {}
    step = operand.step
    for neighbour in links.heard_by:
        where = f"unit = {literal(neighbour)}"
        step, values[neighbour], ranks[neighbour] = lowering.picked(operand, where, EVERY_UNIT)
    sums, weakest = [], []
    for unit, weights in links.of_units.items():
        here = f"WHEN {literal(unit)} THEN"
        terms = (f"{number(weight)} * {values[other]}" for other, weight in weights.items())
        sums.append(f"{here} {' + '.join(terms)}")
        listed = ", ".join(ranks[other] for other in weights)
        weakest.append(f"{here} greatest({listed}, 0)")
    read = Term("", step, reads=frozenset((*values.values(), *ranks.values())))
    step, made = lowering.columns(
        read,
        value=f"CASE unit {' '.join(sums)} END",
        rank=f"CASE unit {' '.join(weakest)} ELSE {MISSING} END",
    )
    value, rank = made["value"], made["rank"]
    alone = f"unit NOT IN ({', '.join(map(literal, links.of_units))})"
    failures = (
        (alone, f"no value: no neighbour in {links.name}"),
        (f"{value} IS NULL", f"missing input: a neighbour's {node.arguments[0]}"),
    )
    return Term(value, step, (rank,), failures, frozenset({value, rank}))


def _carried(lowering: Lowering, node: Call, where: str, over: str, why: str) -> Term:
    """The first argument in the one row of a window for which `where` holds, carried to all."""
    operand = lowering.held(lowering.term(node.arguments[0]))
    step, value, rank = lowering.picked(operand, where, over)
    return Term(value, step, (rank,), ((f"{value} IS NULL", why),), frozenset({value, rank}))


def standardized(lowering: Lowering, node: Call) -> Term:
    """Standard scores over the units and the years that rows are given for."""
    operand = lowering.settled(lowering.term(node.arguments[0]))
    within = f"CASE WHEN {lowering.in_panel} THEN {operand.sql} END"
    operand = replace(operand, reads=operand.reads | {lowering.is_row})
    step, made = lowering.columns(
        operand,
        mean=f"avg({within}) OVER ({IN_ORDER})",
        deviation=f"stddev_samp({within}) OVER ({IN_ORDER})",
        least=f"min({within}) OVER ()",
        most=f"max({within}) OVER ()",
    )
    # Equal values, not a deviation of zero: the deviation of equal values is only nearly zero.
    flat = f"{made['least']} = {made['most']} OR {made['deviation']} IS NULL"
    return Term(
        f"CASE WHEN NOT ({flat}) THEN ({operand.sql} - {made['mean']}) / {made['deviation']} END",
        step,
        operand.ranks,
        (*operand.failures, (f"{operand.sql} IS NOT NULL AND ({flat})", "no variation")),
        operand.reads | set(made.values()),
    )


WINDOWS: Mapping[str, Window] = {
    "lag": shifted,
    "lead": shifted,
    "at": in_year,
    "of_region": in_region,
    LAG: of_neighbours,
    "standardize": standardized,
    "deflate": deflated,
    "accumulate": accumulated,
    **AGGREGATES,
    **FITS,
    **CHOICES,
}

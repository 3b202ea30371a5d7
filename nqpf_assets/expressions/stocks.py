"""Deflators and capital stocks: functions that need every year between a base and the cell.

Written as running sums, which any engine has, instead of recursion.
"""

from __future__ import annotations

from nqpf_assets.expressions.lowering import Lowering
from nqpf_assets.expressions.terms import (
    EVERY_ROW,
    FUTURE,
    PAST,
    Term,
    constant,
    joined,
    number,
)
from nqpf_assets.expressions.tree import Call, Name


def deflated(lowering: Lowering, node: Call) -> Term:
    """`deflate`: x divided by the price level relative to the base year."""
    value = lowering.term(node.arguments[0])
    index = lowering.settled(lowering.term(node.arguments[1]))
    base = int(constant(node.option("base")))
    if node.option("links") == Name("previous_year"):
        level = _chained(lowering, node, index, base)
    else:
        level = _fixed(lowering, node, index, base)
    return joined(f"({value.sql} / {level.sql})", value, level)


def _fixed(lowering: Lowering, node: Call, index: Term, base: int) -> Term:
    step, start, rank = lowering.picked(index, f"period = {base}", EVERY_ROW)
    unusable = f"{index.sql} <= 0 OR {start} <= 0"
    return lowering.held(
        Term(
            f"CASE WHEN NOT ({unusable}) THEN {index.sql} / {start} END",
            step,
            (*index.ranks, rank),
            (
                *index.failures,
                (f"{start} IS NULL", f"missing input: {node.arguments[1]} in {base}"),
                (unusable, "price index not positive"),
            ),
            index.reads | {start, rank},
        )
    )


def _chained(lowering: Lowering, node: Call, index: Term, base: int) -> Term:
    """Price level from links to the year before: every year between base and cell is needed."""
    par = number(constant(node.option("par")))
    step, link = lowering.columns(
        index,
        log=f"CASE WHEN {index.sql} > 0 THEN ln({index.sql} / {par}) END",
        after=f"CASE WHEN period > {base} THEN {index.rank} END",
        until=f"CASE WHEN period <= {base} THEN {index.rank} END",
    )
    step += 1
    step, sums = lowering.columns(
        Term("", step - 1, reads=frozenset(link.values())),
        level=f"coalesce(sum({link['log']}) {PAST}, 0e0)",
        links=f"count({link['log']}) {PAST}",
        after=f"max({link['after']}) {PAST}",
        until=f"max({link['until']}) {FUTURE}",
    )
    step, start = lowering.columns(
        Term("", step, reads=frozenset(sums.values())),
        level=f"max(CASE WHEN period = {base} THEN {sums['level']} END) {EVERY_ROW}",
        links=f"max(CASE WHEN period = {base} THEN {sums['links']} END) {EVERY_ROW}",
        rank=f"greatest(coalesce({sums['after']}, 0), coalesce({sums['until']}, 0))",
    )
    complete = f"{sums['links']} - {start['links']} = period - {base}"
    value = f"CASE WHEN {complete} THEN exp({sums['level']} - {start['level']}) END"
    broken = f"{start['links']} IS NULL OR NOT ({complete})"
    return lowering.held(
        Term(
            value,
            step,
            (start["rank"],),
            ((broken, f"missing input: {node.arguments[1]} between {base} and the year"),),
            frozenset({*sums.values(), *start.values()}),
        )
    )


def accumulated(lowering: Lowering, node: Call) -> Term:
    """`accumulate`: the perpetual-inventory stock of a flow, from the unit's first year of it.

    With s = 1 − depreciation, K_t = s^(t−t0)·K_t0 + Σ s^(t−u)·x_u over the years u after t0: one
    running sum of x_u / s^(u−t0). A missing year ends the stock: it cannot be known after it.
    """
    flow = lowering.settled(lowering.term(node.arguments[0]))
    left = number(1 - constant(node.option("depreciation")))
    known = f"CASE WHEN {flow.sql} IS NOT NULL THEN"
    until = "TRUE" if lowering.last is None else f"period <= {lowering.last}"
    step, begin = lowering.columns(
        flow,
        first=f"min({known} period END) {EVERY_ROW}",
        years=f"count({flow.sql}) {PAST}",
        rank=f"max({known} {flow.rank} END) {PAST}",
        last=f"max(CASE WHEN {flow.sql} IS NOT NULL AND {until} THEN period END) {EVERY_ROW}",
    )
    first = begin["first"]
    reads = flow.reads | set(begin.values())
    step, sums = lowering.columns(
        Term("", step, reads=reads),
        later=f"sum(CASE WHEN period > {first} THEN {flow.sql} / power({left}, period - {first}) "
        f"END) {PAST}",
        flow=f"max(CASE WHEN period = {first} THEN {flow.sql} END) {EVERY_ROW}",
        final=f"max(CASE WHEN period = {begin['last']} THEN {flow.sql} END) {EVERY_ROW}",
        final_rank=f"max(CASE WHEN period = {begin['last']} THEN {flow.rank} END) {EVERY_ROW}",
    )
    stock = _first_stock(
        lowering, node, begin, sums, Term("", step, reads=reads | set(sums.values()))
    )
    gap = f"{begin['years']} <> period - {first} + 1"
    failures = (
        (f"{first} IS NULL OR period < {first}", f"missing input: {node.arguments[0]}"),
        (gap, f"missing input: {node.arguments[0]} in this or an earlier year"),
    )
    value = (
        f"CASE WHEN period >= {first} AND NOT ({gap}) THEN power({left}, period - {first}) * "
        f"({stock.sql} + coalesce({sums['later']}, 0e0)) END"
    )
    return joined(
        value,
        Term("", step, (begin["rank"],), failures, reads | set(sums.values())),
        stock,
    )


def _first_stock(
    lowering: Lowering, node: Call, begin: dict[str, str], sums: dict[str, str], ready: Term
) -> Term:
    """The stock in the first year of the flow, as one column.

    The average growth is that up to the end of the study: what was published for later years belongs to
    no study of these.
    """
    rate = constant(node.option("depreciation"))
    initial, growth = node.option("initial"), node.option("growth")
    if initial is not None:
        given = lowering.held(lowering.term(initial))
        at_first = f"period = {begin['first']}"
        step, value, rank = lowering.picked(given, at_first, EVERY_ROW, ready)
        missing = (f"{value} IS NULL", f"missing input: {initial} in the first year")
        return Term(value, step, (rank,), (missing,), frozenset({value, rank}) | ready.reads)
    if growth != Name("average"):
        divisor = number(constant(growth) + rate)
        return lowering.held(joined(f"({sums['flow']} / {divisor})", ready))
    years = f"({begin['last']} - {begin['first']})"
    usable = f"{years} > 0 AND {sums['flow']} > 0 AND {sums['final']} > 0"
    step, made = lowering.columns(
        ready,
        divisor=f"CASE WHEN {usable} THEN power({sums['final']} / {sums['flow']}, "
        f"1e0 / {years}) - 1e0 + {number(rate)} END",
        rank=f"coalesce({sums['final_rank']}, 0)",
    )
    divisor, rank = made["divisor"], made["rank"]
    failure = (f"{divisor} IS NULL OR {divisor} <= 0", "no growth rate for the first stock")
    return Term(
        f"(CASE WHEN {divisor} > 0 THEN {sums['flow']} / {divisor} END)",
        step,
        (rank,),
        (failure,),
        ready.reads | {divisor, rank},
    )

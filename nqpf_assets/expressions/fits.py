"""Residuals and fitted values of a regression over pooled rows, lowered to SQL.

The rows are those of a mean: of all units in the study's years, of a year, of a unit; of them those in which
outcome and regressors all have a value. What is fitted has no say in the status of a row, as a mean has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nqpf_assets.expressions.aggregates import GROUPS, by_of
from nqpf_assets.expressions.least_squares import FITTED, Fit, effect_of, written_out
from nqpf_assets.expressions.lowering import Lowering, Window
from nqpf_assets.expressions.terms import Term, joined
from nqpf_assets.expressions.tree import Call

TOLERANCE = 1e-18
"""Part of a regressor's sum of squares that must be left, and …"""
ROUNDING = 4.93e-30
"""… part of that of its level, (10 ε)²: both as `estimators.linear.collinearity` decides of lengths."""


def fitted(lowering: Lowering, node: Call) -> Term:
    """`residual` and `fitted`."""
    own = [lowering.settled(lowering.term(one)) for one in node.arguments]
    fit = written_out(node, f"fit {len(lowering.readable)}: ", lowering.years)
    for name, term in zip(fit.arguments, own, strict=True):
        lowering.readable[name] = term
    for name, tree in fit.parts.items():
        # Why a part is missing is told of the whole; a statistic has no say in the status.
        term = lowering.settled(lowering.term(tree))
        lowering.readable[name] = replace(term, ranks=(), failures=())
    value = lowering.held(replace(lowering.term(fit.value), ranks=(), failures=()))
    more, of_effect = _rows_left(lowering, node, fit)
    failures = [(f"{more.sql} <= 0", "too few rows for the regression")]
    judged = [value, more]
    if effect_of(node):
        # Its effect would be fitted to this row, and leave nothing of it.
        only = f"the only row of the regression in its {effect_of(node)}"
        failures.append((f"{of_effect.sql} = 1", only))
        judged.append(of_effect)
    sizes = zip(node.arguments[1:], fit.left, fit.whole, fit.raw, strict=True)
    for argument, *names in sizes:
        left, of, raw = (lowering.readable[one] for one in names)
        least = f"greatest({TOLERANCE} * {of.sql}, {ROUNDING} * {raw.sql})"
        failures.append((f"{left.sql} <= {least}", f"collinear in the regression: {argument}"))
        judged += [left, of, raw]
    fails = " OR ".join(f"({when})" for when, _ in failures)
    over = by_of(node) or effect_of(node) or "study"
    failures.append((f"{value.sql} IS NULL", f"no row of the regression in its {over}"))
    shown = own if node.function == "residual" else own[1:]
    term = joined(
        f"CASE WHEN NOT coalesce({fails}, FALSE) THEN {value.sql} END",
        *judged,
        *shown,
        failures=tuple(failures),
    )
    return lowering.held(term)


def _rows_left(lowering: Lowering, node: Call, fit: Fit) -> tuple[Term, Term]:
    """How many rows the regression has beyond its coefficients, and how many with the effect of the row."""
    by, effect = by_of(node), effect_of(node)
    pool, rows = lowering.pools[by], lowering.readable[next(iter(fit.parts))]
    if lowering.is_row in pool:
        rows = replace(rows, reads=rows.reads | {lowering.is_row})
    is_row = f"CASE WHEN {pool} AND {rows.sql} IS NOT NULL THEN 1e0 END"
    step, made = lowering.columns(
        rows,
        row=is_row,
        n=f"sum({is_row}) OVER ({GROUPS[by]})",
        own=f"sum({is_row}) OVER ({GROUPS[effect]})",
    )
    n, constants, reads = made["n"], "1", {made["n"]}
    if effect:
        # Each unit or year counts one, parted among its rows.
        counted = Term("", step, reads=frozenset(made.values()))
        step, levels = lowering.columns(counted, n=f"sum({made['row']} / {made['own']}) OVER ()")
        constants = f"round({levels['n']})"
        reads.add(levels["n"])
    sql = f"coalesce({n} - {constants} - {len(fit.left)}, 0)"
    own = Term(f"coalesce({made['own']}, 0)", step, reads=frozenset({made["own"]}))
    return Term(sql, step, reads=frozenset(reads)), own


FITS: Mapping[str, Window] = dict.fromkeys(FITTED, fitted)

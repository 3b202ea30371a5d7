"""One SELECT that computes all derived variables from a long table of cells.

Its shape: the needed series side by side (conditional aggregation over unit and period), then
steps, each a SELECT over the one before, then rows again. A step adds the columns that later
steps read more than once or through a window, so that the text stays as long as the expressions
are, however they are nested. Lags are window frames over the calendar year, exact where years are
missing. The dialect is the part of DuckDB's that sqlglot carries to Spark.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from nqpf_assets.expressions.compiled import CompiledExpression
from nqpf_assets.expressions.labels import Groups
from nqpf_assets.expressions.lowering import Lowering
from nqpf_assets.expressions.neighbours import links_of
from nqpf_assets.expressions.steps import Steps, literal
from nqpf_assets.expressions.terms import MISSING, Term
from nqpf_assets.expressions.tree import Call, Name, Node, nodes
from nqpf_assets.expressions.windows import WINDOWS
from nqpf_assets.expressions.years import Years, years_of_parts

STATUS_ORDER = (
    "reported",
    "aggregated",
    "winsorized_low",
    "winsorized_high",
    "corrected",
    "interpolated",
    "extrapolated",
    "missing",
)
"""From the strongest to the weakest; a derived cell is as weak as its weakest input."""


def derived_cells_sql(
    variables: Mapping[str, CompiledExpression],
    *,
    cells: str = "cells",
    first: int | None = None,
    last: int | None = None,
    groups: Groups | None = None,
    units: Collection[str] | None = None,
    within: Mapping[str, Node] | None = None,
    everywhere: bool = False,
    regions: Collection[str] = (),
) -> str:
    """The SELECT of the derived cells: variable, unit, period, value, status, reason.

    One row per variable and per (unit, period) that the input has a row of, whether with a
    value or not; the years of a region that `of_region` reads are years of every unit. Parts of an
    expression are computed in the years that they are read in, rows or not (`years`). `status`
    is that of the weakest input, ``missing`` where there is no value, and then `reason` says why:
    ``missing input: gdp``, ``zero denominator``, …

    Args:
        variables: in an order in which they can be computed; a name that is read before or in
            its own definition is a series.
        cells: relation with variable, unit, period (calendar year), value, status; one row per
            variable, unit and period. Written into the SQL as it is.
        first: first period that rows are given for, and that `standardize` looks at; lags read
            earlier rows where there are any.
        last: last period of the same.
        groups: members of the groups that `is_group` names.
        units: units that rows are given for, and that `standardize` looks at, besides which the
            cells hold the regions that `of_region` reads; all where left out.
        within: all variables of which `variables` are some, where others are computed from their
            rows afterwards: what is read there in other years is given, too.
        everywhere: rows of all years and regions that are read, not only of those asked for.
        regions: that other formulas over these cells read by name: no units, whatever is pooled.
    """
    if not variables:
        raise ValueError("no variables to derive")
    steps = Steps()
    series = _series(variables)
    trees = within or {name: compiled.tree for name, compiled in variables.items()}
    named = regions_named(trees.values())
    strangers = set() if units is None else {*named, *regions} - {*units}
    lowering = Lowering(
        steps,
        first=first,
        last=last,
        groups=groups or {},
        windows=WINDOWS,
        strangers=sorted(strangers),
    )
    for name in series:
        lowering.readable[name] = _series_term(steps, name)
    for name, compiled in variables.items():
        lowering.define(name, compiled.tree)
    outputs = [(name, lowering.outputs[name]) for name in variables]
    wide = [_side_by_side(steps, name) for name in series]
    wanted = [] if everywhere else [lowering.in_panel]
    kept = [column for _, columns in outputs for column in columns]
    ctes = [
        (
            "cells_read",
            _cells_read(
                cells, named, _neighbours(trees.values()), years_of_parts(trees), first, last
            ),
        ),
        ("step_0", _wide(lowering.is_row, wide)),
        *steps.selects([*kept, lowering.is_row]),
    ]
    body = ",\n".join(f"{name} AS (\n{text}\n)" for name, text in ctes)
    return f"WITH {body}\n{_rows(outputs, ctes[-1][0], wanted)}"


def _series(variables: Mapping[str, CompiledExpression]) -> list[str]:
    """Names that are read from the cells: those not defined before they are read."""
    series: dict[str, None] = {}
    defined: set[str] = set()
    for name, compiled in variables.items():
        series.update(dict.fromkeys(read for read in compiled.inputs if read not in defined))
        defined.add(name)
    return list(series)


def regions_named(trees: Iterable[Node]) -> list[str]:
    """Codes of the regions that are read by name."""
    calls = [node for tree in trees for node in nodes(tree) if isinstance(node, Call)]
    named = (call.option("region") for call in calls)
    return sorted({region.name for region in named if isinstance(region, Name)})


def _neighbours(trees: Iterable[Node]) -> list[str]:
    """Units that spatial lags read."""
    calls = [node for tree in trees for node in nodes(tree) if isinstance(node, Call)]
    return sorted({unit for links in map(links_of, calls) if links for unit in links.heard_by})


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(map(literal, texts))


def _series_term(steps: Steps, name: str) -> Term:
    value = steps.given(f"series {name}")
    rank = steps.given(f"rank of series {name}")
    return Term(
        value,
        1,
        (rank,),
        ((f"{value} IS NULL", f"missing input: {name}"),),
        frozenset({value, rank}),
    )


def _cells_read(
    cells: str,
    regions: list[str],
    neighbours: list[str],
    years: Years,
    first: int | None,
    last: int | None,
) -> str:
    ranks = " ".join(
        f"WHEN {literal(status)} THEN {rank}" for rank, status in enumerate(STATUS_ORDER[:-2])
    )
    finite = Term("value").finite
    return (
        "  SELECT variable, unit, period, 1 AS is_row,\n"
        f"    CASE WHEN {finite} THEN CAST(value AS DOUBLE) END AS value,\n"
        f"    CASE WHEN {finite} THEN CASE status {ranks} ELSE {len(STATUS_ORDER) - 2} END\n"
        f"      ELSE {MISSING} END AS rank\n"
        f"  FROM {cells}"
    ) + _further_rows(cells, regions, neighbours, years, first, last)


def _further_rows(
    cells: str,
    regions: list[str],
    neighbours: list[str],
    years: Years,
    first: int | None,
    last: int | None,
) -> str:
    """Rows without a cell: years of the study and of the regions, and those in which parts are computed."""
    known = f"SELECT DISTINCT period FROM {cells}"
    others = "".join(f" UNION SELECT {literal(unit)}" for unit in (*regions, *neighbours))
    asked = []
    if regions:
        asked.append((1, f"{known} WHERE unit IN ({_listed(regions)})"))
    if first is not None and last is not None:
        asked.append((1, _values(range(first, last + 1))))
    if regions or years.of_every_unit or years.offsets - {0}:
        offsets = _values(sorted(years.offsets | {0}))
        asked.append(
            (0, f"SELECT k.period + o.period FROM ({known}) AS k CROSS JOIN ({offsets}) AS o")
        )
    if years.calendar:
        asked.append((0, _values(sorted(years.calendar))))
    if years.run_on:
        begin, end = f"min(period) - {max(years.run_on)}", f"max(period) - {min(years.run_on)}"
        asked.append((0, f"SELECT unnest(generate_series({begin}, {end})) FROM {cells}"))
    return "".join(
        "\n  UNION ALL\n"
        f"  SELECT CAST(NULL AS VARCHAR), every_unit.unit, asked.period, {is_row},\n"
        "    CAST(NULL AS DOUBLE), CAST(NULL AS INTEGER)\n"
        f"  FROM (SELECT DISTINCT unit FROM {cells}{'' if is_row else others}) AS every_unit\n"
        "  CROSS JOIN (\n    SELECT DISTINCT CAST(period AS INTEGER) AS period\n"
        f"    FROM ({periods}) AS t(period)\n  ) AS asked"
        for is_row, periods in asked
    )


def _values(years: Iterable[int]) -> str:
    return f"SELECT period FROM (VALUES {', '.join(f'({year})' for year in years)}) AS v(period)"


def _side_by_side(steps: Steps, name: str) -> str:
    value = steps.given(f"series {name}")
    rank = steps.given(f"rank of series {name}")
    here = f"CASE WHEN variable = {literal(name)} THEN"
    return (
        f",\n    max({here} value END) AS {value}"
        f",\n    coalesce(max({here} rank END), {MISSING}) AS {rank}"
    )


def _wide(is_row: str, columns: list[str]) -> str:
    listed = "".join(columns)
    return (
        f"  SELECT unit, period,\n    max(is_row) AS {is_row}{listed}\n"
        "  FROM cells_read\n  GROUP BY unit, period"
    )


def _rows(outputs: list[tuple[str, tuple[str, str, str]]], source: str, wanted: list[str]) -> str:
    def chosen(part: int) -> str:
        cases = "".join(
            f"\n    WHEN {literal(name)} THEN {source}.{columns[part]}" for name, columns in outputs
        )
        return f"CASE derived.variable{cases} END"

    status = " ".join(f"WHEN {rank} THEN {literal(name)}" for rank, name in enumerate(STATUS_ORDER))
    listed = ", ".join(f"({literal(name)})" for name, _ in outputs)
    return (
        f"SELECT derived.variable, {source}.unit, {source}.period,\n"
        f"  {chosen(0)} AS value,\n"
        f"  CASE {chosen(1)} {status} END AS status,\n"
        f"  {chosen(2)} AS reason\n"
        f"FROM {source}\nCROSS JOIN (VALUES {listed}) AS derived(variable)"
        + (f"\nWHERE {' AND '.join(wanted)}" if wanted else "")
    )

"""On which cells the bounds of winsorised variables rest, and which values lie beyond them.

A quantile is the value of a row, or lies between those of two: whoever reads a value that was moved to it
rests on the cells under these rows. The bounds themselves are `sql/study/winsor_bound`'s; those of a column's
winsorising rest on rows of its own sample, and are told by `estimation`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import STUDY_SCHEMA, registry
from nqpf_assets.catalog.table_frames import frame_of
from nqpf_assets.expressions.compile import parts
from nqpf_assets.stages.derivation import values_everywhere
from nqpf_assets.stages.spans import spans_of
from nqpf_assets.steps.lineage import listed
from nqpf_assets.steps.reads import whole
from nqpf_assets.steps.step import Declared, Inputs, Output, Step
from nqpf_assets.studies.indices import INDEX_METHODS
from nqpf_assets.warehouse.code_hash import source_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.expressions.compile import Part
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.studies.variables import Winsorize

TABLES = ("clipped_cell", "bound_cell", "extreme_cell", "part_span")
BOUND = ["variable", "side", "bound_period"]
"""What names a bound."""
RUN = ["first_period", "last_period"]
ROUNDING = 1e-12
"""Share of a bound by which a value may miss it and lie on it."""


def bound_step(compiled: CompiledStudy, catalogue: Catalogue) -> Step:
    """What provenance needs to know of values: bounds, extremes, and the years of parts of formulas."""
    name, codes = compiled.name, catalogue.regions.unit_codes
    rules = {key: one.winsorize for key, one in compiled.formulas.items() if one.winsorize}
    yearly = [
        key
        for key, index in compiled.study.indices.items()
        if INDEX_METHODS.all[index.method].pool(index) == "period"
    ]
    has_parts = any(True for one in compiled.formulas.values() for _ in parts(one.definition.tree))
    is_read = has_parts or bool(rules.keys() & compiled.formulas_read)
    read = ["rests_on", "clipped_input", "pool"]
    read += ["filled_cell", "series", "winsorizing"] if is_read else []
    read += ["derived_cell"] if rules else []
    read += ["variable_cell", "dependency"] if yearly else []

    def run(inputs: Inputs) -> Output:
        import polars as pl

        rests_on, reads = inputs.read(name, "rests_on"), inputs.read(name, "clipped_input")
        clipped, bounds = frame_of("clipped_cell", ()), frame_of("bound_cell", ())
        outside, named = (
            values_everywhere(inputs, compiled, codes)
            if is_read
            else (inputs.read(name, "pool"), {})
        )
        if rules:
            values = inputs.read(name, "derived_cell").filter(pl.col("variable").is_in([*rules]))
            values = values.select("variable", "unit", "period", "value").drop_nulls()
            clipped, rows = _clipped(compiled, values, outside if is_read else values)
            bounds = _cells_under_bounds(rows, clipped, rests_on, reads)
        extremes = _extremes(inputs, compiled, yearly, rests_on, bounds) if yearly else []
        return {
            (name, "clipped_cell"): frame_of("clipped_cell", [clipped]),
            (name, "bound_cell"): frame_of("bound_cell", [bounds]),
            (name, "extreme_cell"): frame_of("extreme_cell", extremes),
            (name, "part_span"): frame_of("part_span", _part_spans(compiled, outside, named)),
        }

    return Step(
        "panel",
        tuple((name, table) for table in TABLES),
        whole(*((name, table) for table in read)),
        run,
        code=source_of(__name__),
        parameters={
            "study file": {
                **{key: repr(one.definition) for key, one in compiled.formulas.items() if is_read},
                **{f"winsorize of {key}": repr(rule) for key, rule in rules.items()},
                "weights by year": repr(yearly),
                "periods": repr(compiled.study.periods),
                "groups": repr({one: compiled.members[one] for one in compiled.groupings_read}),
            },
            "catalogue": {"regions": catalogue.regions.fingerprint},
        },
        study=name,
        lineage={(name, table): said for table, said in _lineage(read).items()},
    )


def _lineage(read: list[str]) -> dict[str, Declared]:
    """What the tables are made from, as far as the study lets them be read."""
    own, reads = ("variable", "unit", "period", "value"), registry()[STUDY_SCHEMA, "rests_on"].names
    seen = {
        "rests_on": reads,
        "clipped_input": ("input", *(name for name in reads if name != "series_id")),
        "filled_cell": own,
        "derived_cell": own,
        "variable_cell": own,
        "series": ("series_id", "unit_measure"),
        "winsorizing": ("variable", "share", "quantile_rule", "grouped_by"),
        "dependency": ("variable", "input", "is_pooled"),
        "pool": ("unit",),
    }
    entered = ", ".join(listed(table, seen[table]) for table in read)
    row = "derived_cell" if "derived_cell" in read else ""
    place = f"identity {row}.unit" if row else "identity study file"
    year = f"identity {row}.period" if row else "identity study file"
    series = "identity rests_on.series_id" if row else "identity study file"
    extreme = "variable_cell" if "variable_cell" in read else ""
    return {
        "clipped_cell": {
            "variable side": "identity study file",
            "unit": place,
            "period": year,
            "bound_period": "identity study file",
            "*": f"filter {entered}",
        },
        "bound_cell": {
            "variable side bound_period": "identity study file",
            "series_id": series,
            "unit": place,
            "first_period last_period": year.replace("identity d", "transformation d"),
            "*": f"filter {entered}",
        },
        "extreme_cell": {
            "variable": "identity study file",
            "series_id": "identity rests_on.series_id" if extreme else "identity study file",
            "unit": f"identity {extreme}.unit" if extreme else "identity study file",
            "first_period last_period": f"transformation {extreme}.period"
            if extreme
            else "identity study file",
            "*": f"filter {entered}",
        },
        "part_span": {"others": "transformation study file", "*": f"filter {entered}"},
    }


def _part_spans(
    compiled: CompiledStudy, values: pl.DataFrame, named: dict[str, Part]
) -> Iterator[pl.DataFrame]:
    """The years of each part: of each unit and region the one of an edge, of the study's units the rows."""
    import polars as pl

    periods, own = compiled.study.periods, [unit.code for unit in compiled.units]
    for name, part in named.items():
        rows = values.filter(pl.col("variable") == name)
        if part.edge in ("zero", "not zero"):
            is_zero = pl.col("value") == 0
            spans = spans_of(rows.filter(is_zero if part.edge == "zero" else ~is_zero), "unit")
        elif part.edge == "rows":
            in_study = pl.col("period").is_between(periods.first, periods.last)
            spans = spans_of(rows.filter(in_study & pl.col("unit").is_in(own)), "unit")
        else:
            year = pl.col("period").min()
            if part.edge == "end":
                year = pl.col("period").filter(pl.col("period") <= periods.last).max()
            spans = rows.group_by("unit").agg(first_period=year, last_period=year).drop_nulls()
        yield spans.with_columns(part=pl.lit(str(part)))


def _clipped(
    compiled: CompiledStudy, values: pl.DataFrame, outside: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Values on or beyond the bounds of their variables, and the rows on which these rest.

    Args:
        values: variable, unit, period and value, before clipping, of the study's own rows.
        outside: the same of all years and regions in which others read a variable.
    """
    import polars as pl

    none = values.select(
        "variable", "unit", "period", side="variable", bound_period="period"
    ).clear()
    moved, rows = [none], [none]
    for name, formula in compiled.formulas.items():
        if formula.winsorize is None:
            continue
        own = values.filter(pl.col("variable") == name)
        read = outside.filter(pl.col("variable") == name)
        for pool, told in _pools(compiled, formula.winsorize, own, read if len(read) else own):
            for side, found, setting in _sides(pool, told, formula.winsorize):
                moved.append(found.with_columns(side=pl.lit(side)).select(none.columns))
                rows.append(setting.with_columns(side=pl.lit(side)).select(none.columns))
    return pl.concat(moved), pl.concat(rows)


def _pools(
    compiled: CompiledStudy, rule: Winsorize, own: pl.DataFrame, everywhere: pl.DataFrame
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Rows of which quantiles are taken, each time with the rows that are clipped to them."""
    import polars as pl

    values = own.get_column("value")
    if values.is_in([values.min(), values.max()]).all():
        return  # two values have no tails
    if rule.by == "pooled":
        none = pl.lit(None, dtype=pl.Int32).alias("bound_period")
        yield own, everywhere.with_columns(none)
        return
    units = [unit.code for unit in compiled.units]
    by_year = everywhere.with_columns(bound_period="period")
    for part in by_year.partition_by("period"):
        yield part.filter(pl.col("unit").is_in(units)), part


def _sides(
    pool: pl.DataFrame, told: pl.DataFrame, rule: Winsorize
) -> Iterator[tuple[str, pl.DataFrame, pl.DataFrame]]:
    """For each end its name, the rows that are clipped there, and those on which the bound rests."""
    import polars as pl

    from nqpf_assets.estimation.clipping import bound_rows, clip_bounds

    if pool.is_empty():
        return
    values = pool.get_column("value").to_numpy()
    low, high = clip_bounds(values, rule)
    value = pl.col("value")
    # A value on the bound is clipped as soon as the bound moves; a quantile may miss it by a rounding.
    beyond = (value <= low + ROUNDING * abs(low), value >= high - ROUNDING * abs(high))
    year = told.get_column("bound_period").first()
    for side, is_beyond, rows in zip(
        ("low", "high"), beyond, bound_rows(values, rule), strict=True
    ):
        setting = pool[rows.tolist()].with_columns(bound_period=pl.lit(year, dtype=pl.Int32))
        yield side, told.filter(is_beyond), setting


def _cells_under_bounds(
    rows: pl.DataFrame, clipped: pl.DataFrame, rests_on: pl.DataFrame, reads: pl.DataFrame
) -> pl.DataFrame:
    """Runs of series cells under each bound: under its rows, and under bounds of what these read clipped."""
    import polars as pl

    found = _read(rows, rests_on, "series_id").select(*BOUND, "series_id", "unit", *RUN).unique()
    inner = _read(rows, reads.filter(pl.col("variable") != pl.col("input")), "input")
    inner = (
        inner.join(
            clipped, left_on=["input", "unit"], right_on=["variable", "unit"], suffix="_inner"
        )
        .filter(pl.col("period").is_between(pl.col("first_period"), pl.col("last_period")))
        .select(*BOUND, inner="input", inner_side="side_inner", inner_period="bound_period_inner")
        .unique()
    )
    while len(inner):
        deeper = inner.join(
            found,
            left_on=["inner", "inner_side", "inner_period"],
            right_on=BOUND,
            nulls_equal=True,
        )
        more = pl.concat([found, deeper.select(found.columns)]).unique()
        if len(more) == len(found):
            break
        found = more
    return found


def _read(rows: pl.DataFrame, reads: pl.DataFrame, named: str) -> pl.DataFrame:
    """The runs of years that rows of variables read themselves, with the keys of the rows."""
    import polars as pl

    year = pl.coalesce("at_year", "period")
    return (
        rows.join(reads.filter(~pl.col("is_pooled")), on="variable")
        .with_columns(
            unit=pl.coalesce("of_region", "unit"),
            first_period=pl.max_horizontal(year + pl.col("first_lag"), "not_before"),
            last_period=pl.min_horizontal(year + pl.col("last_lag"), "not_after"),
        )
        .filter(pl.col("first_period") <= pl.col("last_period"))
        .drop("period")
        .select(*(key for key in rows.columns if key != "period"), named, *RUN)
    )


def _extremes(
    inputs: Inputs,
    compiled: CompiledStudy,
    indices: list[str],
    rests_on: pl.DataFrame,
    bounds: pl.DataFrame,
) -> list[pl.DataFrame]:
    """Runs of cells under minimum and maximum of every indicator of these indices."""
    import polars as pl

    name, periods = compiled.name, compiled.study.periods
    cells = inputs.read(name, "variable_cell").filter(
        pl.col("period").is_between(periods.first, periods.last)
    )
    reads = inputs.read(name, "dependency").filter(pl.col("is_pooled"))
    found = []
    for index in indices:
        indicators = reads.filter(pl.col("variable") == index).get_column("input").unique()
        own = cells.filter(pl.col("variable").is_in(indicators.implode()))
        value = pl.col("value")
        rows = own.filter(
            (value == value.min().over("variable")) | (value == value.max().over("variable"))
        ).select("variable", "unit", "period")
        # The extreme of what is clipped is its bound.
        of_bounds = bounds.filter(pl.col("variable").is_in(indicators.implode()))
        under = [_read(rows, rests_on, "series_id"), of_bounds]
        found += [
            one.select(pl.lit(index).alias("variable"), "series_id", "unit", *RUN) for one in under
        ]
    return [pl.concat(found).unique()]

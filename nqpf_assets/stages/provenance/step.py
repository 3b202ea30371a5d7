"""Bounds, extremes and parts of formulas of one study: what only values say of what rests on which cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import STUDY_SCHEMA, registry
from nqpf_assets.catalog.table_frames import frame_of
from nqpf_assets.expressions.compile import parts
from nqpf_assets.stages.dependencies import rows_with_score
from nqpf_assets.stages.derivation import values_everywhere
from nqpf_assets.stages.provenance.asked_parts import (
    WAYS,
    conditions_asked,
    parts_asked,
    read_for_conditions,
)
from nqpf_assets.stages.provenance.cells_under import (
    cells_and_weights,
    cells_under_bounds,
    cells_under_extremes,
    rows_of_scores,
    scales_of,
)
from nqpf_assets.stages.provenance.clipped_rows import clipped_rows
from nqpf_assets.stages.provenance.conditions import spans_together
from nqpf_assets.stages.scores_read import (
    modules_of_scores,
    packages_of_scores,
    said_of_scores,
)
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

TABLES = ("clipped_cell", "bound_cell", "extreme_cell", "part_span")


def bound_step(compiled: CompiledStudy, catalogue: Catalogue) -> Step:
    """What provenance needs to know of values: bounds, extremes, and the years of parts of formulas."""
    name, codes = compiled.name, catalogue.regions.unit_codes
    rules = {key: one.winsorize for key, one in compiled.formulas.items() if one.winsorize}
    bounded = [
        key
        for key, index in compiled.study.indices.items()
        if INDEX_METHODS.all[index.method].pool(index) in ("period", "extremes")
    ]
    scaled = [
        key
        for key, index in compiled.study.indices.items()
        if INDEX_METHODS.all[index.method].pool(index) in ("panel", "period")
    ]
    trees = {key: one.definition.tree for key, one in compiled.formulas.items()}
    # As if every series had zeros: which have some is known where they are read.
    zeros = compiled.zeros(trees, {})
    is_asked = any(True for one in trees.values() for _ in parts(one))
    reads_clipped = bool(rules.keys() & compiled.formulas_read)
    is_read = is_asked or reads_clipped
    may_be_read = is_read or any(
        True for key, one in trees.items() for _ in parts(one, zeros.of(key).decides)
    )
    read = [*WAYS, "pool"]
    read += ["series", "winsorizing"] if may_be_read else []
    read += ["filled_cell"] if is_read else []
    of_conditions = may_be_read and not is_read
    read += ["derived_cell"] if rules else []
    read += ["variable_cell", "dependency"] if bounded else []
    read += ["index_read"] if scaled else []

    def run(inputs: Inputs) -> Output:
        import polars as pl

        ways = [inputs.read(name, one) for one in WAYS]
        rests_on, reads, of_weights = ways
        units = inputs.read(name, "pool").select("unit")
        clipped, bounds = frame_of("clipped_cell", ()), frame_of("bound_cell", ())
        asked = parts_asked(ways) - {rows_with_score(one) for one in compiled.study.indices}
        outside, named = (
            values_everywhere(inputs, compiled, codes, asked)
            if reads_clipped or asked
            else (inputs.read(name, "pool"), {})
        )
        parts_alone = [*_part_spans(compiled, outside, named)]
        met = spans_together(parts_alone, conditions_asked(ways))
        scores = [rows_of_scores(inputs, name, scaled, units)] if scaled else []
        spans = frame_of("part_span", [*parts_alone, *met, *scores]).unique(maintain_order=True)
        under = cells_and_weights(rests_on, of_weights)
        if rules:
            values = inputs.read(name, "derived_cell").filter(pl.col("variable").is_in([*rules]))
            values = values.select("variable", "unit", "period", "value").drop_nulls()
            clipped, rows = clipped_rows(compiled, values, outside if reads_clipped else values)
            bounds = cells_under_bounds(rows, clipped, under, reads, spans, units)
        extremes = (
            cells_under_extremes(inputs, compiled, bounded, under, bounds, spans, units)
            if bounded
            else []
        )
        return {
            (name, "clipped_cell"): frame_of("clipped_cell", [clipped]),
            (name, "bound_cell"): frame_of("bound_cell", [bounds]),
            (name, "extreme_cell"): frame_of("extreme_cell", extremes),
            (name, "part_span"): spans,
        }

    return Step(
        "panel",
        tuple((name, table) for table in TABLES),
        (
            *whole(*((name, table) for table in read)),
            *((read_for_conditions(name, "filled_cell"),) if of_conditions else ()),
        ),
        run,
        code=source_of(__name__, *(modules_of_scores(compiled) if may_be_read else ())),
        parameters={
            "study file": {
                **{
                    key: repr(one.definition)
                    for key, one in compiled.formulas.items()
                    if may_be_read
                },
                **{f"winsorize of {key}": repr(rule) for key, rule in rules.items()},
                **(said_of_scores(compiled) if may_be_read else {}),
                "indices": repr(scaled),
                "extremes": repr({one: scales_of(compiled.study.indices[one]) for one in bounded}),
                "periods": repr(compiled.study.periods),
                "groups": repr({one: compiled.members[one] for one in compiled.groupings_read}),
            },
            "catalogue": {"regions": catalogue.regions.fingerprint},
            **(packages_of_scores(compiled) if may_be_read else {}),
        },
        study=name,
        lineage={
            (name, table): said
            for table, said in _lineage([*read, *["filled_cell"] * of_conditions]).items()
        },
    )


def _lineage(read: list[str]) -> dict[str, Declared]:
    """What the tables are made from, as far as the study lets them be read."""
    own, reads = ("variable", "unit", "period", "value"), registry()[STUDY_SCHEMA, "rests_on"].names
    seen = {
        "rests_on": reads,
        "clipped_input": ("input", *(name for name in reads if name != "series_id")),
        "weights_under": ("weights_name", *(name for name in reads if name != "series_id")),
        "filled_cell": own,
        "derived_cell": own,
        "variable_cell": own,
        "series": ("series_id", "unit_measure", "value_sign"),
        "winsorizing": ("variable", "share", "quantile_rule", "grouped_by"),
        "dependency": ("variable", "input", "is_pooled"),
        "pool": ("unit",),
        "index_read": (
            "index_name",
            "number_table",
            "is_own_row",
            "from_unit",
            "first_period",
            "last_period",
        ),
    }
    entered = ", ".join(listed(table, seen[table]) for table in read)
    of_study: Declared = {"others": "identity study file"}
    clipped: Declared = {
        "variable side": "identity study file",
        "unit": "identity derived_cell.unit",
        "period": "identity derived_cell.period",
        "bound_period": "identity study file",
        "*": f"filter {entered}",
    }
    bounds: Declared = {
        "variable side bound_period": "identity study file",
        "series_id": "identity rests_on.series_id",
        "weights_name": "identity weights_under.weights_name",
        "unit": "identity derived_cell.unit",
        "first_period last_period": "transformation derived_cell.period",
        "*": f"filter {entered}",
    }
    extremes: Declared = {
        "variable": "identity study file",
        "series_id": "identity rests_on.series_id",
        "weights_name": "identity weights_under.weights_name",
        "unit": "identity variable_cell.unit",
        "first_period last_period": "transformation variable_cell.period",
        "*": f"filter {entered}",
    }
    # Where the study clips nothing, or has no index of extremes, their tables are empty whatever is read.
    return {
        "clipped_cell": clipped if "derived_cell" in read else of_study,
        "bound_cell": bounds if "derived_cell" in read else of_study,
        "extreme_cell": extremes if "variable_cell" in read else of_study,
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
        elif part.edge in ("rows", "bound"):
            in_study = pl.col("period").is_between(periods.first, periods.last)
            of_study = rows.filter(in_study & pl.col("unit").is_in(own))
            spans = spans_of(
                of_study.filter(pl.col("value") == 0) if part.edge == "bound" else of_study, "unit"
            )
        else:
            year = pl.col("period").min()
            if part.edge == "end":
                year = pl.col("period").filter(pl.col("period") <= periods.last).max()
            spans = rows.group_by("unit").agg(first_period=year, last_period=year).drop_nulls()
        yield spans.with_columns(part=pl.lit(str(part)))

"""The years of parts of formulas, on which it depends what rows read: `part_span` without those of scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from nqpf_assets.stages.provenance.asked_parts import conditions_asked
from nqpf_assets.stages.provenance.conditions import spans_together
from nqpf_assets.stages.spans import spans_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.expressions.compile import Part
    from nqpf_assets.stages.compiled_study import CompiledStudy


def part_spans(
    compiled: CompiledStudy,
    values: pl.DataFrame,
    named: Mapping[str, Part],
    ways: Iterable[pl.DataFrame],
) -> list[pl.DataFrame]:
    """Spans of the parts, and of conditions that are made of several.

    Args:
        compiled: the study.
        values: variable, unit, period and value of the parts, in all years and regions that are read.
        named: the parts by the names that they have there.
        ways: the tables of `asked_parts.WAYS`.
    """
    alone = [*_of_each(compiled, values, named)]
    return [*alone, *spans_together(alone, conditions_asked(ways))]


def _of_each(
    compiled: CompiledStudy, values: pl.DataFrame, named: Mapping[str, Part]
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

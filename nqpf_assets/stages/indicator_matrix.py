"""The cells of an index's indicators as a matrix: units and years that have them all, and those left out.

An index compares what is there in every row, so a row that lacks an indicator has no score. How many those
are is a row of `index_test` and a warning, and an indicator without any value is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nqpf_assets.messages.counted import counted, verb
from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.studies.formula import Path
from nqpf_assets.studies.spec import Study

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.indices.method import IndexResult, Indicators

SHOWN = 5
"""Rows or cells that are named; of more, their number."""
KEYS = ("unit", "period")


@dataclass(frozen=True)
class LeftOut:
    """Units and years of an index that have no score.

    Attributes:
        n_rows: units times years that were asked for.
        rows: unit, period and `lacking`, the indicators without a value there.
    """

    n_rows: int
    rows: pl.DataFrame

    def told_in(self, result: IndexResult) -> IndexResult:
        """The result with the number of rows that were left out among what it is to be judged by."""
        from nqpf_assets.indices.method import IndexTest

        n = len(self.rows)
        if not n:
            return result
        named = ", ".join(
            f"{unit} {period} ({', '.join(lacking)})"
            for unit, period, lacking in self.rows.head(SHOWN).iter_rows()
        )
        more = f" and {n - SHOWN} more" if n > SHOWN else ""
        detail = (
            f"{n} of {counted(self.n_rows, 'rows')} {verb(n, 'lack')} an indicator and {verb(n, 'have')} "
            f"no score: {named}{more}"
        )
        test = IndexTest("left_out", statistic=float(n), detail=detail, rows=())
        return replace(result, tests=(*result.tests, test))


def indicator_matrix(
    study: Study, index_name: str, cells: pl.LazyFrame
) -> tuple[Indicators, LeftOut]:
    """The indicators of an index over the units and years that have all of them.

    Raises:
        CheckFailed: an indicator has no value at all, or no row has all indicators.
    """
    import polars as pl

    from nqpf_assets.indices.method import Indicators

    columns = tuple(study.indices[index_name].formulas(index_name))
    names = [one.name for one in columns]
    long = (
        cells.filter(
            pl.col("variable").is_in(names)
            & pl.col("period").is_between(study.periods.first, study.periods.last)
        )
        .select(*KEYS, "variable", "value", "reason")
        .collect()
    )
    gaps = long.filter(pl.col("value").is_null())
    lacking = (
        gaps.sort(*KEYS, "variable")
        .group_by(*KEYS, maintain_order=True)
        .agg(lacking=pl.col("variable"))
    )
    empty = set(names) - set(long.drop_nulls("value").get_column("variable"))
    wide = long.pivot("variable", index=list(KEYS), values="value").sort(*KEYS)
    matrix = wide.join(lacking, on=list(KEYS), how="anti", maintain_order="left")
    if empty or not len(matrix):
        at_fault = gaps.filter(pl.col("variable").is_in(empty or set(names)))
        paths = {one.name: one.path for one in columns}
        raise CheckFailed(_incomplete(study, index_name, at_fault, paths))
    indicators = Indicators(
        names=tuple(names),
        values=matrix.select(names).to_numpy(),
        directions=tuple(-1 if one.direction == "negative" else 1 for one in columns),
        dimensions=tuple(one.dimension or "" for one in columns),
        formulas=tuple(one.definition.expression for one in columns),
        units=matrix.get_column("unit").to_numpy(),
        periods=matrix.get_column("period").to_numpy(),
    )
    return indicators, LeftOut(len(wide), lacking)


def _incomplete(
    study: Study, index_name: str, gaps: pl.DataFrame, paths: Mapping[str, Path]
) -> list[Problem]:
    """One problem per incomplete indicator, with its first cells, at its entry in the study file."""
    problems = []
    for (variable,), part in gaps.sort(*KEYS).group_by("variable", maintain_order=True):
        cells = ", ".join(
            f"{row['unit']} {row['period']}" for row in part.head(SHOWN).iter_rows(named=True)
        )
        reasons = (
            ", ".join(part.get_column("reason").drop_nulls().unique().sort().head(3))
            or "no published value"
        )
        more = f" and {len(part) - SHOWN} more" if len(part) > SHOWN else ""
        problems.append(
            Problem(
                file=f"study {study.study}",
                where=f"index {index_name}, indicator {variable}",
                expected="units and years that have a value of every indicator",
                found=f"{len(part)} missing: {cells}{more} ({reasons})",
                remedy="add the source that has them, fill them (`interpolation`; series of whole "
                "numbers where `sources: {series: {NAME: {interpolate: true}}}` says so), or leave the "
                "indicator out",
                code="incomplete_index",
                asked_at=paths[variable],
            )
        )
    return problems

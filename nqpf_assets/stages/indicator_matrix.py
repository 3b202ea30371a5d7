"""The cells of an index's indicators as a matrix, complete or refused with the cells that lack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.studies.formula import Path
from nqpf_assets.studies.spec import Study

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.indices.method import Indicators


def indicator_matrix(study: Study, index_name: str, cells: pl.LazyFrame) -> Indicators:
    """The indicators of an index over the units and periods of the sample, no gaps allowed.

    Raises:
        CheckFailed: cells that have no value, by indicator.
    """
    import polars as pl

    from nqpf_assets.indices.method import Indicators

    columns = tuple(study.indices[index_name].formulas(index_name))
    names = [one.name for one in columns]
    wide = (
        cells.filter(
            pl.col("variable").is_in(names)
            & pl.col("period").is_between(study.periods.first, study.periods.last)
        )
        .select("unit", "period", "variable", "value", "reason")
        .collect()
    )
    gaps = wide.filter(pl.col("value").is_null())
    if len(gaps):
        raise CheckFailed(
            _incomplete(study, index_name, gaps, {one.name: one.path for one in columns})
        )
    matrix = wide.pivot("variable", index=["unit", "period"], values="value").sort("unit", "period")
    return Indicators(
        names=tuple(names),
        values=matrix.select(names).to_numpy(),
        directions=tuple(-1 if one.direction == "negative" else 1 for one in columns),
        dimensions=tuple(one.dimension or "" for one in columns),
        formulas=tuple(one.definition.expression for one in columns),
        units=matrix.get_column("unit").to_numpy(),
        periods=matrix.get_column("period").to_numpy(),
    )


def _incomplete(
    study: Study, index_name: str, gaps: pl.DataFrame, paths: Mapping[str, Path]
) -> list[Problem]:
    """One problem per incomplete indicator, with its first cells, at its entry in the study file."""
    problems = []
    for (variable,), part in gaps.sort("unit", "period").group_by("variable", maintain_order=True):
        cells = ", ".join(
            f"{row['unit']} {row['period']}" for row in part.head(5).iter_rows(named=True)
        )
        reasons = (
            ", ".join(part.get_column("reason").drop_nulls().unique().sort().head(3))
            or "no published value"
        )
        more = f" and {len(part) - 5} more" if len(part) > 5 else ""
        problems.append(
            Problem(
                file=f"study {study.study}",
                where=f"index {index_name}, indicator {variable}",
                expected="a value for every unit and year of the sample",
                found=f"{len(part)} missing: {cells}{more} ({reasons})",
                remedy="add the source that has them, fill them (`interpolation`; series of whole "
                "numbers where `sources: {series: {NAME: {interpolate: true}}}` says so), or leave the "
                "units or years out",
                code="incomplete_index",
                asked_at=paths[variable],
            )
        )
    return problems

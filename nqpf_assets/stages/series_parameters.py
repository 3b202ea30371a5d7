"""The series of a study as parameters: where each may come from, how it is filled, in which units it came.

What is asked for stands in the study file, what came in the observations.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nqpf_assets.expressions.compile import Sign
from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.stages.filling_rules import Kind, filling_rule, rescaled_years
from nqpf_assets.steps.reads import Scanned
from nqpf_assets.studies.from_level import FromLevel
from nqpf_assets.studies.refilled_series import published
from nqpf_assets.studies.spec import SeriesSource

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.stages.compiled_study import CompiledStudy


def printed_units(
    inputs: Scanned, series: tuple[str, ...], as_of: dt.date | None
) -> Mapping[str, list[str]]:
    """Series → units it was published in by a day, the unit of the newest vintage first.

    A series that was published later only has the units of that, so that its absence is told as a
    matter of the day.
    """
    import polars as pl

    files = inputs.scan("source", "file").select("file_id", "published", "vintage_order")
    cells = inputs.scan("source", "observation").filter(pl.col("series_id").is_in(series))
    observed = cells.join(files, on="file_id")
    if as_of is not None:
        dated = observed.with_columns(
            is_known=(pl.col("published") <= as_of).fill_null(value=False)
        )
        is_known_at_all = pl.col("is_known").any().over("series_id")
        observed = dated.filter(pl.col("is_known") | ~is_known_at_all)
    seen = (
        observed.group_by("series_id", "unit_measure")
        .agg(pl.col("vintage_order").max())
        .sort("series_id", "vintage_order", "unit_measure", descending=[False, True, False])
        .collect()
    )
    return {
        series_id: part.get_column("unit_measure").to_list()
        for (series_id,), part in seen.group_by("series_id", maintain_order=True)
    }


def rows_of_series(
    compiled: CompiledStudy,
    catalogue: Catalogue,
    printed: Mapping[str, list[str]],
    kinds: Mapping[str, Kind],
    signs: Mapping[str, Sign],
) -> list[dict[str, Any]]:
    """Rows of `study.series`; a series that no file holds stops the study."""
    study = compiled.study
    absent = [series_id for series_id in compiled.series if series_id not in printed]
    if absent:
        raise CheckFailed(
            Problem(
                file=f"study {study.study}",
                where=f"series {series_id}",
                expected="a file that holds it",
                found="none",
                remedy="add the file under raw/, or correct the name: `nqpf check` names the series that are "
                "there",
                code="absent_series",
                asked_at=_first_reading(compiled, series_id),
            )
            for series_id in absent
        )
    sources, rows = study.sources, []
    for series_id in compiled.series:
        behind = published(series_id)
        known = catalogue.series.get(behind)
        own = sources.series.get(behind, SeriesSource.model_validate({}))
        publishers = own.publishers or sources.publishers
        rule = filling_rule(study, series_id, kinds.get(series_id, "real"))
        rows.append(
            {
                "series_id": series_id,
                "published_name": behind,
                "title": (known.names[0] if known else behind) + series_id.removeprefix(behind),
                "unit_measure": known.unit if known else printed[series_id][0],
                "vintage_policy": sources.vintage,
                "as_of": sources.as_of,
                "only_vintage": own.vintage,
                "only_publishers": f"|{'|'.join(publishers)}|" if publishers else None,
                "value_kind": kinds.get(series_id, "real"),
                "value_sign": signs.get(series_id, "any"),
                "interpolation": rule.gaps,
                "ends": rule.ends,
                "not_filled": rule.kept,
                "rescaled": rescaled_years(study, catalogue, series_id),
                **_aggregation(own.from_level),
                "first_period": study.periods.first,
                "last_period": study.periods.last,
            }
        )
    return rows


def _aggregation(rule: FromLevel | None) -> dict[str, Any]:
    """How a series is put together from a lower level, as columns; none of one that is not."""
    if rule is None:
        return {}
    return {
        "from_level": rule.level,
        "aggregation": rule.rule,
        "weight_series": rule.weight,
        "members_of": rule.members,
        "least_share": rule.least_share,
        "share_of": rule.share_of,
    }


def _first_reading(compiled: CompiledStudy, series_id: str) -> tuple[str | int, ...]:
    """Where the study file reads a series first, of formulas; nothing of one that no formula reads."""
    for name, formula in compiled.formulas.items():
        if series_id in compiled.direct[name]:
            return (*formula.path, formula.key)
    for name, own in compiled.study.sources.series.items():
        if own.from_level is not None and own.from_level.weight == series_id:
            return ("sources", "series", name, "from_level", "weight")
    return ("variables",)


def unit_conversions(
    compiled: CompiledStudy, series: list[dict[str, Any]], printed: Mapping[str, list[str]]
) -> Iterator[dict[str, Any]]:
    from fractions import Fraction

    from nqpf_assets.catalog.units import UnitError, conversion

    for row in series:
        for unit in printed[row["series_id"]]:
            try:
                # A unit that nobody knows is kept as printed: it is itself, and nothing else.
                is_same = unit == row["unit_measure"]
                factor = Fraction(1) if is_same else conversion(unit, row["unit_measure"])
            except UnitError as error:
                raise CheckFailed(
                    [
                        Problem(
                            file=f"study {compiled.name}",
                            where=f"series {row['series_id']}",
                            expected=f"units that convert into {row['unit_measure']}",
                            found=str(error),
                            remedy="leave the file out with `vintage` or `publishers` in the study's "
                            "sources, or correct the unit in its card",
                            code="units",
                            asked_at=_first_reading(compiled, row["series_id"]),
                        )
                    ]
                ) from error
            yield {
                "series_id": row["series_id"],
                "from_unit_measure": unit,
                "to_unit_measure": row["unit_measure"],
                "numerator": float(factor.numerator),
                "denominator": float(factor.denominator),
            }

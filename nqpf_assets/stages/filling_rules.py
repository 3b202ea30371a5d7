"""By which rule the gaps of a series are filled: what the study says, and what its numbers allow.

Nothing is filled unless the study says so. A line between two whole numbers gives fractions of a person or
of an answer, so series of whole numbers are filled on a line only where the study names them, and series
of zeros and ones never.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nqpf_assets.expressions.compile import Sign
from nqpf_assets.messages.problems import Problem
from nqpf_assets.studies.refilled_series import published, rule_of
from nqpf_assets.studies.spec import SeriesSource, Study

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.studies.reader import StudyFile

Kind = Literal["real", "whole", "binary"]
LINES = ("trend", "growth")
"""Rules for ends that give numbers which nobody published for any year."""


@dataclass(frozen=True)
class FillingRule:
    """How gaps inside a series and years at its ends are filled.

    Attributes:
        gaps: ``linear`` or ``none``.
        ends: ``none``, ``nearest``, ``trend`` or ``growth``.
        kept: words on what the study's rule would have filled, and the numbers do not allow.
    """

    gaps: str
    ends: str
    kept: str | None = None


def filling_rule(study: Study, series_id: str, kind: Kind = "real") -> FillingRule:
    """The rule of one series; what the study says of it by name comes first."""
    own = study.sources.series.get(published(series_id), SeriesSource.model_validate({}))
    rule = rule_of(series_id) or study.interpolation
    gaps, ends = rule.method, rule.ends
    if own.interpolate is not None:
        gaps, ends = ("linear", ends) if own.interpolate else ("none", "none")
    ends = own.ends or ends
    if kind == "real":
        return FillingRule(gaps, ends)
    by_name = kind == "whole"
    allowed = (
        gaps if by_name and own.interpolate else "none",
        ends if (by_name and own.ends) or ends not in LINES else "none",
    )
    words = "zeros and ones" if kind == "binary" else "whole numbers"
    return FillingRule(*allowed, words if allowed != (gaps, ends) else None)


def kinds_of_numbers(observed: pl.LazyFrame) -> dict[str, Kind]:
    """Series → what numbers it consists of, in whatever region and vintage."""
    import polars as pl

    value = pl.col("value").drop_nulls()
    seen = (
        observed.group_by("series_id")
        .agg(
            whole=(value == value.round()).all(),
            binary=value.is_in([0.0, 1.0]).all(),
            n=value.len(),
        )
        .collect()
    )
    return {
        series: "real" if not whole or not n else "binary" if binary else "whole"
        for series, whole, binary, n in seen.select("series_id", "whole", "binary", "n").iter_rows()
    }


def signs_of_numbers(observed: pl.LazyFrame) -> dict[str, Sign]:
    """Series → whether all its numbers are above zero, or none of them is zero."""
    import polars as pl

    value = pl.col("value").drop_nulls()
    seen = observed.group_by("series_id").agg((value > 0).all(), nonzero=(value != 0).all())
    return {
        series: "positive" if positive else "nonzero" if nonzero else "any"
        for series, positive, nonzero in seen.collect().iter_rows()
    }


def binary_lines(study: Study, kinds: Mapping[str, Kind]) -> dict[str, str]:
    """Series of zeros and ones through which the study asks for a line by name → key that asks."""
    return {
        name: "interpolate" if one.interpolate else "ends"
        for name, one in study.sources.series.items()
        if kinds.get(name) == "binary" and (one.interpolate or one.ends in LINES)
    }


def line_problems(files: Collection[StudyFile], observations: pl.LazyFrame) -> tuple[Problem, ...]:
    """Lines through zeros and ones that study files ask for, each where it stands."""
    import polars as pl

    named = {name for file in files for name in file.study.sources.series}
    if not named:
        return ()
    kinds = kinds_of_numbers(observations.filter(pl.col("series_id").is_in(sorted(named))))
    return tuple(
        file.problem(
            ("sources", "series", name, key),
            "a rule that gives zeros and ones for a series that has no other values",
            f"`{key}: {str(getattr(file.study.sources.series[name], key)).lower()}`",
            "leave its gaps (`interpolate: false`), or repeat its ends (`ends: nearest`)",
            "binary_line",
        )
        for file in files
        for name, key in binary_lines(file.study, kinds).items()
    )


def rescaled_years(study: Study, catalogue: Catalogue, series_id: str) -> str | None:
    """The years across which a series is not filled, as it is declared to change by powers of ten in them."""
    import polars as pl

    breaks = catalogue.series.breaks().filter(
        (pl.col("series_id") == published(series_id)) & pl.col("is_rescaled")
    )
    own = study.sources.series.get(published(series_id), SeriesSource.model_validate({}))
    years = sorted({*breaks["period"].to_list(), *own.rescaled})
    return ", ".join(map(str, years)) or None

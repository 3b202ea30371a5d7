"""One regression column: the rows of the panel that enter it, and the estimator that is named.

From here on a column is numbers; what becomes of them in tables is `results`' business.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.models.errors import EstimationError
from nqpf_assets.problems import CheckFailed, Problem
from nqpf_assets.studies.spec import Column, Study

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.models.inference import Cluster
    from nqpf_assets.models.two_way_fe_result import TwoWayFE


@dataclass(frozen=True)
class Fit:
    """What one column gave.

    Attributes:
        result: the estimator's own result.
        sample: units and periods that were used, sorted.
        sample_id: hash of `sample`; columns with the same rows share it.
        sample_words: the sample as the study asks for it.
        n_missing_rows: rows of the asked sample that a missing value kept out.
    """

    result: TwoWayFE
    sample: pl.DataFrame
    sample_id: str
    sample_words: str
    n_missing_rows: int


def fit_column(study: Study, table: str, column: Column, panel: pl.DataFrame) -> Fit:
    """Estimate one column on the analysis panel.

    Raises:
        CheckFailed: the model cannot be estimated, or n is not what the study expects.
    """
    import polars as pl

    from nqpf_assets.models.two_way_fe import two_way_fe

    place = f"{table} {column.label}"
    names = [*column.regressors, *column.controls]
    groupings = [name for name in column.vcov.by if name not in ("unit", "period")]
    asked = _asked_rows(study, column, panel)
    used = asked.drop_nulls([str(column.outcome), *names, *groupings]).sort("unit", "period")
    if used.is_empty():
        raise CheckFailed([_problem(study, place, "rows with a value for every variable", "none",
                                    "look for the variable without values in panel.cell")])  # fmt: skip
    try:
        result = two_way_fe(
            used.get_column(str(column.outcome)).to_numpy(),
            used.select(names).to_numpy(),
            used.get_column("unit").to_numpy(),
            used.get_column("period").to_numpy(),
            names=names,
            effects=() if column.estimator == "ols" else column.effects,
            vcov=column.vcov.type,
            cluster=_cluster(column, used),
        )
    except EstimationError as error:
        raise CheckFailed([_problem(
            study, place, "a model that can be estimated", str(error),
            "change the variables or the sample of the column",
        )]) from error  # fmt: skip
    expected = column.expect.n
    if expected is not None and result.n_obs != expected:
        raise CheckFailed([_problem(
            study, place, f"n = {expected}", f"n = {result.n_obs} ({_why_fewer(asked, used, result)})",
            "mend the data, or state the new number and its reason in `expect`",
        )])  # fmt: skip
    sample = used.select("unit", "period").filter(pl.Series(result.is_in_sample))
    n_missing = len(asked) - len(used)
    return Fit(result, sample, _sample_id(sample), _words(study, column), n_missing)


def _sample_id(sample: pl.DataFrame) -> str:
    """Short hash of units and periods in their order."""
    units = sample.get_column("unit").str.join("\n").item()
    digest = hashlib.sha256(units.encode())
    digest.update(sample.get_column("period").to_numpy().astype("<i4").tobytes())
    return digest.hexdigest()[:12]


def _asked_rows(study: Study, column: Column, panel: pl.DataFrame) -> pl.DataFrame:
    """Rows of the panel inside the column's sample, by code or by name of the unit."""
    import polars as pl

    sample = column.sample
    first, last = sample.first or study.periods.first, sample.last or study.periods.last

    def named(regions: tuple[str, ...]) -> pl.Expr:
        return pl.col("unit").is_in(regions) | pl.col("unit_name").is_in(regions)

    rows = panel.filter(pl.col("period").is_between(first, last))
    if sample.only:
        rows = rows.filter(named(sample.only))
    return rows.filter(~named(sample.exclude)) if sample.exclude else rows


def _cluster(column: Column, used: pl.DataFrame) -> Cluster | None:
    """What the estimator clusters by: a name it knows, or the labels of a grouping."""
    if column.vcov.type != "clustered":
        return None
    keys = [
        by if by in ("unit", "period") else used.get_column(by).to_numpy() for by in column.vcov.by
    ]
    return keys[0] if len(keys) == 1 else tuple(keys)


def _words(study: Study, column: Column) -> str:
    sample = column.sample
    words = f"{sample.first or study.periods.first}–{sample.last or study.periods.last}"
    if sample.only:
        words += f", only {', '.join(sample.only)}"
    if sample.exclude:
        words += f", without {', '.join(sample.exclude)}"
    return words


def _why_fewer(asked: pl.DataFrame, used: pl.DataFrame, result: TwoWayFE) -> str:
    singletons = len(result.singleton_units) + len(result.singleton_periods)
    return (
        f"{len(asked)} rows in the sample, {len(asked) - len(used)} with a missing value, "
        f"{singletons} alone"
    )


def _problem(study: Study, place: str, expected: str, found: str, remedy: str) -> Problem:
    return Problem(f"study {study.study}", place, expected, found, remedy, code="column")

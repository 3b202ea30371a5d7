"""Every number of every regression table has its influence, or a reason why it has none."""

from __future__ import annotations

import polars as pl
import pytest

from nqpf_assets.stages.influence.models import NOTHING_MOVES
from nqpf_assets.stages.influence.reported import CORRECTED, PROFILE
from nqpf_assets.studies.estimator_registry import ESTIMATORS, REGISTRY
from nqpf_assets.user_input.project import Project

pytestmark = pytest.mark.slow  # over the whole sample

KEY = ("table_name", "column_label", "effect", "term")


@pytest.mark.parametrize("name", REGISTRY.own)
def test_every_estimator_of_ours_tells_how_its_numbers_move(name: str) -> None:
    one = ESTIMATORS[name]
    assert one.influence or one.linear_model


@pytest.mark.parametrize("study", ["province", "chongqing"])
def test_every_number_of_the_sample_is_told(built_sample: Project, study: str) -> None:
    """Those without a slope say so; nothing of the sample has another reason."""
    tables = built_sample.warehouse / "tables" / study
    estimates = pl.read_parquet(tables / "estimate.parquet").with_columns(
        effect=pl.lit(None, dtype=pl.String)
    )
    effects = pl.read_parquet(tables / "effect.parquet")
    numbers = pl.concat([rows.select(KEY) for rows in (estimates, effects)])
    influence = pl.read_parquet(tables / "influence.parquet")
    for subject in ("cell", "unit", "period"):
        told = influence.filter(subject=subject, size_rank=1).select(KEY)
        untold = numbers.join(told, on=KEY, how="anti", nulls_equal=True)
        effect = pl.col("effect")
        jumps = effect.str.starts_with("threshold_")
        others = effect.str.ends_with(CORRECTED) | (effect == PROFILE)
        reasons = influence.filter(subject="not_computed")
        still = reasons.filter(note=NOTHING_MOVES).select(KEY)
        left = untold.filter(~(jumps | others).fill_null(value=False))
        assert set(left.iter_rows()) == set(still.iter_rows())
        assert set(reasons.select(KEY).iter_rows()) == set(untold.iter_rows())

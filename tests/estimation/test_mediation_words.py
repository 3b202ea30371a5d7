"""What is said under a mediation: what was found, and whence errors and stars of its effects come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from nqpf_assets.estimation.column import FittedColumn
from nqpf_assets.estimation.mediation import _words as told
from nqpf_assets.estimators.mediation.mediation import mediation
from tests.estimation.panels import Rows, complete, fitted, panel

MODERATED = {"mediator": "m", "moderator": "q", "moderates": ["first"]}
BLOCKS: dict[str, dict[str, Any]] = {
    "mediation": {"mediator": "m"},
    "chain": {"mediators": ["m", "q"]},
    "moderated": MODERATED,
}
ESTIMATORS = {
    "mediation": "mediation",
    "chain": "chain_mediation",
    "moderated": "moderated_mediation",
}


def mediated(block: str, frame: pl.DataFrame | None = None, **said: Any) -> FittedColumn:
    column = complete(estimator=ESTIMATORS[block], **{block: BLOCKS[block] | said})
    return fitted(column, frame)


def under(fit: FittedColumn) -> str:
    return "; ".join(fit.fitted.notes)


@pytest.mark.parametrize("block", BLOCKS)
def test_the_note_says_whence_errors_and_stars_of_effects_come(block: str) -> None:
    how = "Errors, p-values and stars of effects "
    drawn = under(mediated(block, draws=200))
    assert f"{how}from 200 draws of 12 whole units: a percentile bootstrap" in drawn
    assert f"{how}by the delta method" in under(mediated(block, draws=0))


@pytest.mark.parametrize("block", BLOCKS)
def test_draws_that_test_nothing_are_not_said_to_give_stars(block: str) -> None:
    said = under(mediated(block, draws=20))
    assert "Errors of effects from 20 draws of 12 whole units" in said
    assert "stars of effects" not in said


def test_what_is_drawn_whole_is_named() -> None:
    frame = panel().with_columns(part=pl.col("unit").str.head(2))
    said = under(mediated("mediation", frame, draws=200, resample="part"))
    n_parts = frame["part"].n_unique()
    assert f"200 draws of {n_parts} whole groups of part: a percentile bootstrap" in said


@pytest.mark.parametrize("draws", [0, 200])
def test_ways_that_cancel_each_other_are_named(draws: int) -> None:
    """One way adds what the other takes away: each is significant, their sum is not."""
    frame = panel()
    noise, other = np.random.default_rng(1).normal(size=(2, frame.height))
    frame = frame.with_columns(q=0.7 * frame["x"] + pl.Series(noise))
    y = 0.3 * frame["x"] + frame["m"] - frame["q"] + pl.Series(other)
    fit = mediated("chain", frame.with_columns(y=y), draws=draws)
    p_values = {one.effect: one.p_value for one in fit.fitted.effects}
    assert p_values["indirect, first mediator"] < 0.05
    assert p_values["indirect, second mediator"] < 0.05
    assert p_values["indirect, chain"] > 0.05
    assert p_values["indirect"] > 0.05
    assert (
        "their sum is not significant at 5 %; by itself it is through m and through q;"
    ) in under(fit)


def test_draws_that_find_otherwise_than_sobels_test_are_named() -> None:
    rows = Rows()
    (path,) = mediation(
        rows["y"], rows["x"], rows["m"][:, None], None, rows.unit, rows.period,
        treatment_name="x", mediator_names=["m"], draws=200, seed=1,
    ).paths  # fmt: skip
    assert (path.kind, path.tests.sobel.p_value < 0.05) == ("partial", True)
    assert told(path, "x").endswith("; partial mediation")
    other = " by the draws, otherwise than by Sobel's test"
    assert told(replace(path, kind="none"), "x").endswith(f"not significant at 5 %{other}")

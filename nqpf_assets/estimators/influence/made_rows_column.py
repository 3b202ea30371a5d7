"""Least squares of rows that are made of the panel's, as its numbers move with these.

First differences and means of units are sums of rows with weights that do not depend on values: what an entry
of a made row does is handed to the entries that it is made of, each by its weight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.influence.estimated_without import (
    CONSTANT,
    EstimatedWithout,
    by_number,
)
from nqpf_assets.estimators.influence.given_rows import Arrays, GivenRows
from nqpf_assets.estimators.influence.linear_column import of_one_model
from nqpf_assets.estimators.influence.linear_model import least_squares_model
from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.number import Number
from nqpf_assets.estimators.linear.differences import differences
from nqpf_assets.estimators.linear.sample import panel_sample
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.variance_components import unit_means
from nqpf_assets.estimators.linear.within import fixed_effects


def difference_column(rows: GivenRows, *, effects: Sequence[str]) -> EstimatedWithout:
    """Least squares of changes from the year before.

    Args:
        rows: of the panel.
        effects: ``("period",)`` or none.
    """

    def made(left: NDArray[np.bool_]) -> Arrays:
        y, x, units, periods = rows.left(left)
        pairs = differences(units, periods)
        return pairs.of(y), pairs.of(x), units[pairs.rows], periods[pairs.rows]

    pairs = differences(rows.units, rows.periods)

    def back(changes: Floats) -> Floats:
        found = np.zeros(len(rows))
        np.add.at(found, pairs.rows, changes)
        np.subtract.at(found, pairs.before, changes)
        return found

    return _column(rows, made, back, pairs.used(len(rows)), effects)


def between_column(rows: GivenRows) -> EstimatedWithout:
    """Least squares of unit means, which weigh alike."""

    def sample_of(left: NDArray[np.bool_]) -> Any:
        sample = panel_sample(*rows.left(left), names=rows.names)
        return sample, fixed_effects(("unit",), sample.unit_codes, sample.period_codes)

    def made(left: NDArray[np.bool_]) -> Arrays:
        sample, fe = sample_of(left)
        means = unit_means(np.column_stack([sample.outcome, sample.regressors]), fe)
        no_periods = np.zeros(len(means), dtype=np.int32)
        return means[:, 0], means[:, 1:], np.array(sample.unit_labels), no_periods

    sample, _ = sample_of(rows.every)
    sizes = np.bincount(sample.unit_codes)

    def back(changes: Floats) -> Floats:
        found = np.zeros(len(rows))
        found[sample.is_in_sample] = (changes / sizes)[sample.unit_codes]
        return found

    return _column(rows, made, back, sample.is_in_sample, ())


def _column(
    rows: GivenRows,
    made: Callable[[NDArray[np.bool_]], Arrays],
    back: Callable[[Floats], Floats],
    is_in_sample: NDArray[np.bool_],
    effects: Sequence[str],
) -> EstimatedWithout:
    """The column of rows that `made` makes of what is left; `back` takes changes to those of the panel."""
    y, x, *labels = made(rows.every)
    model = least_squares_model(
        y,
        x,
        *labels,
        names=rows.names,
        outcome_name=rows.outcome_name,
        effects=effects,
        drop_singletons=False,
    )
    own = of_one_model(model)

    def changes(number: int) -> Mapping[str, Floats]:
        return {name: back(one) for name, one in own.derivatives(number).items()}

    def estimate(left: NDArray[np.bool_]) -> Mapping[Number, float]:
        y, x, *labels = made(left)
        fit = two_way_fe(
            y,
            x,
            *labels,
            names=rows.names,
            effects=effects,
            vcov="unadjusted",
            drop_singletons=False,
        )
        return by_number(fit.names, fit.params) | {Number(CONSTANT): fit.constant.estimate}

    return EstimatedWithout(
        own.numbers, own.estimates, own.variables, is_in_sample, changes, estimate
    )

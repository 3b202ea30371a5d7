"""Least squares of rows that are made of the panel's, as its numbers move with these.

First differences and means of units are sums of rows with weights that do not depend on values: what an entry
of a made row does is handed to the entries that it is made of, each by its weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.influence.estimated_without import CONSTANT, EstimatedWithout
from nqpf_assets.estimators.influence.linear_column import of_one_model
from nqpf_assets.estimators.influence.linear_model import least_squares_model
from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.linear.differences import differences
from nqpf_assets.estimators.linear.sample import panel_sample
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.variance_components import unit_means
from nqpf_assets.estimators.linear.within import fixed_effects

Labels = NDArray[Any]
Made = tuple[Floats, Floats, Labels, Labels]
"""Outcome, regressors, units and periods of made rows."""


def difference_column(
    outcome: Floats,
    regressors: Floats,
    units: Labels,
    periods: Labels,
    *,
    names: Sequence[str],
    outcome_name: str,
    effects: Sequence[str],
) -> EstimatedWithout:
    """Least squares of changes from the year before.

    Args:
        outcome: (n,); regressors: (n, K); units, periods: (n,).
        effects: ``("period",)`` or none.
    """

    def made(left: NDArray[np.bool_]) -> Made:
        pairs = differences(units[left], periods[left])
        columns = (pairs.of(outcome[left]), pairs.of(regressors[left]))
        return (*columns, units[left][pairs.rows], periods[left][pairs.rows])

    pairs = differences(units, periods)

    def back(changes: Floats) -> Floats:
        found = np.zeros(len(outcome))
        np.add.at(found, pairs.rows, changes)
        np.subtract.at(found, pairs.before, changes)
        return found

    return _column(made, back, pairs.used(len(outcome)), names, outcome_name, effects)


def between_column(
    outcome: Floats,
    regressors: Floats,
    units: Labels,
    periods: Labels,
    *,
    names: Sequence[str],
    outcome_name: str,
) -> EstimatedWithout:
    """Least squares of unit means, which weigh alike; arguments as of `difference_column`."""

    def sample_of(left: NDArray[np.bool_]) -> Any:
        rows = (outcome[left], regressors[left], units[left], periods[left])
        sample = panel_sample(*rows, names=names)
        return sample, fixed_effects(("unit",), sample.unit_codes, sample.period_codes)

    def made(left: NDArray[np.bool_]) -> Made:
        sample, fe = sample_of(left)
        means = unit_means(np.column_stack([sample.outcome, sample.regressors]), fe)
        no_periods = np.zeros(len(means), dtype=np.int32)
        return means[:, 0], means[:, 1:], np.array(sample.unit_labels), no_periods

    sample, _ = sample_of(np.ones(len(outcome), dtype=np.bool_))
    sizes = np.bincount(sample.unit_codes)

    def back(changes: Floats) -> Floats:
        found = np.zeros(len(outcome))
        found[sample.is_in_sample] = (changes / sizes)[sample.unit_codes]
        return found

    return _column(made, back, sample.is_in_sample, names, outcome_name, ())


def _column(
    made: Any,
    back: Any,
    is_in_sample: NDArray[np.bool_],
    names: Sequence[str],
    outcome_name: str,
    effects: Sequence[str],
) -> EstimatedWithout:
    y, x, *labels = made(np.ones(len(is_in_sample), dtype=np.bool_))
    model = least_squares_model(
        y,
        x,
        *labels,
        names=names,
        outcome_name=outcome_name,
        effects=effects,
        drop_singletons=False,
    )
    own = of_one_model(model)

    def changes(number: int) -> Mapping[str, Floats]:
        return {name: back(one) for name, one in own.derivatives(number).items()}

    def estimate(left: NDArray[np.bool_]) -> Mapping[str, float]:
        y, x, *labels = made(left)
        fit = two_way_fe(
            y, x, *labels, names=names, effects=effects, vcov="unadjusted", drop_singletons=False
        )
        return dict(zip(fit.names, fit.params.tolist(), strict=True)) | {
            CONSTANT: fit.constant.estimate
        }

    return EstimatedWithout(
        own.numbers, own.estimates, own.variables, is_in_sample, changes, estimate
    )

"""Tobit with effects as dummies: how its coefficients, constant and marginal effects move with its rows.

In Olsen's parameters, an index m and θ = 1/σ, a row's log density depends on z = θy − m. With s its slope by
the index and w minus the second derivative, a step b of the parameters changes s by w (b_θ y − b_m); from
this follow the second derivatives by parameters and data. Censored outcomes stand at their limit and do not
move; scaling and centring of the columns are held fast, since the maximum does not depend on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nqpf_assets.estimators.censored.tobit import dummy_model
from nqpf_assets.estimators.censored.tobit_design import Design
from nqpf_assets.estimators.censored.tobit_fit import GroupedFit, fit_grouped
from nqpf_assets.estimators.censored.tobit_inference import Quantities, quantities
from nqpf_assets.estimators.censored.tobit_margins import AT, OF, factor
from nqpf_assets.estimators.censored.tobit_rows import row_terms
from nqpf_assets.estimators.influence.likelihood_column import LikelihoodColumn
from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.number import Number


def tobit_column(
    outcome: Floats,
    regressors: Floats,
    units: np.ndarray[tuple[int], np.dtype[np.str_]],
    periods: np.ndarray[tuple[int], np.dtype[np.int32]],
    *,
    names: Sequence[str],
    outcome_name: str,
    lower: float | None,
    upper: float | None,
    effects: Sequence[str],
    drop_singletons: bool,
) -> LikelihoodColumn:
    """What `tobit` reports of the same arguments, as it moves with them."""
    model = dummy_model(
        outcome,
        regressors,
        units,
        periods,
        names=names,
        lower=lower,
        upper=upper,
        effects=effects,
        drop_singletons=drop_singletons,
    )
    design, kept = model.design, model.kept
    fit = fit_grouped(design.rows, design.x, design.groups)
    natural = fit.slopes / fit.theta
    found = quantities(design, fit.intercepts / fit.theta, natural, 1 / fit.theta)
    means = fit.intercepts[design.groups] / fit.theta + design.x @ natural
    k = len(kept)
    # Sigma, at place k, is a test and no term.
    places = [*range(k), k + 1, *range(k + 2, len(found.values))]
    numbers = [*(Number(name) for name in kept), Number("constant")]
    numbers += marginal_numbers(kept)

    def changes(number: int) -> Mapping[str, Floats]:
        moved = _changes(design, fit, found, places[number])
        moved[:, 1:] += margins_directly(
            design, natural, means, 1 / fit.theta, places[number] - k - 2
        )
        return dict(zip((outcome_name, *kept), moved.T, strict=True))

    return LikelihoodColumn(
        tuple(numbers),
        found.values[places],
        (outcome_name, *kept),
        model.sample.panel.is_in_sample,
        changes,
    )


def marginal_numbers(kept: Sequence[str]) -> list[Number]:
    """Marginal effects, in the order in which they are reported."""
    return [Number(name, f"marginal on {of}, {at}") for of in OF for at in AT for name in kept]


def _changes(design: Design, fit: GroupedFit, found: Quantities, place: int) -> Floats:
    """(n, 1 + K) change of a quantity per change of outcome and regressors, through the parameters."""
    theta, k = fit.theta, design.n_regressors
    group, slope = found.by_group[:, place] / theta, found.by_slope[:, place] / theta
    sigma = found.by_sigma[place] / theta
    by_theta = -(fit.intercepts @ group + fit.slopes @ slope + sigma) / theta
    b_group, b_main = fit.information.solve(group, np.append(slope, by_theta))
    index = fit.intercepts[design.groups] + design.x @ fit.slopes
    terms = row_terms(design.rows, index, theta)
    b_index = b_group[design.groups] + design.x @ b_main[:-1]
    turned = terms.weight * (b_main[-1] * design.rows.point - b_index)
    of_x = np.outer(terms.slope, b_main[:k]) + np.outer(turned, fit.slopes[:k])
    of_y = np.where(design.rows.side == 0, -(b_main[-1] * terms.slope + theta * turned), 0.0)
    return np.column_stack([of_y / design.spread, of_x / design.lengths[:k]])


def margins_directly(
    design: Design, slopes: Floats, means: Floats, sigma: float, place: int
) -> Floats:
    """(n, K) change of a marginal effect by the latent means at which it is taken, the parameters held.

    The constant has none: what a regressor adds to the latent means it takes by its own.

    Args:
        slopes: (P,) and means: (n,) latent, of the scaled outcome; sigma: of all errors around them.
        place: of the effect among the marginal ones; below zero for numbers that are none.
    """
    k = design.n_regressors
    if place < 0:
        return np.zeros((len(design.x), k))
    kind, name = divmod(place, k)
    of, at = [(of, at) for of in OF for at in AT][kind]
    by_index = factor(of, at, means, sigma, design.lower, design.upper).by_index
    unit = (1.0 if of == "probability" else design.spread) / design.lengths[name]
    return np.outer(by_index, slopes[name] * unit * slopes[:k] / design.lengths[:k])

"""Tobit with random effects of units: how its coefficients, constant and marginal effects move with its rows.

A unit's likelihood is an integral over its effect. With s̄ a row's slope by its index, averaged over the
effects that its unit can have given the data, the likelihood changes by γ s̄ per regressor and by −θ s̄ per
observed outcome. A step b of the parameters moves s̄ by what it does to the slope and to the shares of the
effects; from this follow the second derivatives by parameters and data, as in `tobit_column`. Nodes stay
where they are: that is exact where they settle the integral, which the estimator sees to unless a study
chooses their number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nqpf_assets.estimators.censored.re_tobit import random_model
from nqpf_assets.estimators.censored.re_tobit_fit import RandomFit
from nqpf_assets.estimators.censored.re_tobit_inference import random_quantities
from nqpf_assets.estimators.censored.re_tobit_nodes import hermite_nodes, legendre_nodes
from nqpf_assets.estimators.censored.re_tobit_quadrature import PanelRows, at_nodes, normalised
from nqpf_assets.estimators.censored.re_tobit_report import fitted
from nqpf_assets.estimators.censored.re_tobit_result import NodeCheck
from nqpf_assets.estimators.censored.tobit_design import Design
from nqpf_assets.estimators.influence.likelihood_column import LikelihoodColumn
from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.number import Number
from nqpf_assets.estimators.influence.tobit_column import marginal_numbers, margins_directly


def random_column(
    outcome: Floats,
    regressors: Floats,
    units: np.ndarray[tuple[int], np.dtype[np.str_]],
    periods: np.ndarray[tuple[int], np.dtype[np.int32]],
    *,
    names: Sequence[str],
    outcome_name: str,
    lower: float | None,
    upper: float | None,
    period_effects: bool,
    nodes: int | None,
) -> LikelihoodColumn:
    """What `re_tobit` reports of the same arguments, as it moves with them."""
    model, panel = random_model(
        outcome,
        regressors,
        units,
        periods,
        names=names,
        lower=lower,
        upper=upper,
        period_effects=period_effects,
    )
    top = fitted(model, nodes)
    design, data, fit = model.design, top.data, top.fit
    found = random_quantities(design, fit.params)
    k = len(model.kept)
    # Between coefficients and constant stand the two standard deviations and a share, which are tests.
    places = [*range(k), *range(k + 3, len(found.values))]
    numbers = [*(Number(name) for name in model.kept), Number("constant")]
    numbers += marginal_numbers(model.kept)
    natural = fit.params.slopes / fit.params.theta
    means = data.x @ natural
    sigma = float(np.sqrt(1 + fit.params.alpha**2)) / fit.params.theta

    def changes(number: int) -> Mapping[str, Floats]:
        gradient = found.gradients[:, places[number]]
        b = np.asarray(np.linalg.solve(fit.integrated.information, gradient), dtype=np.float64)
        moved = _changes(design, data, fit, top.check, b)
        moved[:, 1:] += margins_directly(design, natural[:-1], means, sigma, places[number] - k - 4)
        return dict(zip((outcome_name, *model.kept), moved[model.back].T, strict=True))

    return LikelihoodColumn(
        tuple(numbers),
        found.values[places],
        (outcome_name, *model.kept),
        panel.is_in_sample,
        changes,
    )


def _changes(
    design: Design, data: PanelRows, fit: RandomFit, check: NodeCheck, b: Floats
) -> Floats:
    """(n, 1 + K) change of a quantity per change of outcome and regressors, rows sorted by unit."""
    params, k = fit.params, design.n_regressors
    place = legendre_nodes if check.rule == "legendre" else hermite_nodes
    nodes = place(data, params, check.nodes)
    terms, log_parts = at_nodes(data, params, nodes)
    shares = normalised(log_parts)[1]
    v = nodes.at[data.units]
    turned = (data.x @ b[:-2] - b[-2] * data.rows.point)[:, None] + b[-1] * v
    scores = data.sums(terms.slope * turned)
    centred = scores - (shares * scores).sum(axis=1, keepdims=True)
    own = shares[data.units]
    slope = (own * terms.slope).sum(axis=1)
    moved = (own * (terms.slope * centred[data.units] - terms.weight * turned)).sum(axis=1)
    of_x = np.outer(slope, b[:k]) + np.outer(moved, params.slopes[:k])
    of_y = np.where(data.rows.side == 0, -(b[-2] * slope + params.theta * moved), 0.0)
    return np.column_stack([of_y / design.spread, of_x / design.lengths[:k]])

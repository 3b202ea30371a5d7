"""Tobit with normal random effects of the units.

Here the pieces are put together: sample, scaling, maximum, covariance. Each has a module of
its own; conventions, and where other packages differ, stand in docs/methods/tobit.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.censored.re_tobit_report import Model, fitted, report
from nqpf_assets.estimators.censored.re_tobit_result import RandomEffectsTobit
from nqpf_assets.estimators.censored.tobit_design import scaled_design
from nqpf_assets.estimators.censored.tobit_inference import (
    Distribution,
    MlOptions,
    MlSmallSample,
    MlVcov,
)
from nqpf_assets.estimators.censored.tobit_rows import Rows
from nqpf_assets.estimators.censored.tobit_sample import censored_sample, check_limits
from nqpf_assets.estimators.censored.tobit_separation import refuse_separation
from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster, cluster_codes
from nqpf_assets.estimators.linear.sample import PanelSample
from nqpf_assets.estimators.linear.whole_units import require_whole_units
from nqpf_assets.estimators.linear.within import Codes, fixed_effects


def re_tobit(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    lower: float | None = 0.0,
    upper: float | None = None,
    period_effects: bool = False,
    nodes: int | None = None,
    vcov: MlVcov = "unadjusted",
    cluster: Cluster | None = None,
    small_sample: MlSmallSample = "stata",
    distribution: Distribution = "normal",
    confidence_level: float = 0.95,
) -> RandomEffectsTobit:
    """Maximum likelihood, the random effects integrated out by adaptive quadrature.

    Args:
        outcome: (n,); values at or beyond a limit count as censored there.
        regressors: (n, K); they may be constant within units. The model takes unit effects to
            be unrelated to them.
        units, periods: (n,) labels; each pair once.
        names: the K regressors.
        lower, upper: the limits, in the outcome's unit; None for none.
        period_effects: put period dummies into the model.
        nodes: None integrates until more nodes change nothing (Gauss-Legendre in two pieces, 48
            nodes or twice, four, eight times as many); a number asks for adaptive Gauss-Hermite with
            so many nodes, of which Stata's xttobit takes 12. Either is checked against twice the
            nodes that the former needs.
        vcov: ``"unadjusted"`` for the observed information, ``"clustered"`` for the sandwich by
            unit or by a coarser key; ``"robust"`` is by unit, for rows of a unit share its effect.
        cluster: ``"unit"`` (default) or an array (n,) that does not divide units, or two or three of these.
        small_sample: ``"stata"``: G/(G-1); ``"none"``.
        distribution: of the tests: ``"normal"``, or ``"t"`` with G - 1 degrees of freedom when
            clustered and n minus the number of slopes and dummies otherwise.
        confidence_level: of the confidence intervals.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Butler and Moffitt (1982), Econometrica 50(3); Liu and Pierce (1994), Biometrika
    81(3); test of sigma_u = 0: Self and Liang (1987), JASA 82(398).
    """
    options = MlOptions(vcov, small_sample, distribution, cluster, confidence_level)
    if nodes is not None and not 4 <= nodes <= 192:
        raise EstimationError(f"nodes lie between 4 and 192; found {nodes}")
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
    clusters = _unit_clusters(cluster, panel, vcov)
    return report(model, fitted(model, nodes), clusters, options)


def random_model(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    lower: float | None,
    upper: float | None,
    period_effects: bool,
) -> tuple[Model, PanelSample]:
    """The model before it is estimated, and its sample in the order given; arguments as of `re_tobit`."""
    limits = check_limits(lower, upper)
    effects = ("period",) if period_effects else ()
    sample = censored_sample(
        outcome,
        regressors,
        units,
        periods,
        names=names,
        limits=limits,
        effects=effects,
        drop_singletons=True,
    )
    panel, rows, back = _by_unit(sample.panel, sample.rows)
    n_units = len(panel.unit_labels)
    if n_units < 2 or len(panel.outcome) == n_units:
        raise EstimationError("random effects need two units or more, some seen more than once")
    fe = fixed_effects(effects, panel.unit_codes, panel.period_codes)
    design = scaled_design(panel, rows, names, fe, limits)
    n_parameters = design.x.shape[1] + 3
    if len(design.raw) < n_parameters:
        raise EstimationError(
            f"{counted(len(design.raw), 'rows')} for {counted(n_parameters, 'parameters')}"
        )
    kept = tuple(names[j] for j in design.kept)
    refuse_separation(design.rows, design.x, design.groups, kept, "the period effects")
    dropped = tuple(level.label for level in sample.dropped_levels)
    return Model(panel, design, kept, limits, dropped, period_effects, back), sample.panel


def _by_unit(panel: PanelSample, rows: Rows) -> tuple[PanelSample, Rows, Codes]:
    """The same rows sorted by unit, and the positions that undo it."""
    order = np.argsort(panel.unit_codes, kind="stable")
    ordered = replace(
        panel,
        outcome=panel.outcome[order],
        regressors=panel.regressors[order],
        unit_codes=panel.unit_codes[order],
        period_codes=panel.period_codes[order],
    )
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return ordered, Rows(rows.point[order], rows.side[order]), back


def _unit_clusters(cluster: Cluster | None, panel: PanelSample, vcov: str) -> tuple[Codes, ...]:
    """Cluster of each unit (N,), of each key; one that divides a unit is refused."""
    keys = cluster_codes(cluster, panel, vcov)
    what = "clusters of a random-effects Tobit"
    require_whole_units(panel.unit_codes, panel.unit_labels, keys, what)
    first = np.unique(panel.unit_codes, return_index=True)[1]
    return tuple(np.asarray(codes[first], dtype=np.intp) for codes in keys)

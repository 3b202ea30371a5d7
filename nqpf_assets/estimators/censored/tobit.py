"""Tobit: a linear regression whose outcome is cut off at one or two limits.

Unit and period effects enter as dummies. Here the pieces are put together: sample, scaling,
maximum, covariance. Each has a module of its own; conventions, and what the dummies do to the
estimates in short panels, stand in docs/methods/tobit.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.censored.tobit_design import scaled_design
from nqpf_assets.estimators.censored.tobit_inference import (
    Distribution,
    MlOptions,
    MlSmallSample,
    MlVcov,
)
from nqpf_assets.estimators.censored.tobit_report import Model, n_slopes_of, report
from nqpf_assets.estimators.censored.tobit_result import Tobit
from nqpf_assets.estimators.censored.tobit_sample import (
    censored_sample,
    check_limits,
)
from nqpf_assets.estimators.censored.tobit_separation import refuse_separation
from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import (
    Cluster,
    cluster_codes,
)
from nqpf_assets.estimators.linear.within import fixed_effects


def tobit(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    lower: float | None = 0.0,
    upper: float | None = None,
    effects: Sequence[str] = ("unit", "period"),
    vcov: MlVcov = "clustered",
    cluster: Cluster | None = None,
    small_sample: MlSmallSample = "stata",
    distribution: Distribution = "normal",
    confidence_level: float = 0.95,
    drop_singletons: bool = True,
) -> Tobit:
    """Maximum likelihood of a normal regression censored at known limits.

    Args:
        outcome: (n,); values at or beyond a limit count as censored there.
        regressors: (n, K); those that the effects absorb or that repeat earlier ones are
            dropped and named in the result.
        units, periods: (n,) labels; each pair once.
        names: the K regressors.
        lower, upper: the limits, in the outcome's unit; None for none.
        effects: ``"unit"``, ``"period"``, both, or ``()``; estimated as dummies. A unit or period
            that is censored in every row has no finite effect: it leaves, and is named.
        vcov: ``"clustered"``, ``"robust"``, or ``"unadjusted"`` for the observed information.
        cluster: ``"unit"`` (default), ``"period"`` or an array (n,), or a tuple of two or three of these,
            with vcov ``"clustered"``.
        small_sample: ``"stata"``: n/(n-1) for robust and G/(G-1) for clustered, as Stata's ml;
            ``"none"``: no correction, as R's sandwich.
        distribution: of the tests: ``"normal"``, or ``"t"`` with G - 1 degrees of freedom when
            clustered and n minus the number of slopes and dummies otherwise.
        confidence_level: of the confidence intervals.
        drop_singletons: whether rows that are alone in their unit or period leave the sample;
            each would be fitted exactly and pull sigma down.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Tobin (1958), Econometrica 26(1); Olsen (1978), Econometrica 46(5); McDonald and
    Moffitt (1980), Review of Economics and Statistics 62(2). Dummies in short panels: Greene
    (2004), Econometric Reviews 23(2).
    """
    options = MlOptions(vcov, small_sample, distribution, cluster, confidence_level)
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
    design = model.design
    clusters = cluster_codes(cluster, model.sample.panel, vcov)
    n_parameters = n_slopes_of(design) + 2
    if len(design.raw) < n_parameters:
        raise EstimationError(
            f"{counted(len(design.raw), 'rows')} for {counted(n_parameters, 'parameters')}, the "
            "effects included"
        )
    refuse_separation(design.rows, design.x, design.groups, model.kept, "the effects")
    return report(model, clusters, options)


def dummy_model(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    lower: float | None,
    upper: float | None,
    effects: Sequence[str],
    drop_singletons: bool,
) -> Model:
    """The model before it is estimated; arguments as of `tobit`."""
    limits = check_limits(lower, upper)
    # An unknown effect is refused here, before the sample is cut by it.
    fixed_effects(effects, np.zeros(1, dtype=np.intp), np.zeros(1, dtype=np.intp))
    sample = censored_sample(
        outcome,
        regressors,
        units,
        periods,
        names=names,
        limits=limits,
        effects=effects,
        drop_singletons=drop_singletons,
    )
    fe = fixed_effects(effects, sample.panel.unit_codes, sample.panel.period_codes)
    design = scaled_design(sample.panel, sample.rows, names, fe, limits)
    return Model(sample, fe, design, tuple(names[j] for j in design.kept), limits)

"""The first stages of an instrumental-variables regression, one per endogenous variable.

Coefficients with the covariance of the main equation; F, partial R2 and Sanderson and
Windmeijer's F in the forms that Stata's ivreg2 prints.
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.estimators.instruments.covariance import IvCovariance
from nqpf_assets.estimators.instruments.moments import Partialled, f_test
from nqpf_assets.estimators.instruments.result import FirstStage
from nqpf_assets.estimators.instruments.sample import IvSample
from nqpf_assets.estimators.linear.inference import student_inference
from nqpf_assets.estimators.linear.least_squares import least_squares
from nqpf_assets.estimators.linear.regression import Coefficients
from nqpf_assets.estimators.linear.within import Floats


def first_stages(
    sample: IvSample,
    model: Partialled,
    names: tuple[tuple[str, ...], tuple[str, ...]],
    covariance: IvCovariance,
    confidence_level: float,
) -> tuple[FirstStage, ...]:
    """All first stages.

    Args:
        sample: columns with the effects removed.
        model: the same with exogenous regressors partialled out.
        names: of endogenous variables and instruments.
        covariance: how the main equation's standard errors are made.
        confidence_level: of the coefficients' intervals.

    Source: Shea (1997), Review of Economics and Statistics 79(2); Sanderson and Windmeijer
    (2016), Journal of Econometrics 190(2).
    """
    endogenous, instruments = names
    design = np.column_stack([sample.z, sample.w])
    fitted = model.z @ (model.z.T @ model.x)
    numbers, l1, k1 = model.counts, model.z.shape[1], model.x.shape[1]
    own = np.diag(_inverse(model.x)) / np.diag(_inverse(fitted))
    terms, found = (*instruments, *sample.exogenous), []
    for j, name in enumerate(endogenous):
        fit = least_squares(sample.x[:, j], design)
        made = covariance.make(design @ fit.bread, fit.residuals, numbers.instruments)
        tests = student_inference(fit.params, made.matrix, made.df_inference, confidence_level)
        x, projected = model.x[:, j], fitted[:, j]
        conditional = _conditional(model.x, fitted, j)
        found.append(
            FirstStage(
                endogenous=name,
                coefficients=Coefficients(terms, fit.params, tests, confidence_level),
                f=f_test(
                    "F of excluded instruments",
                    numbers.f(model.raw_wald(x), l1),
                    l1,
                    numbers.df_denominator,
                ),
                sanderson_windmeijer_f=f_test(
                    "Sanderson-Windmeijer F",
                    numbers.f(model.raw_wald(conditional), l1 - k1 + 1),
                    l1 - k1 + 1,
                    numbers.df_denominator,
                ),
                partial_r2=float(projected @ projected) / float(x @ x),
                shea_partial_r2=float(own[j]),
            )
        )
    return tuple(found)


def _conditional(x: Floats, fitted: Floats, j: int) -> Floats:
    """Endogenous variable j minus what the others, instrumented, explain of it."""
    others = [k for k in range(x.shape[1]) if k != j]
    if not others:
        return np.asarray(x[:, j])
    coefficients = least_squares(x[:, j], fitted[:, others]).params
    return np.asarray(x[:, j] - x[:, others] @ coefficients)


def _inverse(columns: Floats) -> Floats:
    return least_squares(columns[:, 0], columns).bread

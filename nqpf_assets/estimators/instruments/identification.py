"""Do the instruments move the endogenous variables, and by enough?

Rank tests of the first stage's coefficients: Anderson and Cragg-Donald for errors that are
alike and unrelated, Kleibergen and Paap for others. The first stages one by one are in `first_stage`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.instruments.moments import Partialled, chi2_test, quadratic
from nqpf_assets.estimators.instruments.result import IvTest
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.orthonormal import orthonormal


@dataclass(frozen=True)
class Identification:
    """Tests of rank.

    Attributes:
        underidentification: the rank is one short, an LM test.
        cragg_donald_f: weak identification under iid errors.
        kleibergen_paap_f: in its robust form; None under iid errors.
    """

    underidentification: IvTest
    cragg_donald_f: float
    kleibergen_paap_f: float | None


def identification(model: Partialled) -> Identification:
    """Rank tests of the first stage.

    Source: Anderson (1951), Annals of Mathematical Statistics 22(3); Cragg and Donald (1993),
    Econometric Theory 9(2); Kleibergen and Paap (2006), Journal of Econometrics 133(1); their
    forms as in Stata's ivreg2: Baum, Schaffer and Stillman (2007), Stata Journal 7(4).
    """
    numbers = model.counts
    n, k1, l1 = numbers.n, model.x.shape[1], model.z.shape[1]
    basis = orthonormal(model.x)
    left, correlations, right = np.linalg.svd(model.z.T @ basis)
    smallest = float(correlations[-1]) ** 2
    if smallest < 1e-20:
        raise EstimationError(
            "underidentified: the instruments leave a combination of the endogenous variables "
            "unmoved"
        )
    if 1 - float(correlations[0]) ** 2 < 1e-12:
        raise EstimationError(
            "instruments and exogenous regressors reproduce an endogenous variable exactly; "
            "it is not endogenous in this model"
        )
    df = l1 - k1 + 1
    cragg_donald = smallest / (1 - smallest) * numbers.df_first / l1
    if model.is_iid:
        lm = numbers.chi2(n * smallest)
        test = chi2_test("Anderson canonical correlation LM", lm, df)
        return Identification(test, cragg_donald, None)
    # The directions in which the rank would be missing: the last of the endogenous side and
    # those of the instruments that go with it.
    z = model.z @ left[:, k1 - 1 :]
    x = basis @ right[k1 - 1]
    g = z.T @ x
    lm = numbers.chi2(quadratic(g, model.meat(z * x[:, None])))
    residuals = (basis - model.z @ (model.z.T @ basis)) @ right[k1 - 1]
    wald = quadratic(g, model.meat(z * residuals[:, None]))
    return Identification(
        chi2_test("Kleibergen-Paap rk LM", lm, df), cragg_donald, numbers.f(wald, l1)
    )

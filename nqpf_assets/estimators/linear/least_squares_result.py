"""What results of least squares with fixed effects are composed of, beside what all regressions report."""

from __future__ import annotations

from dataclasses import dataclass

from nqpf_assets.estimators.linear.regression import Constant, Regression
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class Fit:
    """How near the rows come to what the regression says of them.

    Attributes:
        residuals: (n,) in the order of the input's kept rows.
        rss: their sum of squares; df_resid: n - K - all effects, the constant included.
        sigma: standard error of the regression.
        r2_within: all effects removed from the outcome; r2_unit_within: unit effects only, as
            xtreg prints it when period dummies are regressors, None without unit effects;
            r2: the effects count as explaining. Those of instruments can be negative.
    """

    residuals: Floats
    rss: float
    df_resid: int
    sigma: float
    r2_within: float
    r2_unit_within: float | None
    r2: float


@dataclass(frozen=True)
class LeastSquares(Regression):
    """A regression with fixed effects, K regressors kept on n observations.

    Attributes:
        fit: residuals and measures of fit.
        df_inference: (K,) degrees of freedom behind p-values and intervals; infinite where they are normal.
        constant: mean of the outcome minus mean regressors times coefficients.
        effects: ``"unit"``, ``"period"``, both, or none.
    """

    fit: Fit
    df_inference: Floats
    constant: Constant
    effects: tuple[str, ...]

    @property
    def n_parameters(self) -> int:
        return self.errors.n_parameters

    @property
    def residuals(self) -> Floats:
        return self.fit.residuals

    @property
    def rss(self) -> float:
        return self.fit.rss

    @property
    def df_resid(self) -> int:
        return self.fit.df_resid

    @property
    def sigma(self) -> float:
        return self.fit.sigma

    @property
    def r2_within(self) -> float:
        return self.fit.r2_within

    @property
    def r2_unit_within(self) -> float | None:
        return self.fit.r2_unit_within

    @property
    def r2(self) -> float:
        return self.fit.r2

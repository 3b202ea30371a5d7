"""What a Tobit reports.

Numbers only, in the field's words; rounding, stars and layout belong to the reports.
"""

from __future__ import annotations

from dataclasses import dataclass

from nqpf_assets.estimators.censored.tobit_margins import At, Of
from nqpf_assets.estimators.censored.tobit_rows import Rows
from nqpf_assets.estimators.censored.tobit_sample import CensoredLevel
from nqpf_assets.estimators.linear.inference import Inference
from nqpf_assets.estimators.linear.regression import Constant, Regression
from nqpf_assets.estimators.linear.two_way_fe_result import EffectSummary
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class MarginalEffects:
    """Effects of one more unit of each of the K regressors, by the delta method.

    Attributes:
        of: ``"outcome"``: E(y|x), censoring included; ``"uncensored"``: E(y|x, not censored);
            ``"probability"``: P(not censored|x). On the latent outcome the effects are the
            coefficients.
        at: ``"means"`` of regressors and effects, or ``"average"`` over the rows.
        estimates: (K,).
        inference: standard errors, tests and intervals.
    """

    of: Of
    at: At
    estimates: Floats
    inference: Inference


@dataclass(frozen=True)
class Censoring:
    """Limits, and how many rows lie at them.

    Attributes:
        lower, upper: the limits; infinite where there is none.
        n_left_censored, n_right_censored, n_uncensored: of the n rows.
    """

    lower: float
    upper: float
    n_left_censored: int
    n_right_censored: int
    n_uncensored: int


def censoring_of(limits: tuple[float, float], rows: Rows) -> Censoring:
    """The limits, and the rows at each of them counted."""
    return Censoring(
        *limits, int((rows.side < 0).sum()), int((rows.side > 0).sum()), rows.n_observed
    )


@dataclass(frozen=True)
class CensoredRegression(Regression):
    """A censored regression with K regressors kept on n observations; coefficients are of the latent outcome.

    Attributes:
        censoring: limits and counts.
        df_inference: degrees of freedom behind p-values; infinite for the normal.
        distribution: of the tests, by name.
        constant: mean of the rows' latent means minus mean regressors times coefficients.
        margins: marginal effects.
        n_parameters: all that are estimated: coefficients, effects, constant, standard deviations.
        log_likelihood: of the model.
        latent_means: (n,) x'b + constant + effects of the sample's rows.
        is_vcov_repaired: negative eigenvalues of a covariance of several keys set to zero.
    """

    censoring: Censoring
    df_inference: float
    distribution: str
    constant: Constant
    margins: tuple[MarginalEffects, ...]
    n_parameters: int
    log_likelihood: float
    latent_means: Floats
    is_vcov_repaired: bool

    @property
    def lower(self) -> float:
        return self.censoring.lower

    @property
    def upper(self) -> float:
        return self.censoring.upper

    @property
    def n_left_censored(self) -> int:
        return self.censoring.n_left_censored

    @property
    def n_right_censored(self) -> int:
        return self.censoring.n_right_censored

    @property
    def n_uncensored(self) -> int:
        return self.censoring.n_uncensored

    def margin(self, of: Of, at: At = "average") -> MarginalEffects:
        """The marginal effects of that kind."""
        return next(m for m in self.margins if (m.of, m.at) == (of, at))


@dataclass(frozen=True)
class Tobit(CensoredRegression):
    """A censored regression with effects as dummies.

    Attributes:
        sigma, sigma_std_error: standard deviation of the latent outcome; last in the covariance.
        effects: ``"unit"``, ``"period"``, both, or none, as dummies.
        log_likelihood_null: with constant and sigma only.
        pseudo_r2: McFadden's, 1 - log_likelihood / log_likelihood_null.
        dropped_levels: units and periods censored in every row.
        unit_effects, period_effects: None where absent.
    """

    sigma: float
    sigma_std_error: float
    effects: tuple[str, ...]
    log_likelihood_null: float
    pseudo_r2: float
    dropped_levels: tuple[CensoredLevel, ...]
    unit_effects: EffectSummary | None
    period_effects: EffectSummary | None

"""What a two-stage least-squares regression with fixed effects reports.

Numbers only, in the field's words; rounding, stars and layout belong to the reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nqpf_assets.estimators.linear.least_squares_result import LeastSquares
from nqpf_assets.estimators.linear.regression import Coefficients
from nqpf_assets.estimators.linear.wild_inference import WildInference


@dataclass(frozen=True)
class IvTest:
    """A test.

    Attributes:
        name: which one, as its literature calls it.
        statistic: NaN where it cannot be computed.
        distribution: ``"F"`` or ``"chi2"``.
        df: one number for chi-squared, two for F.
        p_value: NaN where there is nothing to test, as with exact identification.
    """

    name: str
    statistic: float
    distribution: str
    df: tuple[int, ...]
    p_value: float


@dataclass(frozen=True)
class FirstStage:
    """The regression of one endogenous variable on instruments and exogenous regressors.

    Attributes:
        endogenous: its outcome.
        coefficients: of the instruments, then of the exogenous regressors.
        f: of the excluded instruments.
        sanderson_windmeijer_f: of the excluded instruments once the other endogenous
            variables are accounted for; equal to `f` if there are none.
        partial_r2: share of the instruments once everything else is removed.
        shea_partial_r2: the same with the other endogenous variables accounted for.
    """

    endogenous: str
    coefficients: Coefficients
    f: IvTest
    sanderson_windmeijer_f: IvTest
    partial_r2: float
    shea_partial_r2: float


@dataclass(frozen=True)
class StockYogo:
    """Critical values for the Cragg-Donald F; None where no table has them.

    Attributes:
        size: by true size of a nominal 5 % Wald test (0.10, 0.15, 0.20, 0.25).
        relative_bias: by bias relative to least squares (0.05, 0.10, 0.20, 0.30); tables
            begin with two instruments more than endogenous variables.
    """

    size: dict[float, float] | None
    relative_bias: dict[float, float] | None


@dataclass(frozen=True)
class EffectiveF:
    """The effective F of Montiel Olea and Pflueger, and what it is held against.

    Attributes:
        statistic: equal to the robust F of the first stage where there is one instrument; NaN where its
            covariance cannot be computed.
        bounds: share of the worst bias → the value above which a bias so large is rejected at 5 %.
    """

    statistic: float
    bounds: Mapping[float, float]


@dataclass(frozen=True)
class TfTest:
    """What the t of one variable with one instrument is held against, at 5 %.

    Attributes:
        f: of the first stage.
        critical_value: of |t|; infinite where the instrument is too weak for any.
        std_error: as much larger than the coefficient's as this is than 1.96.
        conf_int: 95 %.
    """

    f: float
    critical_value: float
    std_error: float
    conf_int: tuple[float, float]


@dataclass(frozen=True)
class ConfidenceSet:
    """All values of a coefficient that a test does not reject.

    Attributes:
        kind: ``"interval"``; ``"rays"``: everything but an interval; ``"line"``: nothing is
            rejected; ``"empty"``: everything is; ``"union"`` of several pieces.
        pieces: (low, high) of each piece, from left to right, infinite where open.
        level: confidence level.
    """

    kind: str
    pieces: tuple[tuple[float, float], ...]
    level: float


@dataclass(frozen=True)
class FixedEffects2SLS(LeastSquares):
    """Two-stage least squares with K regressors kept on n observations, endogenous ones first.

    Attributes:
        endogenous, exogenous, instruments: names by role; instruments are the excluded ones.
        model_f: all coefficients but the constant are zero.
        first_stages: one per endogenous variable.
        underidentification: Anderson's LM if unadjusted, Kleibergen and Paap's rk LM if not;
            a small p-value says that the instruments do identify.
        cragg_donald_f: weak identification, NaN with weights of a population; kleibergen_paap_f: its
            robust form, None if unadjusted.
        chi2_observations: ``"dofminus"`` or ``"all"``: what chi-squared statistics count.
        n_chi2: how many that is.
        stock_yogo: critical values for `cragg_donald_f`.
        anderson_rubin_f, anderson_rubin_chi2, stock_wright: all endogenous coefficients are
            zero; valid with weak instruments.
        anderson_rubin_set: for a single endogenous variable, None for more.
        overidentification: Sargan if unadjusted, Hansen's J if not.
        endogeneity: the endogenous variables could be taken as exogenous (difference of J).
        effective_f: of one endogenous variable; None for more.
        tf: of one endogenous variable with one instrument whose t is not drawn; None for others.
        is_vcov_repaired: negative eigenvalues of a covariance of several keys set to zero.
        wild: the bootstrap that p-values and intervals of the coefficients are from; None for t or z.
    """

    endogenous: tuple[str, ...]
    exogenous: tuple[str, ...]
    instruments: tuple[str, ...]
    model_f: IvTest
    first_stages: tuple[FirstStage, ...]
    underidentification: IvTest
    cragg_donald_f: float
    kleibergen_paap_f: float | None
    chi2_observations: str
    n_chi2: int
    stock_yogo: StockYogo
    anderson_rubin_f: IvTest
    anderson_rubin_chi2: IvTest
    stock_wright: IvTest
    anderson_rubin_set: ConfidenceSet | None
    overidentification: IvTest
    endogeneity: IvTest
    effective_f: EffectiveF | None
    tf: TfTest | None
    is_vcov_repaired: bool
    wild: WildInference | None = None

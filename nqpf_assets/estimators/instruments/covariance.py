"""Standard errors of an instrumental-variables regression, by assumption and correction.

The covariances are those of least squares; here stands how ivreg2, xtivreg2 and xtreg count
parameters, which docs/methods/iv.md explains.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from nqpf_assets.estimators.instruments.moments import Chi2Observations, Counts
from nqpf_assets.estimators.linear import covariance as cov
from nqpf_assets.estimators.linear.counted_parameters import counted_parameters
from nqpf_assets.estimators.linear.covariance_kinds import BiasReduced
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster
from nqpf_assets.estimators.linear.observation_weights import Kind, require_weighable
from nqpf_assets.estimators.linear.option_checks import (
    require_level,
    require_one_of,
    require_used_cluster,
    require_wild,
)
from nqpf_assets.estimators.linear.wild_changes import WildBootstrap
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats

IvVcov = Literal["clustered", "unadjusted", "robust"] | BiasReduced
IV_VCOVS = (*get_args(get_args(IvVcov)[0]), *get_args(BiasReduced))
IvSmallSample = Literal["xtreg", "ivreg2_small", "ivreg2", "large_sample"]


@dataclass(frozen=True)
class IvCovariance:
    """How standard errors are made.

    Attributes:
        vcov, small_sample: names.
        clusters: (n,) codes of each key; none without clusters.
        fe: the effects.
        numbers: of the main equation.
        copies: (n,) how many observations each row stands for; None where each is one.
    """

    vcov: IvVcov
    small_sample: IvSmallSample
    clusters: tuple[Codes, ...]
    fe: FixedEffects
    numbers: Counts
    copies: Floats | None = None

    def make(self, weights: Floats, residuals: Floats, n_regressors: int) -> cov.Covariance:
        """Covariance of P terms.

        Args:
            weights: (n, P) derivative of each term with respect to each outcome.
            residuals: (n,); where rows have weights, both of columns as in `IvSample`.
            n_regressors: K or L of `Counts`: everything but absorbed units.
        """
        is_large = self.small_sample in ("ivreg2", "large_sample")
        # ivreg2 takes units off even in large samples, everything else in small ones only.
        absorbed = 0 if self.small_sample == "large_sample" else self.numbers.absorbed
        k = absorbed if is_large else n_regressors + absorbed
        n, rss = self.numbers.n, float(residuals @ residuals)
        influences = weights * residuals[:, None]
        if self.vcov == "unadjusted":
            made = cov.of_equal_errors(weights.T @ weights, n, rss, k, "xtreg")
        elif self.vcov == "robust":
            if self.copies is not None:
                # As many squares as there are copies, and no square of their sum.
                influences /= np.sqrt(self.copies)[:, None]
            made = cov.robust(influences, k, "xtreg", n_obs=n)
        else:
            k = n_regressors
            if self.small_sample == "xtreg":
                # xtreg counts the constant beside nested unit effects; ivreg2 has none there.
                shift = counted_parameters(0, self.fe, self.clusters)
                k += shift - (self.fe.rank - absorbed)
            correction = "none" if is_large else "xtreg"
            made = cov.clustered(influences, self.clusters, k, correction, n_obs=n)
        scale = (weights**2).sum(axis=0) * rss / n
        made = cov.without_cancelled(made, scale)
        if is_large:
            made = replace(made, df_inference=np.full(weights.shape[1], np.inf))
        return made


@dataclass(frozen=True)
class IvOptions:
    """How coefficients are tested; explained in `fe_2sls`.

    Raises:
        EstimationError: an option that does not exist, or that the chosen covariance would ignore.
    """

    vcov: IvVcov
    cluster: Cluster | None
    small_sample: IvSmallSample
    chi2_observations: Chi2Observations
    confidence_level: float
    wild: WildBootstrap | None = None
    weights_kind: Kind | None = None

    def __post_init__(self) -> None:
        require_one_of("vcov", self.vcov, IV_VCOVS)
        require_one_of("small_sample", self.small_sample, get_args(IvSmallSample))
        require_one_of("chi2_observations", self.chi2_observations, get_args(Chi2Observations))
        require_used_cluster("clustered" if self.is_clustered else self.vcov, self.cluster)
        if self.has_own_correction and self.small_sample != "xtreg":
            raise EstimationError(
                f"vcov {self.vcov!r} has its own correction; leave small_sample out"
            )
        require_level(self.confidence_level)
        if self.wild is not None:
            require_wild(self.vcov, self.cluster, self.small_sample)
        if self.weights_kind is not None:
            require_weighable(self.vcov, self.weights_kind, is_drawn=self.wild is not None)

    @property
    def has_own_correction(self) -> bool:
        """Whether coefficients have bias-reduced errors, first stages and tests clustered ones."""
        return self.vcov in get_args(BiasReduced)

    @property
    def is_clustered(self) -> bool:
        """Whether rows of a cluster go together."""
        return self.vcov == "clustered" or self.has_own_correction

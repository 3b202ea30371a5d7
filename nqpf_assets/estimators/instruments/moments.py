"""The common ground of the tests of an instrumental-variables regression.

Outcome, endogenous variables and instruments with everything else partialled out; how errors
are taken to be related; and ivreg2's way from a raw Wald statistic to chi-squared and F.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from nqpf_assets.estimators.instruments.result import IvTest
from nqpf_assets.estimators.instruments.sample import IvSample
from nqpf_assets.estimators.linear.covariance import CANCELLED
from nqpf_assets.estimators.linear.distributions import chi2_sf, f_sf
from nqpf_assets.estimators.linear.lengths import lengths
from nqpf_assets.estimators.linear.orthonormal import orthonormal
from nqpf_assets.estimators.linear.several_keys import products_by_cluster
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats

Chi2Observations = Literal["dofminus", "all"]


@dataclass(frozen=True)
class Counts:
    """Numbers that turn statistics into the forms that ivreg2 and xtivreg2 print.

    Attributes:
        n: observations, with frequency weights those that the rows stand for.
        absorbed: unit effects, by which n is reduced even in large samples (dofminus), but
            not where errors are clustered.
        regressors: K: all regressors, with the constant or period effects, without units.
        instruments: L: the same of the first stage.
        clusters: G, the smallest number of several keys; None without clusters.
        counts_all: whether chi-squared statistics count every observation, as fixest's do.
    """

    n: int
    absorbed: int
    regressors: int
    instruments: int
    clusters: int | None
    counts_all: bool = False

    def chi2(self, raw: float) -> float:
        """A Wald or LM statistic from its raw form, without any correction."""
        return raw * self.n_chi2 / self.n

    @property
    def n_chi2(self) -> int:
        """Observations that chi-squared statistics count."""
        return self.n if self.clusters or self.counts_all else self.n - self.absorbed

    def f(self, raw: float, q: int) -> float:
        """F of q restrictions from the raw Wald statistic."""
        if self.clusters is None:
            return raw / self.n * self.df_first / q
        g = self.clusters
        return raw / (self.n - 1) * (self.n - self.instruments) * (g - 1) / g / q

    @property
    def df_first(self) -> int:
        """Residual degrees of freedom of the first stage."""
        return self.n - self.instruments - self.absorbed

    @property
    def df_denominator(self) -> int:
        """Denominator degrees of freedom of F."""
        return self.df_first if self.clusters is None else self.clusters - 1


def counts(
    n: int,
    fe: FixedEffects,
    n_regressors: int,
    n_first: int,
    clusters: tuple[Codes, ...],
    chi2_observations: Chi2Observations = "dofminus",
) -> Counts:
    """Count as xtivreg2: units apart, period effects and constant among the regressors.

    Unit effects are not counted when they are nested in clusters; where clusters cut across
    units, which xtivreg2 refuses, they count like regressors.
    """
    units = fe.n_units if "unit" in fe.effects else 0
    others = fe.rank - units
    if not clusters:
        counts_all = chi2_observations == "all"
        return Counts(n, units, n_regressors + others, n_first + others, None, counts_all)
    first = np.unique(fe.unit_codes, return_index=True)[1]
    if not any((one[first][fe.unit_codes] == one).all() for one in clusters):
        units, others = 0, others + units
    g = min(int(one.max()) + 1 for one in clusters)
    return Counts(n, units, n_regressors + others, n_first + others, g)


@dataclass(frozen=True)
class Partialled:
    """What is left once exogenous regressors and effects are removed.

    Attributes:
        y: (n,) outcome; with weights, here as in `IvSample`, times their roots.
        x: (n, K1) endogenous variables.
        z: (n, L1) instruments, turned so that they are orthonormal; no test depends on that.
        clusters: (n,) codes of each key; none without clusters.
        is_iid: whether errors are taken to be alike and unrelated.
        counts: for the forms of statistics.
        copies: (n,) how many observations each row stands for; None where each is one.
    """

    y: Floats
    x: Floats
    z: Floats
    clusters: tuple[Codes, ...]
    is_iid: bool
    counts: Counts
    copies: Floats | None = None

    def meat(self, scores: Floats) -> Floats:
        """Sum of the products of (n, q) scores, by cluster if there are clusters.

        Zeros where sums over clusters cancel: what rounding leaves of them has an inverse.
        """
        if not self.clusters:
            return self.products(scores, scores)
        matrix = products_by_cluster(scores, scores, self.clusters)
        is_left = np.diag(matrix) > (CANCELLED * lengths(scores)) ** 2
        return np.asarray(np.where(np.outer(is_left, is_left), matrix, 0.0), dtype=np.float64)

    def products(self, left: Floats, right: Floats) -> Floats:
        """Products (P, Q) of (n, P) and (n, Q) scores, summed over observations that are unrelated."""
        if self.copies is not None:
            # As many squares as there are copies, and no square of their sum.
            left = left / self.copies[:, None]
        return np.asarray(left.T @ right, dtype=np.float64)

    def raw_wald(self, outcome: Floats) -> float:
        """Wald statistic of all instruments in a regression of (n,) on them, uncorrected."""
        g = self.z.T @ outcome
        residuals = outcome - self.z @ g
        if self.is_iid:
            return float(self.counts.n * (g @ g) / (residuals @ residuals))
        return quadratic(g, self.meat(self.z * residuals[:, None]))


def partialled(
    sample: IvSample, clusters: tuple[Codes, ...], is_iid: bool, numbers: Counts
) -> Partialled:
    """Remove the exogenous regressors, and turn the instruments."""
    y, x, z = sample.y, sample.x, sample.z
    if sample.w.shape[1]:
        basis = orthonormal(sample.w)
        for _ in range(2):  # once more against rounding
            y, x, z = (part - basis @ (basis.T @ part) for part in (y, x, z))
    turned = orthonormal(z)
    return Partialled(y, x, turned, clusters, is_iid, numbers, sample.copies)


def quadratic(g: Floats, matrix: Floats) -> float:
    """g' matrix^-1 g on the matrix's own scale; NaN where it has no inverse."""
    variances = np.diag(matrix)
    if not (variances > 0).all():
        return float("nan")
    scale = np.sqrt(variances)
    values, vectors = np.linalg.eigh(matrix / np.outer(scale, scale))
    if values[0] <= 1e-12 * values[-1]:
        return float("nan")
    return float((((vectors.T @ (g / scale)) ** 2) / values).sum())


def chi2_test(name: str, statistic: float, df: int) -> IvTest:
    """A chi-squared test; without degrees of freedom there is no p-value."""

    p_value = float(chi2_sf(statistic, df)) if df else float("nan")
    return IvTest(name, statistic, "chi2", (df,), p_value)


def f_test(name: str, statistic: float, df: int, df_denominator: int) -> IvTest:
    """An F test."""

    p_value = float(f_sf(statistic, df, df_denominator))
    return IvTest(name, statistic, "F", (df, df_denominator), p_value)

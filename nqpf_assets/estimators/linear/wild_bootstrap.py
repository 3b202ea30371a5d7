"""The wild cluster bootstrap: p-values and intervals where clusters are few.

Residuals change their sign, or their size too, by whole clusters. Here stands what all such bootstraps share:
the changes that are tried, the share of them that counts as a p-value, and intervals by inversion of the
test; and that of least squares with effects. That of two stages is in `instruments.wild_bootstrap`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.covariance import Covariance
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Inference
from nqpf_assets.estimators.linear.within import Codes, Floats, group_sums

Multipliers = Literal["rademacher", "webb"]
KINDS = {"rademacher": np.array([-1.0, 1.0]), "webb": np.sqrt(np.array([0.5, 1.0, 1.5]))}
KINDS["webb"] = np.concatenate([-KINDS["webb"], KINDS["webb"]])
"""Values of which each is as likely: mean zero and variance one (Webb 2023)."""
TIE = 1e-9
"""Statistics nearer than this share of themselves are the same: rounding tells them apart alone."""
BLOCK = 256
"""Clusters whose residuals are demeaned at once."""


@dataclass(frozen=True)
class WildBootstrap:
    """How it is drawn.

    Attributes:
        draws: how often; all changes of sign are tried instead where there are no more of them.
        multipliers: ``"rademacher"``, the sign alone, or ``"webb"``, one of six numbers, for few clusters.
        restricted: whether the hypothesis holds in what is drawn (WCR), or the estimate (WCU).
        seed: of the draws.
    """

    draws: int = 1999
    multipliers: Multipliers = "rademacher"
    restricted: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        if self.multipliers not in KINDS:
            raise EstimationError(
                f"multipliers are one of {', '.join(KINDS)}; found {self.multipliers!r}"
            )
        if self.draws < 19:
            raise EstimationError(f"fewer than 19 draws reject nothing at 5 %; found {self.draws}")


@dataclass(frozen=True)
class Changes:
    """By what residuals are multiplied.

    Attributes:
        values: (B, G) for each draw and cluster.
        is_complete: whether these are all there are; the sample itself is then one of them.
        n_changes: how many there are, drawn or not; at most 2^60.
        least_p_value: the smallest p-value that they can give.
    """

    values: Floats
    is_complete: bool
    n_changes: int
    least_p_value: float

    @property
    def tells(self) -> bool:
        """Whether anything can be rejected at 5 %."""
        return self.least_p_value < 0.05

    def p_value(self, n_as_large: int) -> float:
        """The share of draws whose statistic is as large as the sample's, which counts as one of them."""
        more = 0 if self.is_complete else 1
        return (n_as_large + more) / (len(self.values) + more)


def changes_of(options: WildBootstrap, n_clusters: int, *, is_even: bool) -> Changes:
    """All changes of sign where they are no more than the draws, and draws otherwise.

    Args:
        is_even: whether a change and its opposite give the same statistic, so that each comes twice.
    """
    kinds, twice = KINDS[options.multipliers], 2 if is_even else 1
    n_all = len(kinds) ** min(n_clusters, 60)
    least = twice / n_all
    if options.restricted and options.multipliers == "rademacher" and n_all <= options.draws:
        bits = (np.arange(n_all)[:, None] >> np.arange(n_clusters)) & 1
        return Changes(kinds[bits], True, n_all, least)
    drawn = np.random.default_rng(options.seed).choice(kinds, size=(options.draws, n_clusters))
    return Changes(drawn, False, n_all, max(least, 1 / (options.draws + 1)))


@dataclass(frozen=True)
class WildInference:
    """Tests of K coefficients.

    Attributes:
        p_values: (K,) NaN where changes are too few to reject anything.
        conf_int: (K, 2) infinite where no value on that side is rejected.
        options: as asked; n_clusters: that are changed.
        n_draws: that were used, all there are where `is_complete`.
        n_changes: that there are; least_p_value: the smallest that there can be.
    """

    p_values: Floats
    conf_int: Floats
    options: WildBootstrap
    n_clusters: int
    n_draws: int
    is_complete: bool
    n_changes: int
    least_p_value: float


def wild_least_squares(
    x_within: Floats,
    bread: Floats,
    params: Floats,
    residuals: Floats,
    demean: Callable[[Floats], Floats],
    clusters: Codes,
    options: WildBootstrap,
    confidence_level: float,
) -> WildInference:
    """The bootstrap of Cameron, Gelbach and Miller for coefficients of least squares with effects.

    Args:
        x_within: (n, K) regressors, effects removed; bread: (K, K) inverse of their products.
        params: (K,); residuals: (n,).
        demean: removes the effects from (n, m) columns.
        clusters: (n,) codes from 0.

    Statistics are t with clustered errors, whose factor for small samples cancels.

    Source: Cameron, Gelbach and Miller (2008), REStat 90(3); Djogbenou, MacKinnon and Nielsen (2019), Journal
    of Econometrics 212(2); Roodman, MacKinnon, Nielsen and Webb (2019), Stata Journal 19(1), for the algebra.
    """
    g = int(clusters.max()) + 1
    changes = changes_of(options, g, is_even=True)
    p_values, conf_int = np.full(len(params), np.nan), np.full((len(params), 2), np.nan)
    for j in range(len(params) if changes.tells else 0):
        # What is left of the regressor once the others are removed, and the row's weight in its coefficient.
        own = x_within @ bread[:, j] / bread[j, j]
        one = _Coefficient.of(x_within, bread, residuals, own, demean, clusters, changes)
        if options.restricted:
            p_values[j] = one.p_value(params[j])
            below, above = one.ends(confidence_level)
            conf_int[j] = params[j] - below, params[j] + above
        else:
            p_values[j], half = one.unrestricted(params[j], confidence_level)
            conf_int[j] = params[j] - half, params[j] + half
    return WildInference(
        p_values,
        conf_int,
        options,
        g,
        len(changes.values),
        changes.is_complete,
        changes.n_changes,
        changes.least_p_value,
    )


@dataclass(frozen=True)
class _Coefficient:
    """What the draws make of one coefficient: linear in how far the hypothesis is from the estimate.

    Attributes:
        top: (2, B) numerators of the residuals, and of the regressor.
        squares: (3, B) of the sums over clusters: residuals', products, regressor's.
        size: products of the regressor with itself, the others removed.
        square: of the sample's sums over clusters.
    """

    top: Floats
    squares: Floats
    size: float
    square: float
    changes: Changes

    @classmethod
    def of(
        cls,
        x: Floats,
        bread: Floats,
        residuals: Floats,
        own: Floats,
        demean: Callable[[Floats], Floats],
        clusters: Codes,
        changes: Changes,
    ) -> _Coefficient:
        g, v = changes.values.shape[1], changes.values
        weights = group_sums(own[:, None] * x, clusters, g)
        sums, scores = [], []
        for part in (residuals, own):
            sums.append(group_sums((own * part)[:, None], clusters, g)[:, 0])
            moved = sums_of_demeaned(own[:, None], part, demean, clusters, g)[:, :, 0]
            scores.append(
                v @ (moved - group_sums(x * part[:, None], clusters, g) @ bread @ weights.T)
            )
        first, second = scores
        squares = np.array([(first**2).sum(1), (first * second).sum(1), (second**2).sum(1)])
        top = np.array([v @ one for one in sums])
        return cls(top, squares, float(own @ own), float((sums[0] ** 2).sum()), changes)

    @property
    def error(self) -> float:
        """The standard error without a factor for small samples."""
        return float(np.sqrt(self.square)) / self.size

    def p_value(self, away: float) -> float:
        """Of the hypothesis so far below the estimate."""
        top = self.top[0] + away * self.top[1]
        bottom = self.squares[0] + 2 * away * self.squares[1] + away**2 * self.squares[2]
        t2 = (away / self.error) ** 2 if self.square > 0 else np.nan
        n_as_large = np.count_nonzero(squared_t(top, bottom, self.square) >= t2 * (1 - TIE))
        return self.changes.p_value(int(n_as_large)) if np.isfinite(t2) else float("nan")

    def ends(self, level: float) -> tuple[float, float]:
        """How far below and above the estimate the interval reaches."""
        above = first_rejected(lambda away: self.p_value(-away), self.error, level)
        return first_rejected(self.p_value, self.error, level), above

    def unrestricted(self, estimate: float, confidence_level: float) -> tuple[float, float]:
        """The p-value that the coefficient is zero, and half the width of the interval."""
        if not self.square > 0:
            return float("nan"), float("nan")
        drawn = np.sort(squared_t(self.top[0], self.squares[0], self.square))
        n_as_large = np.count_nonzero(drawn >= (estimate / self.error) ** 2 * (1 - TIE))
        place = int(np.ceil(confidence_level * (len(drawn) + 1) - 1e-9)) - 1
        half = float(np.sqrt(drawn[place])) * self.error if place < len(drawn) else float("inf")
        return self.changes.p_value(int(n_as_large)), half


def of_draws(
    drawn: WildInference, made: Covariance, tests: Inference
) -> tuple[Covariance, Inference]:
    """Errors and statistics of a covariance with p-values and intervals of draws; the constant has none.

    Args:
        made, tests: of the K coefficients and, last, the constant.
    """
    is_tested = np.isfinite(tests.std_errors[:-1])
    p_values = np.append(np.where(is_tested, drawn.p_values, np.nan), np.nan)
    ends = np.vstack(
        [np.where(is_tested[:, None], drawn.conf_int, np.nan), np.full((1, 2), np.nan)]
    )
    nothing = np.full(len(p_values), np.nan)
    return replace(made, df_inference=nothing), replace(tests, p_values=p_values, conf_int=ends)


def squared_t(top: Floats, bottom: Floats, scale: float) -> Floats:
    """Squares of statistics (B,), infinite where the variance is rounding alone, zero where both are."""
    is_nothing = bottom <= 1e-20 * scale
    found = top**2 / np.where(is_nothing, 1.0, bottom)
    return np.asarray(
        np.where(is_nothing, np.where(top**2 <= 1e-20 * scale, 0.0, np.inf), found),
        dtype=np.float64,
    )


def sums_of_demeaned(
    weights: Floats,
    part: Floats,
    demean: Callable[[Floats], Floats],
    clusters: Codes,
    n_clusters: int,
) -> NDArray[np.float64]:
    """What the residuals of one cluster leave in the sums of another, once effects are removed.

    Args:
        weights: (n, L); part: (n,) residuals.

    Returns:
        (G, G, L): of the first cluster's residuals, summed with the weights over the second's rows.
    """
    made = np.empty((n_clusters, n_clusters, weights.shape[1]))
    for start in range(0, n_clusters, BLOCK):
        some = np.arange(start, min(start + BLOCK, n_clusters))
        alone = demean(np.where(clusters[:, None] == some, part[:, None], 0.0))
        for place, weight in enumerate(weights.T):
            made[some, :, place] = group_sums(weight[:, None] * alone, clusters, n_clusters).T
    return made


def first_rejected(
    p_value: Callable[[float], float], error: float, level: float, *, steps: int = 40
) -> float:
    """How far from the estimate the first hypothesis is that is rejected; infinite where none is.

    Args:
        p_value: of a hypothesis so far from the estimate.
        error: a standard error, by which the search begins.
        level: of the interval.
        steps: halvings of the piece in which it lies.
    """
    inside, outside = 0.0, 0.5 * error
    if not error > 0:
        return float("nan")
    while p_value(outside) > 1 - level + 1e-12:
        inside, outside = outside, 1.3 * outside
        if outside > 1e5 * error:
            return float("inf")
    for _ in range(steps):
        middle = (inside + outside) / 2
        if p_value(middle) > 1 - level + 1e-12:
            inside = middle
        else:
            outside = middle
    return (inside + outside) / 2

"""Moran's I and Geary's C: do near units have similar values?

Global statistics with analytic and permutation inference, for one map or for every period of a
panel, of a variable or of residuals. The statistic of each unit is in `local_moran`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.distributions import normal_cdf, normal_sf
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.option_checks import require_one_of
from nqpf_assets.estimators.linear.sample import encode
from nqpf_assets.estimators.spatial.period_weights import AnyWeights, weights_in
from nqpf_assets.estimators.spatial.weights import SpatialWeights, restrict_weights

Floats = NDArray[np.float64]
Alternative = Literal["greater", "less", "two-sided"]
Islands = Literal["counted", "not_counted"]


@dataclass(frozen=True)
class MoransI:
    """Moran's I of one map of N units.

    Attributes:
        statistic: I.
        expected: −1/(N − 1), under no spatial correlation.
        variance_normal, variance_randomization: of I where values are drawn from a normal
            distribution, and where the given values fall on units at random.
        z_normal, z_randomization: (I − expected) / standard deviation.
        p_normal, p_randomization: of the alternative.
        p_permutation: (r + 1)/(permutations + 1), r permutations at least as extreme; NaN
            without permutations. Two-sided: twice the smaller tail, at most one.
        permutations: how many.
        alternative: ``"greater"``, ``"less"`` or ``"two-sided"``.
    """

    statistic: float
    expected: float
    variance_normal: float
    variance_randomization: float
    z_normal: float
    z_randomization: float
    p_normal: float
    p_randomization: float
    p_permutation: float
    permutations: int
    alternative: str


def morans_i(
    values: ArrayLike,
    units: ArrayLike,
    weights: SpatialWeights,
    *,
    permutations: int = 999,
    seed: int = 0,
    alternative: Alternative = "two-sided",
    islands: Islands = "counted",
) -> MoransI:
    """Moran's I of one value per unit.

    Args:
        values: (N,).
        units: (N,) labels; each once, in any order.
        weights: keyed by unit; cut to these units.
        permutations: of values over units; 0 for none.
        seed: of the permutations.
        alternative: of all p-values; ``"greater"`` is positive correlation.
        islands: units without a neighbour are among the N as in esda (``"counted"``), or N is that of
            the others (``"not_counted"``), in I, its expectation and its variances, as spdep's
            ``adjust.n = TRUE`` has it; mean and variance of the values are of all units in both.

    Raises:
        EstimationError: values missing or all equal, units repeated or without weights.

    Source: Cliff and Ord (1981), Spatial Processes, ch. 1 and 2; z and p as R's spdep prints.
    """
    _check(alternative, permutations, islands)
    x, w = one_map(values, units, weights)
    n = len(x) if islands == "counted" else _n_not_islands(w)
    return _moran(x, w, n, permutations, np.random.default_rng(seed), alternative)


def morans_i_by_period(
    values: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    weights: AnyWeights,
    *,
    permutations: int = 999,
    seed: int = 0,
    alternative: Alternative = "two-sided",
    islands: Islands = "counted",
) -> dict[Any, MoransI]:
    """Moran's I of every period, by its label in order; of residuals too.

    Args:
        values, units, periods: (n,); a period may lack units, its weights are cut to the others.
        weights: as in `morans_i`, or those of every period.
        permutations, seed, alternative, islands: as in `morans_i`; every period starts from the same seed.
    """
    codes, labels = encode(periods, "the period")
    y, who = np.asarray(values), np.asarray(units, dtype=object)
    if not len(y) == len(who) == len(codes):
        raise EstimationError(
            f"{counted(len(y), 'values')}, {counted(len(who), 'units')} and {counted(len(codes), 'periods')}"
        )
    found = {}
    for code, label in enumerate(labels):
        rows = codes == code
        try:
            found[label] = morans_i(
                y[rows],
                who[rows],
                weights_in(weights, label),
                permutations=permutations,
                seed=seed,
                alternative=alternative,
                islands=islands,
            )
        except EstimationError as error:
            raise EstimationError(
                f"period {label}: {error}", units=error.units, remedy=error.remedy
            ) from error
    return found


def gearys_c(values: ArrayLike, units: ArrayLike, weights: SpatialWeights) -> float:
    """Geary's C of one value per unit: below one where near units are similar."""
    x, w = one_map(values, units, weights)
    links = w.tocoo()
    rows, columns = links.coords
    squares = float(links.data @ (x[rows] - x[columns]) ** 2)
    return (len(x) - 1) * squares / (2 * float(w.sum()) * float(((x - x.mean()) ** 2).sum()))


def one_map(values: ArrayLike, units: ArrayLike, weights: SpatialWeights) -> tuple[Floats, Any]:
    """Values (N,) and weights (N, N), both sorted by unit.

    Raises:
        EstimationError: see `morans_i`.
    """
    codes, labels = encode(units, "the unit")
    x = np.asarray(values, dtype=np.float64)
    if x.shape != codes.shape:
        raise EstimationError(f"values of shape {x.shape} for {counted(len(codes), 'units')}")
    if len(labels) < len(codes):
        repeated = labels[int(np.argmax(np.bincount(codes) > 1))]
        raise EstimationError(f"unit {repeated} occurs more than once")
    if not np.isfinite(x).all():
        raise EstimationError(
            f"values are missing or infinite in {counted((~np.isfinite(x)).sum(), 'units')}"
        )
    if len(x) < 4:
        raise EstimationError(f"spatial correlation needs four or more units; found {len(x)}")
    x = x[np.argsort(codes)]
    if np.ptp(x) <= 1e-12 * np.abs(x).max():
        raise EstimationError("the values do not vary between units")
    return x, restrict_weights(weights, labels).matrix


def tail_probability(at_least: Any, at_most: Any, permutations: int, alternative: str) -> Any:
    """Permutation p-values from the number of permutations on either side."""
    greater, less = (at_least + 1) / (permutations + 1), (at_most + 1) / (permutations + 1)
    if alternative == "two-sided":
        return np.minimum(1.0, 2 * np.minimum(greater, less))
    return greater if alternative == "greater" else less


def _n_not_islands(w: Any) -> int:
    """Units with a neighbour; a unit that is only named by others has none, as in spdep."""
    n = int(np.count_nonzero(np.diff(w.indptr)))
    if n < 4:
        raise EstimationError(
            f"spatial correlation needs four or more units with neighbours; found {n}"
        )
    return n


def _moran(
    x: Floats, w: Any, n: int, permutations: int, rng: np.random.Generator, alternative: str
) -> MoransI:
    z = x - x.mean()
    z = z / np.abs(z).max()  # powers of yuan would leave no digits
    s0 = float(w.sum())
    both = w + w.T
    s1 = float(both.multiply(both).sum()) / 2
    ones = np.ones(len(x))
    s2 = float(((w @ ones + w.T @ ones) ** 2).sum())
    m2 = float(z @ z)
    statistic = n / s0 * float(z @ (w @ z)) / m2
    expected = -1 / (n - 1)
    normal = (n**2 * s1 - n * s2 + 3 * s0**2) / ((n**2 - 1) * s0**2) - expected**2
    kurtosis = len(x) * float((z**4).sum()) / m2**2
    first = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    second = kurtosis * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    random = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected**2
    p_permutation = float("nan")
    if permutations:
        shuffled = rng.permuted(np.tile(z, (permutations, 1)), axis=1)
        drawn = n / s0 * (shuffled * (w @ shuffled.T).T).sum(axis=1) / m2
        near = 1e-12 * np.abs(drawn).max()
        at_least, at_most = (drawn >= statistic - near).sum(), (drawn <= statistic + near).sum()
        p_permutation = float(tail_probability(at_least, at_most, permutations, alternative))
    z_normal = (statistic - expected) / np.sqrt(normal)
    z_random = (statistic - expected) / np.sqrt(random) if random > 0 else float("nan")
    return MoransI(
        statistic,
        expected,
        normal,
        random,
        float(z_normal),
        float(z_random),
        _normal_p(float(z_normal), alternative),
        _normal_p(float(z_random), alternative),
        p_permutation,
        permutations,
        alternative,
    )


def _normal_p(z: float, alternative: str) -> float:

    if alternative == "two-sided":
        return float(2 * normal_sf(abs(z)))
    return float(normal_sf(z) if alternative == "greater" else normal_cdf(z))


def _check(alternative: str, permutations: int, islands: str) -> None:
    require_one_of("islands", islands, get_args(Islands))
    require_one_of("alternative", alternative, get_args(Alternative))
    if permutations < 0:
        raise EstimationError(f"the number of permutations is 0 or more; found {permutations}")

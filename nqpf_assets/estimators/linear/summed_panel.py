"""Least squares with fixed effects on a panel whose rows lie elsewhere: from sums of products.

Which units are seen in which periods tells the effects of periods, exactly for unbalanced panels: they are
solved for from sums by period of what the means of units leave. With these taken off, columns less their
means by unit are what both effects leave of them, and their products give coefficients; sums of the scores,
errors, and a last step. The arithmetic is that of `within` and `long_panel`. What products cannot tell,
columns that nearly make each other up or an outcome without residuals, is handed back to who has the rows.

Source: Frisch, Waugh and Lovell; refinement as in Björck (1996), Numerical Methods for Least Squares
Problems, section 6.6.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.collinearity import NEEDED, TOLERANCE, DroppedRegressor
from nqpf_assets.estimators.linear.covariance import counted_besides
from nqpf_assets.estimators.linear.long_panel import SETTLED
from nqpf_assets.estimators.linear.long_readings import Errors
from nqpf_assets.estimators.linear.summed_rows import ErrorSums, Floats, Kept, Presence, SummedRows

# Smallest eigenvalue of the regressors' correlations: four of sixteen digits are lost above it.
CLEAR = 1e-4
# Least length that effects leave of a column, as a share of what it had: of rows that lose more, fewer than
# ten digits are left.
LEFT = 1e-5
# Least share of the outcome's squares that is residual: below, a fit may be exact.
UNEXPLAINED = 1e-10
# Length below which the products of a column, of length one, do not tell how far it is from others.
UNSURE = 1e-5
_STEPS = 3
MOST_PERIODS = 250
"""Effects of more periods are not solved for here: no study has so many years."""


@dataclass(frozen=True)
class SummedEffects:
    """Effects of a model by their numbers; as `within.FixedEffects`, without codes of rows."""

    effects: tuple[str, ...]
    n_units: int
    n_periods: int
    n_components: int

    @property
    def rank(self) -> int:
        """Number of parameters of the effects, the constant included."""
        if len(self.effects) == 2:
            return self.n_units + self.n_periods - self.n_components
        return {(): 1, ("unit",): self.n_units, ("period",): self.n_periods}[self.effects]


@dataclass(frozen=True)
class SummedSample:
    """The rows of an estimation by their numbers; as `sample.PanelSample`."""

    n_obs: int
    n_units: int
    n_periods: int
    is_in_sample: NDArray[np.bool_]
    singleton_units: tuple[Any, ...]
    singleton_periods: tuple[Any, ...]
    weights: None = None

    @property
    def is_balanced(self) -> bool:
        """Whether every unit is observed in every period."""
        return self.n_obs == self.n_units * self.n_periods


@dataclass(frozen=True)
class SummedFit:
    """Least squares of n rows on K regressors kept; as `long_panel.LongFit`, without anything of single rows.

    Attributes:
        rows: which were read, for who asks for them again.
        params: (K,); bread: (K, K) inverse of `of_regressors`, their products once effects are removed.
        means: (1 + K,) of outcome and regressors; spreads: (1 + K,) lengths less these.
        errors: sums that errors are made of; counted_parameters: k of their correction in clusters.
    """

    rows: Kept
    sample: SummedSample
    fe: SummedEffects
    names: tuple[str, ...]
    params: Floats
    bread: Floats
    of_regressors: Floats
    means: Floats
    spreads: Floats
    tss_within: float
    tss_of_units: float
    errors: ErrorSums
    counted_parameters: int
    df_resid: int
    dropped: tuple[DroppedRegressor, ...]
    is_exact: bool = False
    residuals: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def constant(self) -> float:
        """Mean of the outcome minus mean regressors times coefficients."""
        return float(self.means[0] - self.means[1:] @ self.params)

    @property
    def rss(self) -> float:
        """Sum of squared residuals."""
        return self.errors.rss

    @property
    def whole_rss(self) -> float:
        """The same: no row is left out."""
        return self.errors.rss

    @property
    def squares(self) -> Floats:
        """(1 + K, 1 + K) products of the rows' scores."""
        return self.errors.products

    @property
    def of_clusters(self) -> Floats:
        """(1 + K, 1 + K) products of the scores' sums by cluster."""
        return self.errors.products

    @property
    def n_clusters(self) -> int:
        """G."""
        return self.errors.n_clusters


def summed_fit(
    rows: SummedRows,
    names: Sequence[str],
    effects: Sequence[str],
    errors: Errors,
    *,
    drop_singletons: bool,
) -> SummedFit | None:
    """Fit the outcome by the regressors that neither effects nor others make up.

    Args:
        rows: of the outcome and the K regressors.
        names: of the regressors.
        effects: ``"unit"``, ``"period"``, both or neither.
        errors: which scores are summed.

    Returns:
        None where it takes the rows to tell, or to refuse them.
    """
    chosen = tuple(one for one in ("unit", "period") if one in effects)
    every = rows.presence()
    if len(every.periods) > MOST_PERIODS:
        return None
    seen = every.without_lone(chosen if drop_singletons else ())
    n, n_units = seen.n_rows, int(seen.n_units.sum())
    if n_units < 2 or len(seen.periods) < (2 if chosen else 1):
        return None
    has_units, v = "unit" in chosen, 1 + len(names)
    kept = Kept(seen.periods, has_units and drop_singletons, has_units, np.zeros(v))
    centre, largest = rows.sizes(kept)
    if not (np.isfinite(centre).all() and np.isfinite(largest)):
        return None
    kept = replace(kept, centre=centre)
    sums = rows.by_period(kept)
    off = sums.whole.sum(axis=0) / n
    means = centre + off
    kept = replace(kept, centre=means, of_periods=_of_periods(seen, chosen, sums.inside, off))
    squares = sums.squares.sum(axis=0) - n * off**2
    products = rows.products(kept)
    found = _independent(rows, kept, products, np.sqrt(squares), n * means**2, names)
    floor = n * (8 * np.finfo(np.float64).eps * largest) ** 2
    if found is None or not products[0, 0] > max(floor, LEFT**2 * squares[0]):
        return None
    places, dropped = found
    levels = seen.levels if len(chosen) == 2 else None
    fe = SummedEffects(
        chosen, n_units, len(seen.periods), len(levels.pinned) if levels is not None else 1
    )
    df_resid = n - len(places) - fe.rank
    solved = _solved(rows, kept, products, places, errors, floor) if df_resid > 0 else None
    if solved is None or (errors == "clustered" and solved[2].n_clusters < 2):
        return None
    params, bread, of_errors = solved
    taken = [0, *(1 + one for one in places)]
    free = rows.free_effects(kept, chosen) if errors == "clustered" else list(chosen)
    is_whole = n == every.n_rows
    return SummedFit(
        rows=kept,
        sample=SummedSample(
            n,
            n_units,
            len(seen.periods),
            np.ones(n, dtype=np.bool_),
            () if is_whole else rows.lone_units(kept),
            tuple(one for one in every.periods if one not in seen.periods),
        ),
        fe=fe,
        names=tuple(names[one] for one in places),
        params=params,
        bread=bread,
        of_regressors=products[np.ix_(taken[1:], taken[1:])],
        means=means[taken],
        spreads=np.sqrt(squares[taken]),
        tss_within=float(products[0, 0]),
        tss_of_units=float(sums.inside_squares.sum()),
        errors=of_errors,
        counted_parameters=counted_besides(len(places), fe, free),
        df_resid=df_resid,
        dropped=dropped,
    )


def _of_periods(
    seen: Presence, effects: tuple[str, ...], inside: Floats, off: Floats
) -> Floats | None:
    """Effects (T, v) of periods in columns with these sums by period, less the columns' mean `off`."""
    if "period" not in effects:
        return None
    if effects == ("period",):
        return np.asarray(inside / seen.of_periods[:, None] - off)
    return seen.levels.solved(inside)


def _independent(
    rows: SummedRows,
    kept: Kept,
    products: Floats,
    spread: Floats,
    squared_means: Floats,
    names: Sequence[str],
) -> tuple[list[int], tuple[DroppedRegressor, ...]] | None:
    """Regressors to keep and those dropped, as `collinearity.independent_columns`; None where unsure."""
    if not (np.isfinite(products).all() and (spread[0] > 0)):
        return None
    places: list[int] = []
    dropped: list[DroppedRegressor] = []
    length = np.sqrt(np.diag(products))
    noise = 10 * np.finfo(np.float64).eps * np.sqrt(spread**2 + squared_means)
    for place, name in enumerate(names):
        j = 1 + place
        if length[j] <= max(TOLERANCE * spread[j], noise[j]):
            dropped.append(DroppedRegressor(name, "absorbed by the effects or constant"))
            continue
        if length[j] < max(LEFT * spread[j], 1e3 * noise[j]):
            return None
        others = [1 + one for one in places]
        shares, left = _of_others(products, length, j, others)
        if left > np.sqrt(CLEAR):
            places.append(place)
            continue
        allowed = max(TOLERANCE, noise[j] / length[j])
        if left > UNSURE or _apart(rows, kept, length, j, others, shares) > allowed:
            return None  # near others, and not made of them: for who can look at the rows
        needed = np.abs(shares) > NEEDED
        by = [other for other, is_needed in zip(others, needed, strict=True) if is_needed]
        if _apart(rows, kept, length, j, by, shares[needed]) > allowed:
            by = others
        made_of = ", ".join(names[one - 1] for one in by)
        dropped.append(DroppedRegressor(name, f"collinear with {made_of}"))
    return (places, tuple(dropped)) if places else None


def _of_others(products: Floats, length: Floats, j: int, others: list[int]) -> tuple[Floats, float]:
    """Shares of columns of length one in another, and how much of its length they leave."""
    if not others:
        return np.empty(0), 1.0
    scale = length[others]
    gram = products[np.ix_(others, others)] / np.outer(scale, scale)
    right = products[others, j] / (scale * length[j])
    shares = np.linalg.solve(gram, right)
    return shares, float(np.sqrt(max(0.0, 1 - right @ shares)))


def _apart(
    rows: SummedRows, kept: Kept, length: Floats, j: int, others: list[int], shares: Floats
) -> float:
    """The same, of the rows themselves: products of columns tell half as many digits."""
    weights = np.zeros(len(length))
    weights[j] = 1 / length[j]
    weights[others] = -shares / length[others]
    return float(np.sqrt(rows.squares(kept, weights)))


def _solved(
    rows: SummedRows,
    kept: Kept,
    products: Floats,
    places: list[int],
    errors: Errors,
    floor: float,
) -> tuple[Floats, Floats, ErrorSums] | None:
    """Coefficients, bread and sums of errors; None where products leave too few digits."""
    taken = [1 + one for one in places]
    x, y = products[np.ix_(taken, taken)], products[taken, 0]
    scale = np.sqrt(np.outer(np.diag(x), np.diag(x)))
    if not np.linalg.eigvalsh(x / scale)[0] > CLEAR:
        return None
    bread = np.linalg.inv(x / scale) / scale
    params = bread @ y
    for _ in range(_STEPS):
        found = rows.errors(kept, [0, *taken], np.append(1.0, -params), errors)
        step = bread @ found.gradient
        params = params + step
        if not found.rss > max(floor, UNEXPLAINED * products[0, 0]):
            return None
        if float(step @ x @ step) < SETTLED**2 * found.rss:
            return params, bread, found
    return None

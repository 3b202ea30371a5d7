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
from dataclasses import dataclass, replace

import numpy as np

from nqpf_assets.estimators.linear.counted_parameters import counted_besides
from nqpf_assets.estimators.linear.long_panel import SETTLED
from nqpf_assets.estimators.linear.long_readings import Errors
from nqpf_assets.estimators.linear.summed_collinearity import LEFT, independent_of_sums
from nqpf_assets.estimators.linear.summed_fit import SummedEffects, SummedFit, SummedSample
from nqpf_assets.estimators.linear.summed_rows import ErrorSums, Floats, Kept, Presence, SummedRows

# Smallest eigenvalue of the regressors' correlations: four of sixteen digits are lost above it.
CLEAR = 1e-4
# Least share of the outcome's squares that is residual: below, a fit may be exact.
UNEXPLAINED = 1e-10
_STEPS = 3
MOST_PERIODS = 250
"""Effects of more periods are not solved for here: no study has so many years."""


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
    if int(seen.n_units.sum()) < 2 or len(seen.periods) < (2 if chosen else 1):
        return None
    has_units = "unit" in chosen
    kept = Kept(seen.periods, has_units and drop_singletons, has_units, np.zeros(1 + len(names)))
    found = _moments(rows, kept, seen, chosen)
    if found is None:
        return None
    independent = independent_of_sums(
        rows, found.kept, found.products, found.spreads, seen.n_rows * found.means**2, names
    )
    if independent is None:
        return None
    places, dropped = independent
    fe = _effects(seen, chosen)
    df_resid = seen.n_rows - len(places) - fe.rank
    solved = _solved(rows, found, places, errors) if df_resid > 0 else None
    if solved is None or (errors == "clustered" and solved[2].n_clusters < 2):
        return None
    params, bread, of_errors = solved
    taken = [0, *(1 + one for one in places)]
    free = rows.free_effects(found.kept, chosen) if errors == "clustered" else chosen
    return SummedFit(
        rows=found.kept,
        sample=_sample(rows, found.kept, every, seen),
        fe=fe,
        names=tuple(names[one] for one in places),
        params=params,
        bread=bread,
        of_regressors=found.products[np.ix_(taken[1:], taken[1:])],
        means=found.means[taken],
        spreads=found.spreads[taken],
        tss_within=float(found.products[0, 0]),
        tss_of_units=found.tss_of_units,
        errors=of_errors,
        counted_parameters=counted_besides(len(places), fe, free),
        df_resid=df_resid,
        dropped=dropped,
    )


@dataclass(frozen=True)
class _Moments:
    """Of v columns: what is taken off their rows, means and lengths (v,), and products (v, v) once it is.

    Attributes:
        floor: sum of squares of the outcome that rounding alone would leave.
    """

    kept: Kept
    means: Floats
    spreads: Floats
    products: Floats
    tss_of_units: float
    floor: float


def _moments(
    rows: SummedRows, kept: Kept, seen: Presence, effects: tuple[str, ...]
) -> _Moments | None:
    """None where a value is infinite, or hardly anything is left of the outcome."""
    n = seen.n_rows
    centre, largest = rows.sizes(kept)
    if not (np.isfinite(centre).all() and np.isfinite(largest)):
        return None
    kept = replace(kept, centre=centre)
    sums = rows.by_period(kept)
    off = sums.whole.sum(axis=0) / n  # what rounding left of the means
    kept = replace(
        kept, centre=centre + off, of_periods=_of_periods(seen, effects, sums.inside, off)
    )
    squares = sums.squares.sum(axis=0) - n * off**2
    products = rows.products(kept)
    floor = n * (8 * np.finfo(np.float64).eps * largest) ** 2
    if not np.isfinite(products).all() or products[0, 0] <= max(floor, LEFT**2 * squares[0]):
        return None
    inside = float(sums.inside_squares.sum())
    return _Moments(kept, kept.centre, np.sqrt(squares), products, inside, floor)


def _effects(seen: Presence, effects: tuple[str, ...]) -> SummedEffects:
    """The effects by their numbers; parts that nothing connects are counted where there are both."""
    n_components = len(seen.levels.pinned) if len(effects) == 2 else 1
    return SummedEffects(effects, int(seen.n_units.sum()), len(seen.periods), n_components)


def _sample(rows: SummedRows, kept: Kept, every: Presence, seen: Presence) -> SummedSample:
    """Sizes, and the names of what was alone."""
    n = seen.n_rows
    return SummedSample(
        n,
        int(seen.n_units.sum()),
        len(seen.periods),
        np.ones(n, dtype=np.bool_),
        () if n == every.n_rows else rows.lone_units(kept),
        tuple(one for one in every.periods if one not in seen.periods),
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


def _solved(
    rows: SummedRows, found: _Moments, places: list[int], errors: Errors
) -> tuple[Floats, Floats, ErrorSums] | None:
    """Coefficients, bread and sums of errors; None where products leave too few digits."""
    taken, products = [1 + one for one in places], found.products
    x, y = products[np.ix_(taken, taken)], products[taken, 0]
    scale = np.sqrt(np.outer(np.diag(x), np.diag(x)))
    if not np.linalg.eigvalsh(x / scale)[0] > CLEAR:
        return None
    bread = np.linalg.inv(x / scale) / scale
    params = bread @ y
    for _ in range(_STEPS):
        sums = rows.errors(found.kept, [0, *taken], np.append(1.0, -params), errors)
        step = bread @ sums.gradient
        params = params + step
        if not sums.rss > max(found.floor, UNEXPLAINED * products[0, 0]):
            return None
        if float(step @ x @ step) < SETTLED**2 * sums.rss:
            return params, bread, sums
    return None

"""Fisher's permutation test: would a random division of the units give such a difference?

Whole units change sides, the numbers of units in the groups stay. Refits come from cross
products per unit (`block_moments`) and equal two separate regressions to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.group_differences.rows import two_groups
from nqpf_assets.estimators.linear.block_moments import (
    BlockMoments,
    Progress,
    block_moments,
    chunks,
)
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.sample import encode
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.within import Codes, Floats, fixed_effects

# Two divisions that give the same difference do so to rounding only.
TIE = 1e-9


@dataclass(frozen=True)
class PermutationTest:
    """Empirical p-values of J differences, first group minus second.

    With B draws, of which k are at least as extreme as the difference found, p = (k+1)/(B+1):
    the division found is one of those that could have been drawn.

    Attributes:
        names: the J coefficients.
        labels: of the first and the second group.
        differences: (J,) as found.
        p_two_sided: extreme in absolute value.
        p_greater, p_less: at least as large, at most as large. Stata's bdiff prints the smaller.
        draw_mean, draw_sd: (J,) of the differences drawn.
        n_draws: B asked for; n_failed: (J,) draws that do not identify the coefficient in both
            groups, left out of B.
        n_units: in the first and the second group.
    """

    names: tuple[str, ...]
    labels: tuple[Any, Any]
    differences: Floats
    p_two_sided: Floats
    p_greater: Floats
    p_less: Floats
    draw_mean: Floats
    draw_sd: Floats
    n_draws: int
    n_failed: tuple[int, ...]
    n_units: tuple[int, int]


def permutation_test(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    groups: ArrayLike,
    *,
    names: Sequence[str],
    compare: tuple[Any, Any] | None = None,
    tested: Sequence[str] | None = None,
    effects: Sequence[str] = ("unit", "period"),
    draws: int = 1000,
    seed: int | np.random.Generator = 0,
    progress: Progress | None = None,
) -> PermutationTest:
    """Permute units between two groups and compare the differences of their coefficients.

    Args:
        outcome: (n,).
        regressors: (n, K).
        units, periods: (n,) labels; each pair once.
        groups: (n,) labels, none missing; every unit stays in one group.
        names: the K regressors.
        compare: labels of first and second group; may be left out where there are only two.
        tested: the coefficients to compare; by default all.
        effects: as in `two_way_fe`; each group has its own.
        draws: B.
        seed: of the draws, or a generator that is used up as it goes.
        progress: called with draws done and draws in all.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Fisher (1935), The Design of Experiments; Cleary (1999), Journal of Finance 54(2);
    Phipson and Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9(1), for the one that is added.
    """
    if draws < 1:
        raise EstimationError(f"draws is a number from 1; found {draws}")
    y = np.asarray(outcome)
    side, labels = two_groups(groups, len(y), compare)
    rows = side >= 0
    y, x = y[rows], np.asarray(regressors)[rows]
    panel = [np.asarray(part, dtype=object)[rows] for part in (units, periods)]
    common = two_way_fe(y, x, *panel, names=names, effects=effects, vcov="unadjusted")
    inside = common.is_in_sample
    chosen = tuple(common.names if tested is None else tested)
    if missing := [name for name in chosen if name not in common.names]:
        raise EstimationError(f"{', '.join(missing)}: not among the regressors or dropped")
    unit_codes, unit_labels = encode(panel[0][inside], "the unit")
    period_codes, _ = encode(panel[1][inside], "the period")
    is_second = _side_of_units(side[rows][inside], unit_codes, unit_labels)

    moments = block_moments(
        y[inside, None].astype(np.float64),
        x[inside][:, [list(names).index(name) for name in common.names]].astype(np.float64),
        fixed_effects(effects, unit_codes, period_codes),
        unit_codes,
        len(unit_labels),
    )
    columns = [common.names.index(name) for name in chosen]
    found = _differences(moments, is_second[None, :])[0, columns]
    if np.isnan(found).any():
        listed = ", ".join(n for n, d in zip(chosen, found, strict=True) if np.isnan(d))
        raise EstimationError(f"{listed}: not identified in both groups; leave out of tested")
    drawn = _draw(moments, is_second, draws, np.random.default_rng(seed), progress)[:, columns]
    return _summary(chosen, labels, found, drawn, is_second)


def _side_of_units(side: Codes, unit_codes: Codes, labels: Sequence[Any]) -> NDArray[np.bool_]:
    """Whether each unit is in the second group."""
    first = np.unique(unit_codes, return_index=True)[1]
    moved = np.unique(unit_codes[side[first][unit_codes] != side])
    if moved.size:
        unit = labels[moved[0]]
        raise EstimationError(
            f"unit {unit} is in both groups ({counted(moved.size, 'such units')}): only units that stay in "
            "one group can be permuted",
            units=[unit],
            remedy="write `draws: 0`: the other tests take rows, whichever group their unit was in before",
        )
    return np.asarray(side[first] == 1)


def _draw(
    moments: BlockMoments,
    is_second: NDArray[np.bool_],
    draws: int,
    rng: np.random.Generator,
    progress: Progress | None,
) -> Floats:
    parts = []
    for part in chunks(draws, moments, progress):
        tiled = np.tile(is_second, (part.stop - part.start, 1))
        parts.append(_differences(moments, rng.permuted(tiled, axis=1)))
    return np.concatenate(parts)


def _differences(moments: BlockMoments, is_second: NDArray[np.bool_]) -> Floats:
    """Differences (S, K) for S divisions of the units, (S, N)."""
    first = moments.control_coefficients((~is_second).astype(np.float64))
    return first - moments.control_coefficients(is_second.astype(np.float64))


def _summary(
    names: tuple[str, ...],
    labels: tuple[Any, Any],
    found: Floats,
    drawn: Floats,
    is_second: NDArray[np.bool_],
) -> PermutationTest:
    good = np.isfinite(drawn)
    counts = good.sum(axis=0)
    if (2 * counts < len(drawn)).any():
        listed = ", ".join(n for n, k in zip(names, counts, strict=True) if 2 * k < len(drawn))
        raise EstimationError(
            f"{listed}: fewer than half of the random divisions identify it in both groups"
        )
    slack = TIE * np.abs(found)
    greater = (drawn >= found - slack).sum(axis=0)
    less = (drawn <= found + slack).sum(axis=0)
    extreme = (np.abs(drawn) >= np.abs(found) - slack).sum(axis=0)
    return PermutationTest(
        names=names,
        labels=labels,
        differences=found,
        p_two_sided=(extreme + 1) / (counts + 1),
        p_greater=(greater + 1) / (counts + 1),
        p_less=(less + 1) / (counts + 1),
        draw_mean=np.nanmean(drawn, axis=0),
        draw_sd=np.nanstd(drawn, axis=0),
        n_draws=len(drawn),
        n_failed=tuple((len(drawn) - counts).tolist()),
        n_units=(int((~is_second).sum()), int(is_second.sum())),
    )

"""Samples of the bootstrap of indirect effects: whole units are drawn, all equations are refitted.

Draws come from cross products per unit (`block_moments`) and equal refitting on the drawn
panel to rounding. A unit drawn twice is two units, each with its own effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.linear.block_moments import BlockMoments, Progress, chunks
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class PathDraws:
    """Coefficients in S samples for M mediators.

    Attributes:
        total: (S,) c.
        a, b, direct: (S, M); NaN where a sample does not identify them.
    """

    total: Floats
    a: Floats
    b: Floats
    direct: Floats


def drawn_weights(
    n_blocks: int, sizes: Iterator[slice], rng: np.random.Generator
) -> Iterator[Floats]:
    """How often each of B blocks occurs in samples of B blocks, chunk by chunk: (s, B)."""
    chances = np.full(n_blocks, 1 / n_blocks)
    for part in sizes:
        yield rng.multinomial(n_blocks, chances, size=part.stop - part.start).astype(np.float64)


def draw_paths(
    moments: BlockMoments, n_draws: int, rng: np.random.Generator, progress: Progress | None
) -> PathDraws:
    """Draw blocks with replacement and refit, n_draws times.

    Args:
        moments: of the outcome, the treatment and M mediators, in this order.
        n_draws: S.
        rng: the only source of chance; one multinomial draw per sample.
        progress: called with samples done and S.
    """
    sizes = chunks(n_draws, moments, progress)
    parts = [paths(moments, weights) for weights in drawn_weights(moments.n_blocks, sizes, rng)]
    return PathDraws(
        np.concatenate([part.total for part in parts]),
        np.concatenate([part.a for part in parts]),
        np.concatenate([part.b for part in parts]),
        np.concatenate([part.direct for part in parts]),
    )


def paths(moments: BlockMoments, weights: Floats) -> PathDraws:
    """The coefficients in samples given by how often they contain each block, (S, B)."""
    left = moments.partialled(weights)
    mediators = range(2, left.shape[1])
    total = moments.regress(left, 0, [1])[:, 0]
    a = np.column_stack([moments.regress(left, m, [1])[:, 0] for m in mediators])
    both = [moments.regress(left, 0, [1, m]) for m in mediators]
    direct = np.column_stack([params[:, 0] for params in both])
    b = np.column_stack([params[:, 1] for params in both])
    return PathDraws(total, a, b, direct)


def path_values(draws: PathDraws, mediator: int) -> dict[str, Floats]:
    """Effect → (S,) its draws, through one of the mediators."""
    a, b = draws.a[:, mediator], draws.b[:, mediator]
    return {"indirect": a * b, "direct": draws.direct[:, mediator], "total": draws.total}


def draw_effects(
    moments: BlockMoments,
    effects_of: Callable[[BlockMoments, Floats], dict[str, Floats]],
    n_draws: int,
    rng: np.random.Generator,
    progress: Progress | None,
) -> dict[str, Floats]:
    """Effect → (S,) its draws: blocks with replacement, n_draws times.

    Args:
        effects_of: from moments and (s, B) how often each block occurs to (s,) of every effect.
        rng, progress: as `draw_paths` takes them.
    """
    sizes = chunks(n_draws, moments, progress)
    parts = [
        effects_of(moments, weights) for weights in drawn_weights(moments.n_blocks, sizes, rng)
    ]
    return {effect: np.concatenate([part[effect] for part in parts]) for effect in parts[0]}

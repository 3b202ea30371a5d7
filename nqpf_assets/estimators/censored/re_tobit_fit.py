"""Maximum likelihood of a Tobit with random unit effects.

Newton's method on the integrated likelihood; where that is not concave, the step follows the
outer product of the units' scores, or the information that known effects would give.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from nqpf_assets.estimators.censored.re_tobit_quadrature import (
    Integrated,
    Nodes,
    PanelRows,
    Parameters,
    integrate,
    log_likelihood,
)
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import Floats

MAX_STEPS = 200
# Newton's decrement is twice the distance to the maximum in log-likelihood. Below NEAR steps
# are taken without a search; DONE is a millionth of a standard error.
NEAR = 1e-2
DONE = 1e-12

Placement = Callable[[PanelRows, Parameters, int], Nodes]


@dataclass(frozen=True)
class RandomFit:
    """The maximum, in the scale of the data given.

    Attributes:
        params: the estimates, alpha not negative.
        integrated: likelihood, scores and information there.
        n_steps: steps taken.
    """

    params: Parameters
    integrated: Integrated
    n_steps: int


def fit_random(panel: PanelRows, start: Parameters, place: Placement, q: int) -> RandomFit:
    """Maximise with q nodes that `place` puts into position.

    The nodes stay where they are during a step, so that likelihood and derivatives agree, and
    are adapted after it. At the maximum nodes and parameters agree, as in Stata's xttobit.

    Raises:
        EstimationError: when no maximum is found.
    """
    params, before, length = start, np.zeros(len(start.slopes) + 2), 1.0
    for step in range(1, MAX_STEPS + 1):
        nodes = place(panel, params, q)
        here = integrate(panel, params, nodes)
        gradient = here.scores.sum(axis=0)
        move = _step(here, gradient)
        decrement = float(gradient @ move)
        if not np.isfinite(decrement):
            break
        if decrement < DONE:
            # The effect's sign is arbitrary: alpha is reported as a standard deviation.
            if params.alpha < 0:
                params = replace(params, alpha=-params.alpha)
                here = integrate(panel, params, place(panel, params, q))
            return RandomFit(params, here, step)
        if decrement < NEAR:
            length = _secant(here.complete, before, move, length)
        else:
            length = _search(panel, params, nodes, here, move, decrement)
        if not length:
            break
        params, before = params.moved(length * move), move
    raise EstimationError(f"the random-effects Tobit did not converge in {MAX_STEPS} steps")


def _search(
    panel: PanelRows, params: Parameters, nodes: Nodes, here: Integrated, move: Floats, gain: float
) -> float:
    """Length of a step that raises the likelihood at these nodes, or zero."""
    length = 1.0
    while length > 1e-10:
        new = params.moved(length * move)
        if new.theta > 0:
            rise = log_likelihood(panel, new, nodes) - here.log_likelihood
            if rise >= 1e-4 * length * gain:
                return length
        length /= 2
    return 0.0


def _secant(metric: Floats, before: Floats, move: Floats, length: float) -> float:
    """Length of a step near the maximum, from what the last one left of its own direction.

    Nodes that move with the parameters make Newton's steps too long or too short where
    there are few of them, and full steps would swing around the maximum for long.
    """
    size = float(before @ metric @ before)
    left = float(before @ metric @ move) / size if size > 0 else 0.0
    return float(np.clip(length / (1 - left), 0.2, 1.0)) if left < 0.9 else length


def _step(here: Integrated, gradient: Floats) -> Floats:
    scale = 1 / np.sqrt(np.diag(here.complete))
    for matrix in (here.information, here.scores.T @ here.scores, here.complete):
        scaled = matrix * np.outer(scale, scale)
        if np.linalg.eigvalsh(scaled).min() > 1e-8:
            return np.asarray(scale * np.linalg.solve(scaled, scale * gradient))
    raise EstimationError("the random-effects Tobit is not identified from these data")

"""What a mediation through two mediators in sequence reports."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.mediation.bootstrap import BootstrapEffect
from nqpf_assets.estimators.mediation.result import THREE_STEP_NOTE
from nqpf_assets.estimators.mediation.tests import Kind, ProductTest

PATHS = ("indirect, first mediator", "indirect, second mediator", "indirect, chain", "indirect")
"""Indirect effects: by either mediator alone, by the first and then the second, and their sum."""


@dataclass(frozen=True)
class ChainMediation:
    """The effect of a treatment on an outcome, and what passes through two mediators in sequence.

    Attributes:
        treatment, mediators: names of x, and of m1 and m2.
        total: the outcome on x and controls.
        first, second: m1 on x and controls; m2 on x, controls and m1.
        outcome_equation: the outcome on x, controls, m1 and m2.
        indirect: effect of `PATHS` → its estimate; the last is the sum of the others.
        direct, total_effect: c′ and c = c′ + the sum.
        share: the sum over c; above one or negative under suppression, where it is no share.
        delta: effect of `PATHS` → its test by the delta method.
        bootstrap: of `PATHS`, ``direct``, ``total`` and ``share``; empty without draws.
        n_draws, n_failed_draws, n_blocks: draws, those that identify nothing, and what is drawn from.
        is_in_sample: (rows of the input,); the same rows in every equation.
        n_missing: per mediator, rows in which it is missing.
        kind: of the sum of indirect effects, see `tests.kind_of_mediation`; None where there is no test.
    """

    treatment: str
    mediators: tuple[str, str]
    total: TwoWayFE
    first: TwoWayFE
    second: TwoWayFE
    outcome_equation: TwoWayFE
    indirect: dict[str, float]
    direct: float
    total_effect: float
    share: float
    delta: dict[str, ProductTest]
    bootstrap: tuple[BootstrapEffect, ...]
    n_draws: int
    n_failed_draws: int
    n_blocks: int
    is_in_sample: NDArray[np.bool_]
    n_missing: tuple[int, ...]
    kind: Kind | None
    note: str = THREE_STEP_NOTE

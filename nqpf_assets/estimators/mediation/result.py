"""What a mediation analysis reports.

Numbers only, in the field's words; rounding, stars and layout belong to the reports.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.mediation.bootstrap import BootstrapEffect
from nqpf_assets.estimators.mediation.tests import Kind, ProductTests

THREE_STEP_NOTE = (
    "Mediation by three equations is contested as evidence of a causal channel: the mediator is "
    "not randomly assigned, so its coefficient is biased by whatever moves mediator and outcome "
    "together (Jiang 2022, China Industrial Economics, no. 5). Read the paths as a description."
)


@dataclass(frozen=True)
class Mediation:
    """The effect of one treatment on an outcome, and what passes through each mediator.

    Attributes:
        treatment: name of x.
        total: the outcome on x and controls; its coefficient of x is the total effect c.
        total_effect: c.
        paths: one per mediator, each mediator alone.
        confidence_level: of all intervals; 1 minus it is the level of significance in `kind`.
        is_in_sample: (rows of the input,); the same rows in every equation.
        n_missing: per mediator, rows in which it is missing; those rows left every equation.
        n_draws, n_blocks: bootstrap draws, and units (or blocks of units) drawn each time;
            0 draws: none was made.
        note: what a table of these equations should say.
    """

    treatment: str
    total: TwoWayFE
    total_effect: float
    paths: tuple[MediatedPath, ...]
    confidence_level: float
    is_in_sample: NDArray[np.bool_]
    n_missing: tuple[int, ...]
    n_draws: int
    n_blocks: int
    note: str = THREE_STEP_NOTE


@dataclass(frozen=True)
class MediatedPath:
    """One mediator between treatment and outcome.

    Rows in `mediator_equation` and `outcome_equation` are those without a missing mediator.

    Attributes:
        mediator: name of m.
        mediator_equation: m on x and controls.
        outcome_equation: the outcome on x, controls and m.
        a, a_std_error: coefficient of x in the mediator equation.
        b, b_std_error: coefficient of m in the outcome equation.
        indirect: ab = c - c'.
        direct: c', coefficient of x in the outcome equation.
        share: ab/c; above one or negative under suppression, where it is no share.
        tests: Sobel, Aroian, Goodman.
        bootstrap: of ``indirect``, ``direct``, ``total`` and ``share``; empty without draws.
        n_failed_draws: draws in which the coefficients were not identified, left out.
        is_indirect_significant: by the percentile interval of the indirect effect, or, without
            draws, by Sobel's p-value.
        kind: ``"none"``, ``"partial"``, ``"full"`` or ``"suppression"``, see
            `mediation_tests.kind_of_mediation`; None where a test it rests on has no standard
            error, or a bootstrap of too few blocks or draws.
    """

    mediator: str
    mediator_equation: TwoWayFE
    outcome_equation: TwoWayFE
    a: float
    a_std_error: float
    b: float
    b_std_error: float
    indirect: float
    direct: float
    share: float
    tests: ProductTests
    bootstrap: tuple[BootstrapEffect, ...]
    n_failed_draws: int
    is_indirect_significant: bool
    kind: Kind | None

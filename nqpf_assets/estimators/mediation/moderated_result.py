"""What a moderated mediation reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.mediation.bootstrap import BootstrapEffect
from nqpf_assets.estimators.mediation.result import THREE_STEP_NOTE
from nqpf_assets.estimators.mediation.tests import ProductTest

STAGES = ("first", "second", "direct")
"""From treatment to mediator, from mediator to outcome, from treatment to outcome."""


@dataclass(frozen=True)
class ModeratedMediation:
    """Indirect effects of a treatment at levels of a moderator.

    Attributes:
        treatment, mediator, moderator: names of x, m and w.
        moderates: of `STAGES`.
        levels: ``low``, ``mean`` and ``high`` → value of the moderator in the rows that are estimated; no
            mean where it has two values.
        mediator_equation: m on x, w and controls, and xw where the first stage is moderated.
        outcome_equation: the outcome on x, m, w and controls, and mw and xw where these are.
        effects: effect → its estimate; delta: its test by the delta method.
        bootstrap: of all effects, levels as estimated; empty without draws.
        n_draws, n_failed_draws, n_blocks: draws, those that identify nothing, and what is drawn from.
        is_in_sample: (rows of the input,); the same rows in both equations.
        n_missing: rows in which the mediator is missing.
    """

    treatment: str
    mediator: str
    moderator: str
    moderates: tuple[str, ...]
    levels: Mapping[str, float]
    mediator_equation: TwoWayFE
    outcome_equation: TwoWayFE
    effects: dict[str, float]
    delta: dict[str, ProductTest]
    bootstrap: tuple[BootstrapEffect, ...]
    n_draws: int
    n_failed_draws: int
    n_blocks: int
    is_in_sample: NDArray[np.bool_]
    n_missing: int
    note: str = THREE_STEP_NOTE

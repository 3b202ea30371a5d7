"""Options of the threshold regression: which there are, and which go together.

The numbers that they lead to are computed elsewhere, but for the divisor of the variance,
which is nothing but a convention.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.option_checks import require_one_of
from nqpf_assets.estimators.linear.within import FixedEffects
from nqpf_assets.estimators.thresholds.bootstrap import Progress
from nqpf_assets.estimators.thresholds.candidates import GridOf

Divisor = Literal["hansen", "xthreg", "pdr"]
ResidualsFrom = Literal["alternative", "null"]
MOST_THRESHOLDS = 3


@dataclass(frozen=True)
class ThresholdSearch:
    """How many thresholds are sought, and among which values; explained in `panel_threshold`.

    Raises:
        EstimationError: what does not exist, or does not go together.
    """

    n_thresholds: int = 1
    trim: float | Sequence[float] = 0.05
    grid: int | None = None
    grid_of: GridOf = "rows"
    divisor: Divisor = "hansen"

    def __post_init__(self) -> None:
        if self.n_thresholds not in range(1, MOST_THRESHOLDS + 1):
            raise EstimationError(f"n_thresholds is 1, 2 or 3; found {self.n_thresholds!r}")
        require_one_of("grid_of", self.grid_of, get_args(GridOf))
        require_one_of("divisor", self.divisor, get_args(Divisor))
        shares = self.shares
        if len(shares) != self.n_thresholds:
            raise EstimationError(
                f"trim has {counted(len(shares), 'values')} for {counted(self.n_thresholds, 'thresholds')}"
            )
        if not all(0 < share < 0.5 for share in shares) or list(shares) != sorted(shares):
            raise EstimationError(f"trim lies between 0 and 0.5 and does not fall; found {shares}")
        if self.grid is not None and self.grid < 2:
            raise EstimationError(
                f"grid is the number of quantile steps, 2 or more; found {self.grid}"
            )

    @property
    def shares(self) -> tuple[float, ...]:
        """Least share of the rows in each regime, one for each threshold."""
        if isinstance(self.trim, int | float):
            return (float(self.trim),) * self.n_thresholds
        return tuple(float(share) for share in self.trim)


@dataclass(frozen=True)
class ThresholdBootstrap:
    """How the tests' distributions are drawn; explained in `panel_threshold`.

    Raises:
        EstimationError: what does not exist.
    """

    draws: int = 300
    residuals_from: ResidualsFrom = "alternative"
    generator: np.random.Generator | None = None
    progress: Progress | None = None

    def __post_init__(self) -> None:
        require_one_of("residuals_from", self.residuals_from, get_args(ResidualsFrom))
        if self.draws < 0:
            raise EstimationError(f"draws is 0 or more; found {self.draws}")


def check_threshold_effects(effects: Sequence[str]) -> None:
    """Refuse effects that a threshold regression cannot have."""
    if tuple(sorted(effects)) not in (("unit",), ("period", "unit")):
        raise EstimationError(
            "a panel threshold regression has unit effects, or unit and period effects; "
            f"found {', '.join(effects) or 'none'}"
        )


def divisor_value(divisor: str, effects: FixedEffects) -> float:
    """By what residual sums of squares are divided in F and in the likelihood ratio.

    Args:
        divisor: ``"hansen"``: rows minus effects; ``"xthreg"``: rows minus periods, what
            Stata's program does; ``"pdr"``: rows, what R's pdR does.
        effects: of the model, all of them.
    """
    n = len(effects.unit_codes)
    return float({"hansen": n - effects.rank, "xthreg": n - effects.n_periods, "pdr": n}[divisor])

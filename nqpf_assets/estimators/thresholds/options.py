"""Options of the threshold regression: which there are, and which go together.

The numbers that they lead to are computed elsewhere, but for the divisor of the variance,
which is nothing but a convention.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import FixedEffects
from nqpf_assets.estimators.thresholds.candidates import GridOf

Divisor = Literal["hansen", "xthreg", "pdr"]
ResidualsFrom = Literal["alternative", "null"]
MOST_THRESHOLDS = 3


def check_threshold_options(
    effects: Sequence[str],
    n_thresholds: int,
    trim: float | Sequence[float],
    grid: int | None,
    grid_of: str,
    divisor: str,
    draws: int,
    residuals_from: str,
) -> tuple[float, ...]:
    """Refuse what does not exist; return the trimming share of each threshold."""
    if tuple(sorted(effects)) not in (("unit",), ("period", "unit")):
        raise EstimationError(
            "a panel threshold regression has unit effects, or unit and period effects; "
            f"found {tuple(effects)!r}"
        )
    if n_thresholds not in range(1, MOST_THRESHOLDS + 1):
        raise EstimationError(f"n_thresholds is 1, 2 or 3; found {n_thresholds!r}")
    for value, name, options in (
        (grid_of, "grid_of", get_args(GridOf)),
        (divisor, "divisor", get_args(Divisor)),
        (residuals_from, "residuals_from", get_args(ResidualsFrom)),
    ):
        if value not in options:
            raise EstimationError(f"{name} is one of {', '.join(options)}; found {value!r}")
    shares = (trim,) * n_thresholds if isinstance(trim, int | float) else tuple(trim)
    if len(shares) != n_thresholds:
        raise EstimationError(f"trim has {len(shares)} values for {n_thresholds} thresholds")
    if not all(0 < share < 0.5 for share in shares) or list(shares) != sorted(shares):
        raise EstimationError(f"trim lies between 0 and 0.5 and does not fall; found {shares}")
    if grid is not None and grid < 2:
        raise EstimationError(f"grid is the number of quantile steps, 2 or more; found {grid}")
    if draws < 0:
        raise EstimationError(f"draws is 0 or more; found {draws}")
    return tuple(float(share) for share in shares)


def divisor_value(divisor: str, effects: FixedEffects) -> float:
    """By what residual sums of squares are divided in F and in the likelihood ratio.

    Args:
        divisor: ``"hansen"``: rows minus effects; ``"xthreg"``: rows minus periods, what
            Stata's program does; ``"pdr"``: rows, what R's pdR does.
        effects: of the model, all of them.
    """
    n = len(effects.unit_codes)
    return float({"hansen": n - effects.rank, "xthreg": n - effects.n_periods, "pdr": n}[divisor])

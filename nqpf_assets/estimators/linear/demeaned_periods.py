"""Which periods least squares is taken over, once unit effects are removed.

All of them, for the estimator that everyone means; or all but the last, as Hansen's GAUSS
program for panel thresholds and R's pdR do. The latter is offered so that tables made with
them can be reproduced: with the unit's mean gone one of its rows follows from the others, but
which one is left out changes the estimate, so that it is not least squares on the panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.covariance_kinds import KINDS
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.option_checks import require_one_of
from nqpf_assets.estimators.linear.sample import PanelSample
from nqpf_assets.estimators.linear.within import Floats

DemeanedPeriods = Literal["all", "drop_last"]


def check_demeaned_periods(option: str, effects: Sequence[str], vcov: str) -> None:
    """Refuse what does not exist, and what no program with this convention computes."""
    require_one_of("demeaned_periods", option, get_args(DemeanedPeriods))
    if option == "all":
        return
    if tuple(effects) != ("unit",):
        raise EstimationError(
            "demeaned_periods drop_last goes with unit effects alone, as in the programs whose "
            f"tables it reproduces; found {', '.join(effects) or 'none'}"
        )
    if KINDS[vcov].has_own_correction:
        raise EstimationError(f"demeaned_periods drop_last does not go with vcov {vcov!r}")


def estimated_rows(option: str, sample: PanelSample) -> Floats | None:
    """(n,) 1 for the rows that least squares is taken over and 0 for others; None for all."""
    if option == "all":
        return None
    n, n_units, n_periods = len(sample.outcome), len(sample.unit_labels), len(sample.period_labels)
    if not sample.is_balanced:
        raise EstimationError(
            "demeaned_periods drop_last needs a balanced panel, as the programs whose tables it "
            f"reproduces do: {counted(n, 'rows')} where {counted(n_units, 'units')} in "
            f"{counted(n_periods, 'periods')} would be "
            f"{n_units * n_periods}"
        )
    if n_periods < 3:
        raise EstimationError(
            f"demeaned_periods drop_last needs three or more periods; found {n_periods}"
        )
    return np.asarray(sample.period_codes < n_periods - 1, dtype=np.float64)

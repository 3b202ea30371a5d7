"""Rows of a Poisson regression with effects: those that say something of its coefficients.

A unit whose outcomes are all zero has an effect of minus infinity, whatever the regressors are; so has a
period. A unit with one row is fitted exactly. None of them has a part in the coefficients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.coding import renumbered
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.sample import PanelSample, panel_sample


@dataclass(frozen=True)
class PoissonSample:
    """The rows, and what left them.

    Attributes:
        panel: rows that are estimated.
        zero_units, zero_periods: labels of those whose outcome is zero in all their rows.
        alone_units, alone_periods: labels of those with one row.
    """

    panel: PanelSample
    zero_units: tuple[Any, ...] = ()
    zero_periods: tuple[Any, ...] = ()
    alone_units: tuple[Any, ...] = ()
    alone_periods: tuple[Any, ...] = ()


def poisson_sample(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    period_effects: bool,
) -> PoissonSample:
    """Check and code a panel; arguments as of `panel_sample`.

    Raises:
        EstimationError: negative outcomes, or nothing that is left.
    """
    panel = panel_sample(outcome, regressors, units, periods, names=names)
    if n := int((panel.outcome < 0).sum()):
        raise EstimationError(
            f"a Poisson regression is of an outcome that is not negative; {counted(n, 'rows')} below zero"
        )
    return telling_rows(PoissonSample(panel), period_effects=period_effects)


def telling_rows(sample: PoissonSample, *, period_effects: bool) -> PoissonSample:
    """Leave out units and periods of zeros or of one row, again until none is left.

    Raises:
        EstimationError: nothing is left.
    """
    while True:
        panel = sample.panel
        gone = np.zeros(len(panel.outcome), dtype=np.bool_)
        found: dict[str, tuple[Any, ...]] = {}
        for what, codes, labels in (
            ("units", panel.unit_codes, panel.unit_labels),
            ("periods", panel.period_codes, panel.period_labels),
        ):
            if what == "periods" and not period_effects:
                continue
            zero = np.bincount(codes, panel.outcome) == 0
            alone = (np.bincount(codes) == 1) & ~zero
            gone |= (zero | alone)[codes]
            for kind, of in (("zero", zero), ("alone", alone)):
                name = f"{kind}_{what}"
                left = [labels[at] for at in np.flatnonzero(of)]
                found[name] = (*getattr(sample, name), *left)
        if not gone.any():
            return sample
        if gone.all():
            raise EstimationError(
                "no unit has two rows, one of them with an outcome above zero: nothing is left to estimate"
            )
        sample = PoissonSample(kept_rows(panel, ~gone), **found)


def kept_rows(panel: PanelSample, keep: NDArray[np.bool_]) -> PanelSample:
    """The sample of some of its rows."""
    unit_codes, units = renumbered(panel.unit_codes[keep], len(panel.unit_labels))
    period_codes, periods = renumbered(panel.period_codes[keep], len(panel.period_labels))
    is_in_sample = panel.is_in_sample.copy()
    is_in_sample[np.flatnonzero(is_in_sample)[~keep]] = False
    return replace(
        panel,
        outcome=panel.outcome[keep],
        regressors=panel.regressors[keep],
        unit_codes=unit_codes,
        period_codes=period_codes,
        unit_labels=tuple(panel.unit_labels[at] for at in units),
        period_labels=tuple(panel.period_labels[at] for at in periods),
        is_in_sample=is_in_sample,
    )

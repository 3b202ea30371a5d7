"""What all equations of a mediation share: complete rows, their labels, least squares as it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.linear.block_moments import BlockMoments
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.options import LeastSquaresKeywords, LeastSquaresOptions
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.linear.within import Floats
from nqpf_assets.estimators.mediation.drawn_blocks import moments_of
from nqpf_assets.estimators.mediation.rows import (
    MediationRows,
    Panel,
    cluster_of_rows,
    labels_of_rows,
)


@dataclass(frozen=True)
class Setting:
    """Rows and least squares of a mediation.

    Attributes:
        rows: the m complete ones; names: of treatment and controls.
        panel: their units and periods.
        blocks: (m,) what a bootstrap draws whole; None where nothing is drawn.
        equation: least squares with effects taken out, and errors as asked.
        confidence_level: of all intervals.
    """

    rows: MediationRows
    names: tuple[str, ...]
    panel: Panel
    blocks: NDArray[np.object_] | None
    equation: Callable[..., TwoWayFE]
    confidence_level: float

    def fit(self, explained: Floats, further: Mapping[str, Floats] | None = None) -> TwoWayFE:
        """(m,) a column on treatment, controls, and further columns behind these."""
        more = further or {}
        x = np.column_stack([self.rows.regressors, *more.values()])
        return self.equation(explained, x, *self.panel, names=(*self.names, *more))

    def total(self) -> TwoWayFE:
        """The outcome on treatment and controls.

        Raises:
            EstimationError: nothing is left of the treatment.
        """
        total = self.fit(self.rows.outcome)
        if total.names[0] != self.names[0]:
            reason = total.dropped[0].reason
            raise EstimationError(f"{self.names[0]} has no effect to be mediated: {reason}")
        return total

    def moments(self, plain: TwoWayFE, columns: Sequence[Floats]) -> BlockMoments:
        """Cross products per block of the outcome and further columns, controls aside.

        Args:
            plain: the outcome on treatment and controls, which says what of rows and controls is kept.
        """
        assert self.blocks is not None, "draws were asked for"
        whole = np.column_stack([self.rows.outcome, *columns])
        x = self.rows.regressors
        return moments_of(whole, x, plain, self.names, self.panel, self.blocks)

    def is_in_sample(self, fit: TwoWayFE) -> NDArray[np.bool_]:
        """(n,) which of all rows that were given an equation uses."""
        found = self.rows.is_complete.copy()
        found[found] = fit.is_in_sample
        return found


def setting_of(
    rows: MediationRows,
    names: Sequence[str],
    units: ArrayLike,
    periods: ArrayLike,
    effects: Sequence[str],
    draws: int,
    resample: ArrayLike | None,
    least_squares: LeastSquaresKeywords,
) -> Setting:
    """The setting of rows that were checked.

    Args:
        units, periods, effects, draws, resample, least_squares: as `mediation.mediation` takes them.

    Raises:
        EstimationError: labels of another length, or fewer draws than none.
    """
    if draws < 0:
        raise EstimationError(f"draws is a number from 0; found {draws}")
    keep = rows.is_complete
    panel = (labels_of_rows(units, "units", keep), labels_of_rows(periods, "periods", keep))
    options = LeastSquaresOptions(**least_squares)
    options = replace(options, cluster=cluster_of_rows(options.cluster, keep))
    blocks = None
    if draws:
        blocks = panel[0] if resample is None else labels_of_rows(resample, "resample", keep)
    equation = partial(two_way_fe, effects=effects, **options.keywords)
    return Setting(rows, tuple(names), panel, blocks, equation, options.confidence_level)

"""What the values of a column's variables do to its numbers, and what these are without some of its rows.

From the panel's rows through the column's own clipping to what its estimator tells (`estimators.influence`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimation.design import Design, design_of
from nqpf_assets.estimators.influence.clip_bounds import bound_weights, through_clip
from nqpf_assets.studies.estimator_registry import ESTIMATORS

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.geography import Geography
    from nqpf_assets.estimators.influence.moving import Moving
    from nqpf_assets.estimators.influence.number import Number
    from nqpf_assets.estimators.influence.raw_weights import OfRawWeights
    from nqpf_assets.studies.spec import CompleteColumn, Study

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MovingColumn:
    """A column whose numbers are told how they move.

    Attributes:
        design: its rows, clipped; given: (rows of the design, V) the model's variables before.
    """

    design: Design
    given: Floats
    model: Moving

    @property
    def numbers(self) -> tuple[Number, ...]:
        return self.model.numbers

    @property
    def estimates(self) -> Floats:
        """(K,) numbers as the column reports them."""
        return self.model.estimates

    @property
    def raw_weights(self) -> OfRawWeights | None:
        """How numbers move with the weights of a raw file, where the column has such."""
        from nqpf_assets.estimators.influence.likelihood_column import LikelihoodColumn

        return self.model.raw_weights if isinstance(self.model, LikelihoodColumn) else None

    def derivatives(self, number: int) -> Mapping[str, Floats]:
        """Variable → (rows of the design,) change of a number per change of its value, before clipping."""
        found = self.model.derivatives(number)
        return {
            name: self._through_clip(name, found[name], self.given[:, column])
            for column, name in enumerate(self.model.variables)
        }

    def without(self, what: str) -> tuple[list[int], Floats]:
        """Numbers without each ``unit``, ``period`` or ``observation``.

        Returns:
            A row of the design in each of them, and (G, K) numbers; NaN where the rest identifies none.
        """
        rows = np.flatnonzero(self.model.is_in_sample)
        labels = {"unit": self.design.units, "period": self.design.periods}
        codes = np.arange(len(rows))
        if what in labels:
            codes = np.unique(labels[what][rows], return_inverse=True)[1].astype(np.intp)
        first = np.unique(codes, return_index=True)[1]
        return rows[first].tolist(), self.model.without(codes)

    def _through_clip(self, name: str, of_clipped: Floats, values: Floats) -> Floats:
        """Through the column's winsorising, its bounds included."""
        rule, found = self.design.column.winsorize, of_clipped.copy()
        if rule is None:
            return found
        for cut in (one for one in self.design.clip.cuts if one.variable == name):
            pool = self.design.taken & (cut.period is None or self.design.periods == cut.period)
            weights = bound_weights(values[pool], rule.share, rule.quantile)
            found[pool] = through_clip(of_clipped[pool], values[pool], cut.low, cut.high, weights)
        return found


def moving_columns(
    study: Study,
    place: str,
    column: CompleteColumn,
    panel: pl.DataFrame,
    geography: Geography,
    sample: pl.DataFrame,
) -> tuple[MovingColumn, ...] | str:
    """A column with what its estimator tells of its numbers, or why it tells nothing on these rows.

    In parts, where some of the numbers are told in other ways than others.

    Args:
        sample: unit and period of the rows that were estimated.
    """
    import polars as pl

    from nqpf_assets.estimators.influence.linear_column import of_one_model

    estimator = ESTIMATORS[column.estimator]
    tell = estimator.tell_influence or estimator.linearize
    if tell is None:
        return f"{estimator.name} does not tell how its numbers move with its rows"
    raw = column.model_copy(update={"winsorize": None})
    given = design_of(study, place, raw, panel, geography)
    design = given
    if column.winsorize is not None:
        keys = ["unit", "period"]
        used = sample.select(keys).with_columns(is_used=pl.lit(True))
        taken = given.rows.join(used, on=keys, how="left", maintain_order="left")
        is_used = taken.get_column("is_used").fill_null(False).to_numpy()
        design = design_of(study, place, column, panel, geography, is_used)
    model = tell(design)
    if model is None:
        return f"{estimator.name} is no linear model on these rows"
    if isinstance(model, str):
        return model
    if not estimator.influence:
        model = of_one_model(model, is_standardized=column.standardize)
    parts = model if isinstance(model, tuple) else (model,)
    return tuple(MovingColumn(design, given.values(one.variables), one) for one in parts)

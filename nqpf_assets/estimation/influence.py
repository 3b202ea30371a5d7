"""What the values of a column's variables do to its coefficients, and what they are without some of its rows.

From the panel's rows through the column's own clipping to the linear model behind it, and, where terms are
told in standard deviations, through these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimation.design import Design, design_of
from nqpf_assets.estimators.influence.clip_bounds import bound_weights, through_clip
from nqpf_assets.estimators.influence.left_out import without_groups, without_rows
from nqpf_assets.studies.estimator_registry import ESTIMATORS

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.geography import Geography
    from nqpf_assets.estimators.influence.linear_model import LinearModel
    from nqpf_assets.studies.spec import CompleteColumn, Study

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LinearColumn:
    """A column whose terms are coefficients of a linear model.

    Attributes:
        design: its rows, clipped; given: (rows of the design, V) the model's variables before.
        model: of the rows in its sample.
    """

    design: Design
    given: Floats
    model: LinearModel

    @property
    def estimates(self) -> Floats:
        """(K,) terms as the column reports them."""
        return self.model.params * self._scales(self.model.levels)

    def derivatives(self, term: int) -> dict[str, Floats]:
        """Variable → (rows of the design,) change of a term per change of its value, before clipping."""
        inside = self.model.is_in_sample
        found = np.zeros((len(inside), len(self.model.variables)))
        found[inside] = self._of_levels(term)
        for column, name in enumerate(self.model.variables):
            found[:, column] = self._through_clip(name, found[:, column], self.given[:, column])
        return dict(zip(self.model.variables, found.T, strict=True))

    def without(self, what: str) -> tuple[list[int], Floats]:
        """Terms without each ``unit``, ``period`` or ``observation``.

        Returns:
            A row of the design in each of them, and (G, K) terms; NaN where the rest identifies none.
        """
        model = self.model
        if what == "observation":
            codes = np.arange(len(model.y))
            found = without_rows(model)
        else:
            codes = model.unit_codes if what == "unit" else model.period_codes
            found = without_groups(model, codes)
        rows = np.flatnonzero(model.is_in_sample)[np.unique(codes, return_index=True)[1]]
        if self.design.column.standardize:
            found = found * self._scales_without(codes)
        return rows.tolist(), found

    def _of_levels(self, term: int) -> Floats:
        """(n, V) change of a term, in standard deviations or not, per change of each entry of the sample."""
        model = self.model
        found = model.derivatives(term)
        if not self.design.column.standardize:
            return found
        levels, n = model.levels, len(model.y)
        scale = self._scales(levels)[term]
        # The standard deviations move, too.
        place = 1 + term
        found = found * scale
        reported = model.params[term] * scale
        for column, sign in ((place, 1.0), (0, -1.0)):
            x = levels[:, column]
            found[:, column] += sign * reported * (x - x.mean()) / ((n - 1) * x.var(ddof=1))
        return np.asarray(found)

    def _scales(self, levels: Floats) -> Floats:
        """(K,) from coefficients to terms."""
        k = len(self.model.terms)
        if not self.design.column.standardize:
            return np.ones(k)
        deviations = levels.std(axis=0, ddof=1)
        return np.asarray(deviations[1 : 1 + k] / deviations[0])

    def _scales_without(self, codes: NDArray[np.intp]) -> Floats:
        """(G, K) the same without the rows of each group, by sums of what is left."""
        levels, k = self.model.levels - self.model.levels.mean(axis=0), len(self.model.terms)
        n_groups = int(codes.max()) + 1
        left = len(codes) - np.bincount(codes, minlength=n_groups)[:, None]
        first, second = (
            power.sum(axis=0)
            - np.column_stack([np.bincount(codes, c, minlength=n_groups) for c in power.T])
            for power in (levels, levels**2)
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            deviations = np.sqrt((second - first**2 / left) / (left - 1))
            return np.asarray(deviations[:, 1 : 1 + k] / deviations[:, :1])

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


def linear_column(
    study: Study,
    place: str,
    column: CompleteColumn,
    panel: pl.DataFrame,
    geography: Geography,
    sample: pl.DataFrame,
) -> LinearColumn | None:
    """A column with its linear model; None where its estimator has none, or none on these rows.

    Args:
        sample: unit and period of the rows that were estimated.
    """
    import polars as pl

    linearize = ESTIMATORS[column.estimator].linearize
    if linearize is None:
        return None
    raw = column.model_copy(update={"winsorize": None})
    given = design_of(study, place, raw, panel, geography)
    design = given
    if column.winsorize is not None:
        keys = ["unit", "period"]
        used = sample.select(keys).with_columns(is_used=pl.lit(True))
        taken = given.rows.join(used, on=keys, how="left", maintain_order="left")
        is_used = taken.get_column("is_used").fill_null(False).to_numpy()
        design = design_of(study, place, column, panel, geography, is_used)
    model = linearize(design)
    if model is None:
        return None
    return LinearColumn(design, given.values(model.variables), model)

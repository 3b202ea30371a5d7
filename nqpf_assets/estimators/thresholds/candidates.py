"""Which values of the threshold variable are tried, alone and beside other thresholds.

The rule of trimming lives here, and the two kinds of quantiles that a grid may consist of.
What a candidate is worth is computed in `threshold_search`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.counted import counted, verb
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import Codes, Floats

GridOf = Literal["rows", "distinct"]


@dataclass(frozen=True)
class Candidates:
    """Values of the threshold variable that may be thresholds.

    Attributes:
        values: (G,) rising.
        rows_below: (G,) rows at or below each; fewer than all.
        n_rows: n.
    """

    values: Floats
    rows_below: Codes
    n_rows: int

    def allowed(self, fixed: Sequence[int], trim: float) -> NDArray[np.bool_]:
        """Which candidates (G,) leave every regime a share `trim` of the rows.

        Args:
            fixed: positions of thresholds that are there already.
            trim: least share.
        """
        allowed = np.ones(len(self.values), dtype=np.bool_)
        for end in (0, self.n_rows, *(int(self.rows_below[f]) for f in fixed)):
            allowed &= np.abs(self.rows_below - end) >= least_rows(trim, self.n_rows)
        return allowed


def least_rows(trim: float, n_rows: int) -> int:
    """The smallest whole number that is a share `trim` of the rows, and at least one."""
    return max(1, int(np.ceil(trim * n_rows - 1e-9)))


def threshold_candidates(
    q: Floats, *, trim: float, grid: int | None, grid_of: str, name: str
) -> Candidates:
    """The values that may be tried at all.

    Args:
        q: (n,) threshold variable, sorted.
        trim: least share of the rows on either side.
        grid: quantiles in steps of 1/grid (400: every quarter of a percent), from `trim` to
            1 - `trim`; None for every distinct value.
        grid_of: quantiles of the ``"rows"`` or of the ``"distinct"`` values.
        name: of the variable, for messages.
    """
    values, counts = np.unique(q, return_counts=True)
    if len(values) < 2:
        raise EstimationError(f"the threshold variable {name} does not vary: it is {q[0]:g}")
    below = np.cumsum(counts)
    chosen = np.arange(len(values))
    if grid is not None:
        place = below if grid_of == "rows" else chosen + 1
        steps = trim + np.arange(int((1 - 2 * trim) * grid + 1e-9) + 1) / grid
        # The whole part, as Hansen's program takes it; 1e-9 against 0.29 * 100 = 28.999...
        chosen = np.unique(np.searchsorted(place, np.floor(steps * place[-1] + 1e-9)))
    least = least_rows(trim, len(q))
    chosen = chosen[(below[chosen] >= least) & (below[chosen] <= len(q) - least)]
    if not len(chosen):
        raise EstimationError(
            f"no value of the threshold variable {name} leaves {least} of {counted(len(q), 'rows')} "
            f"(trim {trim:g}) on either side; it has {counted(len(values), 'distinct values')}, and "
            f"{counted(int(counts.max()), 'rows')} {verb(int(counts.max()), 'share')} the commonest: "
            "use a smaller trim, or "
            "another variable"
        )
    return Candidates(values[chosen], below[chosen].astype(np.intp), len(q))

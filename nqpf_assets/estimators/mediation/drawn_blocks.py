"""Cross products of the blocks that a bootstrap of paths draws: whole units, or what is coarser.

Equations and effects are for the modules of each mediation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.block_moments import BlockMoments, block_moments
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.sample import encode
from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.linear.whole_units import require_whole_units
from nqpf_assets.estimators.linear.within import Floats, fixed_effects
from nqpf_assets.estimators.mediation.rows import Panel


def moments_of(
    columns: Floats,
    regressors: Floats,
    total: TwoWayFE,
    names: Sequence[str],
    panel: Panel,
    blocks: NDArray[np.object_],
) -> BlockMoments:
    """Cross products per block of columns whose coefficients are wanted, controls aside.

    Args:
        columns: (n, v) of complete rows.
        regressors: (n, 1 + K) treatment and controls, and `names` theirs.
        total: the outcome on these, which says what of rows and controls is kept.
        panel: labels of the rows; blocks: (n,) what is drawn whole.

    Raises:
        EstimationError: a unit would be divided, or there is nothing to draw from.
    """
    inside = total.is_in_sample
    unit_codes, unit_labels = encode(panel[0][inside], "the unit")
    period_codes, _ = encode(panel[1][inside], "the period")
    block_codes, labels = encode(blocks[inside], "resample")
    if "unit" in total.effects:
        remedy = "write `resample: unit`, or a grouping in which every unit stays"
        require_whole_units(unit_codes, unit_labels, [block_codes], "what is resampled", remedy)
    if len(labels) < 2:
        raise EstimationError("a bootstrap needs two or more units to draw from")
    kept_controls = [names.index(name) for name in total.names[1:]]
    return block_moments(
        columns[inside],
        regressors[inside][:, kept_controls],
        fixed_effects(total.effects, unit_codes, period_codes),
        block_codes,
        len(labels),
    )

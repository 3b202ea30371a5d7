"""Changes of a column's terms before its own winsorising, and of the bounds that it reports.

A value between the bounds passes its change on; one beyond hands its own to the bound, which moves with the
rows that it is a quantile of. The bounds stand among the column's numbers, so that nothing of what moves
them is taken out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nqpf_assets.studies.variables import Winsorize

    Floats = NDArray[np.float64]


def before_clip(
    rule: Winsorize, name: str, rows: pl.DataFrame, given: Floats, left: Floats
) -> tuple[Floats, Floats]:
    """Both per value before it is clipped, and what is left with the bounds beside it.

    Args:
        rule: of the column.
        name: the variable.
        rows: period and values in the sample.
        given, left: (n, D) random changes per clipped value, and what effects leave of them.
    """
    import numpy as np

    from nqpf_assets.stages.influence.pools import pools_of_rows, through_clip_of

    values = rows.get_column(name).to_numpy().astype(np.float64)
    periods = rows.get_column("period").to_numpy()
    found = [
        np.column_stack([through_clip_of(rule, values, periods, one) for one in changes.T])
        for changes in (given, left)
    ]
    draw = np.random.default_rng(1)
    for pool in pools_of_rows(rule, values, periods):
        for weights in pool.weights:
            found[1][pool.rows] += np.outer(weights, draw.standard_normal(left.shape[1]))
    return found[0], found[1]

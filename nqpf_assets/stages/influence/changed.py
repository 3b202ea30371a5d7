"""What changes one model's numbers most: cells, units and periods, and rows that are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nqpf_assets.stages.influence.rows import Largest, largest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nqpf_assets.estimation.influence import MovingColumn
    from nqpf_assets.estimators.influence.number import Number
    from nqpf_assets.stages.influence.walk import Walk

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

LEFT_OUT = ("unit", "period", "observation")


def moved_by(
    model: str, number: Number, changes: Floats, std_error: Floats, walk: Walk
) -> Iterator[Largest]:
    """The cells that move a number most, and units and periods by the sum of the sizes of theirs.

    Args:
        changes: (C,); std_error: (1,).
    """
    import numpy as np

    yield largest(model, "cell", (number,), changes[None], std_error)
    for subject, codes in walk.codes.items():
        n = len(walk.names[subject])
        sums: Floats = np.bincount(codes, np.abs(changes), minlength=n).astype(np.float64)
        yield largest(model, subject, (number,), sums[None], std_error)


def left_out(
    model: str,
    column: MovingColumn,
    told: Sequence[int],
    std_errors: Floats,
    row_of_panel: Places,
) -> Iterator[Largest]:
    """The units, periods and observations without which each number is furthest from what it is.

    What the other rows cannot identify stands first and has no estimate.

    Args:
        told: places of the numbers among the column's; std_errors: theirs.
    """
    import numpy as np

    numbers, estimates = [column.numbers[one] for one in told], column.estimates[list(told)]
    for subject in LEFT_OUT:
        rows, without = column.without(subject)
        changes = (without[:, list(told)] - estimates).T
        changes = np.where(np.isnan(changes), np.inf, changes)
        found = largest(model, subject, numbers, changes, std_errors, row_of_panel[rows])
        place = {number: at for at, number in enumerate(numbers)}
        moved = np.where(np.isinf(found.change), np.nan, found.change)
        own = estimates[[place[number] for number in found.number]]
        in_errors = np.where(np.isnan(moved), np.nan, found.in_errors)
        yield replace(found, change=moved, in_errors=in_errors, estimate=own + moved)

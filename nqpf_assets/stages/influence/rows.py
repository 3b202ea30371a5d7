"""Rows of `influence` and `leave_out`: of every term what changes it most, the largest changes first.

Kept as arrays while columns are looked at, and named at the end, all columns at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from nqpf_assets.estimators.influence.number import Number

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

ONE_PERCENT = 0.01
"""Of itself, by which a cell or an entry of a weights file is larger."""
MOST = 20
"""Rows of a subject that are kept of each term."""
DIGITS = 10
EQUAL = 10.0 ** (2 - DIGITS)
"""Sizes further apart than this, of themselves, differ in their digits."""
NOT_COMPUTED = "not_computed"


class Untold(NamedTuple):
    """Why nothing is told of a model, of one of its numbers, or of the weights of a raw file in it."""

    model: str
    note: str
    number: Number | None = None
    weights: str | None = None


@dataclass(frozen=True)
class Largest:
    """What changes the K numbers of a model most.

    Attributes:
        model, subject: of which model, and what is changed or left out.
        number: (m,) which; size_rank: (m,) from 1; named: (m,) place among what the subject's rows are.
        change, in_errors: (m,) in the number's units, and in its standard errors.
        estimate: (m,) what the number is then; empty where it is not told.
    """

    model: str
    subject: str
    number: Sequence[Number]
    size_rank: Places
    named: Places
    change: Floats
    in_errors: Floats
    estimate: Floats | None = None


def largest(
    model: str,
    subject: str,
    numbers: Sequence[Number],
    changes: Floats,
    std_errors: Floats,
    named: Places | None = None,
) -> Largest:
    """Of (K, n) changes of numbers the largest; infinite ones first, zeros not at all, ties as they stand.

    Args:
        std_errors: (K,).
        named: (n,) what the columns of the changes are; their places where left out.
    """
    import numpy as np

    k, n = changes.shape
    kept = min(MOST, n)
    size = np.abs(changes)
    # Digits are looked at where they can matter: among equal ones the first stands first.
    limit = np.partition(size, n - kept, axis=1)[:, n - kept, None] * (1 - EQUAL)
    order = np.empty((k, kept), dtype=np.intp)
    for row, (sizes, least) in enumerate(zip(size, limit, strict=True)):
        near = np.flatnonzero(sizes >= least)
        order[row] = near[np.argsort(-_in_digits(sizes[near]), kind="stable")[:kept]]
    change = np.take_along_axis(changes, order, axis=1).ravel()
    is_told = change != 0
    of_number = np.repeat(np.arange(k), kept)[is_told]
    places = order.ravel()[is_told]
    with np.errstate(invalid="ignore", divide="ignore"):
        in_errors = change[is_told] / std_errors[of_number]
    return Largest(
        model,
        subject,
        [numbers[place] for place in of_number],
        np.tile(np.arange(1, kept + 1), k)[is_told],
        places if named is None else named[places],
        change[is_told],
        in_errors,
    )


def _in_digits(sizes: Floats) -> Floats:
    """Sizes to ten digits: what differs by rounding alone is equal, and stands in the order of its cells."""
    import numpy as np

    is_number = np.isfinite(sizes) & (sizes > 0)
    power = 10.0 ** (
        DIGITS - 1 - np.floor(np.log10(sizes, out=np.zeros_like(sizes), where=is_number))
    )
    return np.where(is_number, np.round(sizes * power) / power, sizes)


def frame(
    rows: Iterable[Largest], names: Mapping[str, pl.DataFrame], told: Sequence[Untold]
) -> pl.DataFrame:
    """All rows of a table, by the text of their model in `model`.

    Args:
        names: subject → what the places of its rows are.
        told: why there is nothing of a model or number.
    """
    import numpy as np
    import polars as pl

    rows = list(rows)
    notes = list(
        dict.fromkeys(
            (one.model, *(one.number or (None, None)), one.note, one.weights) for one in told
        )
    )
    schema = dict.fromkeys(("model", "term", "effect", "note", "weights_name"), pl.String)
    parts = [
        pl.DataFrame(notes, schema=schema, orient="row").with_columns(
            subject=pl.lit(NOT_COMPUTED),
            size_rank=pl.int_range(1, pl.len() + 1).over("model", "term", "effect"),
        )
    ]
    for subject, named in names.items():
        own = [one for one in rows if one.subject == subject]
        if not own:
            continue
        columns: dict[str, Any] = {
            "model": [one.model for one in own for _ in one.number],
            "term": [number.term for one in own for number in one.number],
            "effect": pl.Series(
                [number.effect for one in own for number in one.number], dtype=pl.String
            ),
            "size_rank": np.concatenate([one.size_rank for one in own]),
            "change": np.concatenate([one.change for one in own]),
            "change_in_std_errors": np.concatenate([one.in_errors for one in own]),
        }
        if own[0].estimate is not None:
            columns["estimate"] = np.concatenate(
                [one.estimate for one in own if one.estimate is not None]
            )
        of_rows = named[np.concatenate([one.named for one in own])]
        parts.append(
            pl.concat([pl.DataFrame(columns), of_rows], how="horizontal").with_columns(
                subject=pl.lit(subject)
            )
        )
    if not any(one.weights for one in told):
        parts[0] = parts[0].drop("weights_name")  # `leave_out` has no such column
    return pl.concat(parts, how="diagonal_relaxed")

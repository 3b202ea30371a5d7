"""What a fitted column reports, whichever estimator made it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

CONSTANT = "constant"


@dataclass(frozen=True)
class Estimate:
    """One number with its inference; `effect` is empty for coefficients."""

    term: str
    estimate: float
    std_error: float
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float
    effect: str = ""


@dataclass(frozen=True)
class Test:
    """One test that belongs to a column."""

    test: str
    statistic: float | None
    df: float | None = None
    p_value: float | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Fitted:
    """One column after estimation.

    Attributes:
        facts: columns of `study.model` that the estimator knows: ``n_obs, n_units, vcov …``.
        terms: coefficients in the order of the regressors, the constant last.
        effects: marginal, direct, indirect, total … effects.
        tests: tests of the column.
        is_in_sample: (rows of the design,) which were used.
        dropped: what was left out and why, in words.
        notes: what the reader of the table has to be told.
    """

    facts: dict[str, Any]
    terms: tuple[Estimate, ...]
    is_in_sample: NDArray[np.bool_]
    effects: tuple[Estimate, ...] = ()
    tests: tuple[Test, ...] = ()
    dropped: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

"""What a fitted column reports, whichever estimator made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from nqpf_assets.models.two_way_fe_result import Constant

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


def estimates(
    names: Sequence[str],
    values: ArrayLike,
    std_errors: ArrayLike,
    statistics: ArrayLike,
    p_values: ArrayLike,
    conf_int: ArrayLike,
    *,
    effect: str = "",
) -> Iterator[Estimate]:
    """One `Estimate` per name from an estimator's arrays: (K,) each, `conf_int` (K, 2)."""
    import numpy as np

    columns = [values, std_errors, statistics, p_values, *np.asarray(conf_int, dtype=np.float64).T]
    numbers = np.array([np.asarray(one, dtype=np.float64) for one in columns]).T.tolist()
    for name, (value, error, statistic, p_value, low, high) in zip(names, numbers, strict=True):
        yield Estimate(name, value, error, statistic, p_value, low, high, effect)


class Terms(Protocol):
    """What results of regressions have in common: (K,) arrays, `conf_int` (K, 2), a constant."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def params(self) -> NDArray[np.float64]: ...
    @property
    def std_errors(self) -> NDArray[np.float64]: ...
    @property
    def t_stats(self) -> NDArray[np.float64]: ...
    @property
    def p_values(self) -> NDArray[np.float64]: ...
    @property
    def conf_int(self) -> NDArray[np.float64]: ...
    @property
    def constant(self) -> Constant: ...


def terms_of(result: Terms) -> tuple[Estimate, ...]:
    """The coefficients of a t- or z-tested model, and its constant."""
    found = estimates(
        result.names,
        result.params,
        result.std_errors,
        result.t_stats,
        result.p_values,
        result.conf_int,
    )
    return (*found, constant(result.constant))


def constant(found: Constant) -> Estimate:
    """The constant of an estimator as a term."""
    return Estimate(
        CONSTANT, found.estimate, found.std_error, found.t_stat, found.p_value,
        found.conf_low, found.conf_high,
    )  # fmt: skip

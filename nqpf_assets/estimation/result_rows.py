"""What a fitted column reports, whichever estimator made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import isnan
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from nqpf_assets.estimators.linear.regression import Constant

CONSTANT = "constant"
EXACT = "Regressors and effects reproduce the outcome exactly, so that there are no standard errors"
"""Note of a column in which one variable is made of the others."""
STANDARDIZED = (
    "Coefficients in standard deviations: of the outcome, for one of the regressor, over the rows that are "
    "estimated"
)
"""Note of a column whose numbers are not those of the variables' own units."""
CLUSTERS = "n_clusters: "
"""Before a key of two-way clusters, in the name of the row that counts them."""
MOST_NAMED = 5
"""Terms that a note names one by one."""


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
    """One test that belongs to a column, or a further number of its model: ``sigma``, ``n_left_censored`` …

    `std_error` is that of `statistic` where it is an estimate.
    """

    test: str
    statistic: float | None
    df: float | None = None
    p_value: float | None = None
    detail: str | None = None
    std_error: float | None = None


@dataclass(frozen=True)
class Curve:
    """The likelihood ratios of all values that were tried for a threshold, G of them.

    Attributes:
        effect, term: of the threshold among the effects.
        values: (G,) rising.
        ratios: (G,) zero at the estimate.
        critical_value: up to which a value belongs to the confidence set.
    """

    effect: str
    term: str
    values: NDArray[np.float64]
    ratios: NDArray[np.float64]
    critical_value: float


@dataclass(frozen=True)
class ModelRow:
    """What an estimator knows of a column's row in `study.model`; names are those of its columns.

    Attributes:
        effects: the fixed effects, separated by commas; ``random unit`` where they are random.
        vcov: the covariance in words; small_sample: name of its correction.
        n_clusters: the smaller number of two-way clusters; None without clusters.
        df_resid, df_test: degrees of freedom of the errors, and behind t; None where tests are normal.
    """

    effects: str
    n_obs: int
    n_units: int
    n_periods: int
    vcov: str
    small_sample: str | None = None
    n_clusters: int | None = None
    df_resid: float | None = None
    df_test: float | None = None
    r2_within: float | None = None
    r2_unit_within: float | None = None
    r2: float | None = None
    r2_adjusted: float | None = None
    rss: float | None = None
    log_likelihood: float | None = None


@dataclass(frozen=True)
class Fitted:
    """One column after estimation.

    Attributes:
        model: sizes, covariance and fit.
        terms: coefficients in the order of the regressors, the constant last.
        effects: marginal, direct, indirect, total … effects.
        tests: tests of the column.
        curves: of its thresholds.
        is_in_sample: (rows of the design,) which were used.
        dropped: what was left out and why, in words.
        notes: what the reader of the table has to be told.
    """

    model: ModelRow
    terms: tuple[Estimate, ...]
    is_in_sample: NDArray[np.bool_]
    effects: tuple[Estimate, ...] = ()
    tests: tuple[Test, ...] = ()
    curves: tuple[Curve, ...] = ()
    dropped: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def errors_told(fitted: Fitted) -> Fitted:
    """The same with a note on coefficients and effects that have no standard error though one was due.

    Estimators give NaN where the errors that a standard error is made from cancel, or where a two-way
    variance is not positive. Thresholds have intervals instead, and are not meant.
    """
    without = [
        one
        for one in (*fitted.terms, *fitted.effects)
        if isnan(one.std_error) and isnan(one.conf_low)
    ]
    none_at_all = [one for one in without if one.effect and not one.estimate]
    lacking = [
        f"{one.term} ({one.effect})" if one.effect else one.term
        for one in without
        if one not in none_at_all
    ]
    notes = tuple(
        f"{effect}: zero, and so without a standard error"
        for effect in dict.fromkeys(one.effect for one in none_at_all)
    )
    if not lacking or EXACT in fitted.notes:
        return replace(fitted, notes=(*fitted.notes, *notes))
    named = ", ".join(lacking[:MOST_NAMED])
    if len(lacking) > MOST_NAMED:
        named += f" and {len(lacking) - MOST_NAMED} more"
    words = (
        f"No standard error for {named} under vcov {fitted.model.vcov}: the errors that it is made "
        "from add up to zero but for rounding, or their two-way variance is not positive"
    )
    if lacking == [CONSTANT]:
        words += ". Coefficients are not touched by it"
    else:
        words += ". Take clusters that are more, or that hold fewer of the rows each"
    return replace(fitted, notes=(*fitted.notes, *notes, words))


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
        CONSTANT,
        found.estimate,
        found.std_error,
        found.t_stat,
        found.p_value,
        found.conf_low,
        found.conf_high,
    )

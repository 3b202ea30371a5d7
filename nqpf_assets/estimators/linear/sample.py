"""The estimation sample of a panel model: checked, coded, and without singletons.

Here arrays become a `PanelSample`, or an `EstimationError` says what is wrong with them.
Choosing rows by period or by group is the study's part and has happened before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.coding import WHOLE_KINDS, coded, first_repeated, renumbered
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.observation_weights import ObservationWeights

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class PanelSample:
    """The rows that enter an estimation: n observations of N units in T periods.

    Attributes:
        outcome: (n,).
        regressors: (n, K).
        unit_codes, period_codes: (n,) positions in the labels below.
        unit_labels, period_labels: the N units and T periods, sorted.
        is_in_sample: one value per row of the input; False where a singleton was dropped.
        singleton_units, singleton_periods: labels that were dropped.
        weights: of the n rows; None where all weigh alike.
    """

    outcome: Floats
    regressors: Floats
    unit_codes: Codes
    period_codes: Codes
    unit_labels: tuple[Any, ...]
    period_labels: tuple[Any, ...]
    is_in_sample: NDArray[np.bool_]
    singleton_units: tuple[Any, ...]
    singleton_periods: tuple[Any, ...]
    weights: ObservationWeights | None = None

    @property
    def n_obs(self) -> int:
        """n, or the rows that they stand for."""
        return len(self.outcome) if self.weights is None else self.weights.n_obs

    @property
    def of_rows(self) -> Floats | None:
        """(n,) weights of the rows; None where all weigh alike."""
        return None if self.weights is None else self.weights.values

    @property
    def n_units(self) -> int:
        """N."""
        return len(self.unit_labels)

    @property
    def n_periods(self) -> int:
        """T."""
        return len(self.period_labels)

    @property
    def is_balanced(self) -> bool:
        """Whether every unit is observed in every period."""
        return len(self.outcome) == len(self.unit_labels) * len(self.period_labels)


def is_missing(key: Any) -> bool:
    """Whether a label is a gap: None, NaN, NaT, or pandas' NA."""
    if key is None:
        return True
    try:
        return bool(key != key)
    except TypeError:  # pandas' NA does not know whether it equals itself
        return True


def encode(keys: ArrayLike, what: str) -> tuple[Codes, tuple[Any, ...]]:
    """Codes and sorted labels of keys; a missing key is refused rather than made a label."""
    # Through objects first: np.asarray(["a", nan]) would turn the gap into the label "nan".
    given = keys if isinstance(keys, np.ndarray) else np.asarray(keys, dtype=object)
    if given.ndim != 1:
        raise EstimationError(f"{what} must be one-dimensional; its shape is {given.shape}")
    if given.dtype.kind in WHOLE_KINDS:
        codes, labels = coded(given)
        return codes, tuple(labels.tolist())
    objects = given.astype(object)
    missing = sum(map(is_missing, objects))
    if missing:
        raise EstimationError(f"{what} is missing in {counted(missing, 'rows')}")
    # NumPy would write the numbers among strings as strings, and 1 would become "1".
    if len({isinstance(key, str) for key in objects}) > 1:
        raise EstimationError(f"{what} mixes text and other labels")
    codes, labels = coded(np.asarray(objects.tolist()))
    return codes, tuple(labels.tolist())


def finite_columns(columns: ArrayLike, names: Sequence[str], n_rows: int | None = None) -> Floats:
    """Columns as an (n, K) float array; NaN and infinity are refused by name."""
    # Floats before any arithmetic: squares of integers overflow without a word.
    try:
        x = np.asarray(columns, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EstimationError(f"{', '.join(names)}: not all values are numbers") from error
    if x.ndim != 2 or x.shape[1] != len(names):
        raise EstimationError(
            f"{counted(len(names), 'names')} given for columns of shape {x.shape}"
        )
    if n_rows is not None and len(x) != n_rows:
        raise EstimationError(
            f"{', '.join(names)}: {counted(len(x), 'rows')} where {n_rows} were expected"
        )
    # A sum is finite only of finite values, and needs no second matrix of the size; where it is not,
    # large values may have overflowed.
    with np.errstate(over="ignore", invalid="ignore"):
        is_suspect = not np.isfinite(x.sum())
    bad = (~np.isfinite(x)).sum(axis=0) if is_suspect else np.zeros(x.shape[1])
    if bad.any():
        listed = ", ".join(
            f"{name} ({counted(k, 'rows')})" for name, k in zip(names, bad, strict=True) if k
        )
        raise EstimationError(f"missing or infinite values in {listed}")
    return x


def panel_sample(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    drop_singletons_of: Sequence[str] = (),
    further: Sequence[Codes] = (),
    weights: ObservationWeights | None = None,
) -> PanelSample:
    """Check and code a panel.

    Args:
        outcome: (n,) numbers.
        regressors: (n, K) numbers.
        units, periods: (n,) labels without gaps; a pair occurs once.
        names: the K regressors.
        drop_singletons_of: ``"unit"`` and ``"period"``, where a label seen in a single row is
            dropped, again until none is left: such a row fits exactly, adds nothing to the
            coefficients, and makes clustered standard errors too small (Correia 2015,
            "Singletons, Cluster-Robust Standard Errors and Fixed Effects").
        further: (n,) codes of other effects that are watched beside these.
        weights: of the n rows. One that stands for several rows is not alone.

    Raises:
        EstimationError: what is wrong, and with which variable.
    """
    if not names:
        raise EstimationError("the model has no regressors")
    if len(set(names)) != len(names):
        raise EstimationError(f"regressors must have different names: {', '.join(names)}")
    y = finite_columns(np.asarray(outcome).reshape(-1, 1), ["the outcome"])[:, 0]
    if not len(y):
        raise EstimationError("the sample has no rows")
    x = finite_columns(regressors, names, len(y))
    unit, unit_labels = encode(units, "the unit")
    period, period_labels = encode(periods, "the period")
    for code, what in ((unit, "units"), (period, "periods")):
        if len(code) != len(y):
            raise EstimationError(
                f"{what}: {counted(len(code), 'rows')} where {len(y)} were expected"
            )
    if repeated := first_repeated(unit, period, len(period_labels)):
        u, t, pairs = repeated
        raise EstimationError(
            f"unit {unit_labels[u]} occurs more than once in period {period_labels[t]} "
            f"({counted(pairs, 'such pairs')})"
        )

    watched = [code for code, e in ((unit, "unit"), (period, "period")) if e in drop_singletons_of]
    copies = None if weights is None else weights.copies
    keep = without_singletons([*watched, *further], len(y), copies)
    if not keep.any():
        raise EstimationError(
            f"every unit or period occurs only once; no row is left to estimate "
            f"({counted(len(unit_labels), 'units')}, {counted(len(period_labels), 'periods')}, "
            f"{counted(len(y), 'rows')})"
        )

    if not keep.all():
        # In the same order in memory, so that sums are taken alike whether or not rows are dropped.
        order: Literal["C", "F"] = "C" if x.flags.c_contiguous else "F"
        y, x = y[keep], np.array(x[keep], order=order)
        unit, period = unit[keep], period[keep]
    unit_codes, unit_kept = renumbered(unit, len(unit_labels))
    period_codes, period_kept = renumbered(period, len(period_labels))
    return PanelSample(
        outcome=y,
        regressors=x,
        unit_codes=unit_codes,
        period_codes=period_codes,
        unit_labels=_of(unit_labels, unit_kept),
        period_labels=_of(period_labels, period_kept),
        is_in_sample=keep,
        singleton_units=_without(unit_labels, unit_kept),
        singleton_periods=_without(period_labels, period_kept),
        weights=None if weights is None else weights.of_rows(keep),
    )


def without_singletons(
    watched: Sequence[Codes], n_rows: int, copies: Floats | None = None
) -> NDArray[np.bool_]:
    """Which rows (n,) are left once those alone in a label are dropped, again until none is alone.

    Args:
        watched: (n,) codes from 0, of each effect.
        n_rows: n.
        copies: (n,) how many rows each stands for; one where left out.
    """
    keep = np.ones(n_rows, dtype=np.bool_)
    rows: Any = slice(None)  # all of them at first, without a copy
    while True:
        single = np.zeros(n_rows, dtype=np.bool_)
        for code in watched:
            seen = None if copies is None else copies[rows]
            counts = np.bincount(code[rows], weights=seen, minlength=code.max() + 1)
            is_alone = counts == 1
            if is_alone.any():
                single |= keep & is_alone[code]
        if not single.any():
            return keep
        keep &= ~single
        rows = keep


def _of(labels: tuple[Any, ...], kept: Codes) -> tuple[Any, ...]:
    return labels if len(kept) == len(labels) else tuple(labels[k] for k in kept)


def _without(labels: tuple[Any, ...], kept: Codes) -> tuple[Any, ...]:
    if len(kept) == len(labels):
        return ()
    gone = np.setdiff1d(np.arange(len(labels)), kept)
    return tuple(labels[k] for k in gone)

"""A fit of rows that lie elsewhere: what is reported of it, without anything of single rows.

It is made in `summed_panel`; covariances and results take it as they take a `long_panel.LongFit`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.collinearity import DroppedRegressor
from nqpf_assets.estimators.linear.summed_rows import ErrorSums, Floats, Kept


@dataclass(frozen=True)
class SummedEffects:
    """Effects of a model by their numbers; as `within.FixedEffects`, without codes of rows."""

    effects: tuple[str, ...]
    n_units: int
    n_periods: int
    n_components: int

    @property
    def rank(self) -> int:
        """Number of parameters of the effects, the constant included."""
        if len(self.effects) == 2:
            return self.n_units + self.n_periods - self.n_components
        return {(): 1, ("unit",): self.n_units, ("period",): self.n_periods}[self.effects]


@dataclass(frozen=True)
class SummedSample:
    """The rows of an estimation by their numbers; as `sample.PanelSample`."""

    n_obs: int
    n_units: int
    n_periods: int
    is_in_sample: NDArray[np.bool_]
    singleton_units: tuple[Any, ...]
    singleton_periods: tuple[Any, ...]
    weights: None = None

    @property
    def is_balanced(self) -> bool:
        """Whether every unit is observed in every period."""
        return self.n_obs == self.n_units * self.n_periods


@dataclass(frozen=True)
class SummedFit:
    """Least squares of n rows on K regressors kept; as `long_panel.LongFit`, without anything of single rows.

    Attributes:
        rows: which were read, for who asks for them again.
        params: (K,); bread: (K, K) inverse of `of_regressors`, their products once effects are removed.
        means: (1 + K,) of outcome and regressors; spreads: (1 + K,) lengths less these.
        errors: sums that errors are made of; counted_parameters: k of their correction in clusters.
    """

    rows: Kept
    sample: SummedSample
    fe: SummedEffects
    names: tuple[str, ...]
    params: Floats
    bread: Floats
    of_regressors: Floats
    means: Floats
    spreads: Floats
    tss_within: float
    tss_of_units: float
    errors: ErrorSums
    counted_parameters: int
    df_resid: int
    dropped: tuple[DroppedRegressor, ...]
    is_exact: bool = False
    residuals: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def constant(self) -> float:
        """Mean of the outcome minus mean regressors times coefficients."""
        return float(self.means[0] - self.means[1:] @ self.params)

    @property
    def rss(self) -> float:
        """Sum of squared residuals."""
        return self.errors.rss

    @property
    def whole_rss(self) -> float:
        """The same: no row is left out."""
        return self.errors.rss

    @property
    def squares(self) -> Floats:
        """(1 + K, 1 + K) products of the rows' scores."""
        return self.errors.products

    @property
    def of_clusters(self) -> Floats:
        """(1 + K, 1 + K) products of the scores' sums by cluster."""
        return self.errors.products

    @property
    def n_clusters(self) -> int:
        """G."""
        return self.errors.n_clusters

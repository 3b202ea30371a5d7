"""The covariances that estimators on least squares take, each with what goes with it.

One more is a line here, its numbers in a module beside `cr2`, a call in `two_way_fe`, and its line among what
a study may say (`studies/least_squares_covariances.py`, `studies/vcov.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Vcov = Literal[
    "clustered",
    "unadjusted",
    "robust",
    "driscoll_kraay",
    "newey_west",
    "cr2",
    "cr3",
    "linearmodels",
]
BiasReduced = Literal["cr2", "cr3"]
"""Those with degrees of freedom of each coefficient, which other linear estimators have as well."""
BIAS_REDUCED = get_args(BiasReduced)
JACKKNIFE: BiasReduced = "cr3"
SmallSample = Literal["xtreg", "plm", "none", "large_sample"]


@dataclass(frozen=True)
class CovarianceKind:
    """What goes with one covariance.

    Attributes:
        most_keys: by how many keys it clusters; 0 for a covariance without clusters.
        corrections: for small samples, of which it takes one; none where its own is part of it.
        has_lags: whether it has a bandwidth.
    """

    most_keys: int = 0
    corrections: tuple[SmallSample, ...] = ("xtreg", "none", "large_sample")
    has_lags: bool = False

    @property
    def has_own_correction(self) -> bool:
        """Whether its correction for small samples, and rows it is defined for, are part of it."""
        return not self.corrections


KINDS: Mapping[str, CovarianceKind] = {
    "clustered": CovarianceKind(3, ("xtreg", "plm", "none", "large_sample")),
    "unadjusted": CovarianceKind(),
    "robust": CovarianceKind(),
    "driscoll_kraay": CovarianceKind(has_lags=True),
    "newey_west": CovarianceKind(has_lags=True),
    "cr2": CovarianceKind(1, ()),
    "cr3": CovarianceKind(1, ()),
    "linearmodels": CovarianceKind(2, ()),
}

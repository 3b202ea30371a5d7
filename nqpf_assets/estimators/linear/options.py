"""What all estimators that rest on least squares with fixed effects take alike.

Estimators take these as keywords; behind their door they are one object, checked once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict, get_args

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster, SmallSample, Vcov


class LeastSquaresKeywords(TypedDict, total=False):
    """The fields of `LeastSquaresOptions` as keywords."""

    vcov: Vcov
    cluster: Cluster | None
    small_sample: SmallSample
    lags: int | None
    confidence_level: float
    drop_singletons: bool


@dataclass(frozen=True)
class LeastSquaresOptions:
    """How coefficients are tested, and on which rows; explained in `two_way_fe`.

    Raises:
        EstimationError: an option that does not exist, or that the chosen covariance would ignore.
    """

    vcov: Vcov = "clustered"
    cluster: Cluster | None = None
    small_sample: SmallSample = "xtreg"
    lags: int | None = None
    confidence_level: float = 0.95
    drop_singletons: bool = True

    def __post_init__(self) -> None:
        vcov, small_sample = self.vcov, self.small_sample
        if vcov not in get_args(Vcov):
            raise EstimationError(f"vcov is one of {', '.join(get_args(Vcov))}; found {vcov!r}")
        if small_sample not in get_args(SmallSample):
            options = ", ".join(get_args(SmallSample))
            raise EstimationError(f"small_sample is one of {options}; found {small_sample!r}")
        if small_sample == "plm" and vcov != "clustered":
            raise EstimationError("small_sample 'plm' goes with vcov 'clustered' only")
        if small_sample != "xtreg" and vcov in ("cr2", "linearmodels"):
            raise EstimationError(f"vcov {vcov!r} has its own correction; leave small_sample out")
        if self.cluster is not None and vcov not in ("clustered", "cr2", "linearmodels"):
            raise EstimationError(f"vcov {vcov!r} does not use clusters; leave cluster out")
        if self.lags is not None and vcov != "driscoll_kraay":
            raise EstimationError("lags go with vcov 'driscoll_kraay' only")
        if not 0 < self.confidence_level < 1:
            raise EstimationError(
                f"confidence_level lies between 0 and 1; found {self.confidence_level}"
            )

    @property
    def keywords(self) -> LeastSquaresKeywords:
        """As `two_way_fe` takes them."""
        return {
            "vcov": self.vcov,
            "cluster": self.cluster,
            "small_sample": self.small_sample,
            "lags": self.lags,
            "confidence_level": self.confidence_level,
            "drop_singletons": self.drop_singletons,
        }

"""What all estimators that rest on least squares with fixed effects take alike.

Estimators take these as keywords; behind their door they are one object, checked once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict, get_args

from numpy.typing import ArrayLike

from nqpf_assets.estimators.linear.covariance_kinds import KINDS, SmallSample, Vcov
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster
from nqpf_assets.estimators.linear.observation_weights import Kind, require_weighable
from nqpf_assets.estimators.linear.option_checks import require_level, require_one_of, require_wild
from nqpf_assets.estimators.linear.wild_changes import WildBootstrap


class LeastSquaresKeywords(TypedDict, total=False):
    """The fields of `LeastSquaresOptions` as keywords."""

    vcov: Vcov
    cluster: Cluster | None
    small_sample: SmallSample
    lags: int | None
    confidence_level: float
    drop_singletons: bool
    wild: WildBootstrap | None
    weights: ArrayLike | None
    weights_kind: Kind


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
    wild: WildBootstrap | None = None
    weights: ArrayLike | None = None
    weights_kind: Kind = "analytic"

    def __post_init__(self) -> None:
        vcov, small_sample = self.vcov, self.small_sample
        require_one_of("vcov", vcov, get_args(Vcov))
        require_one_of("small_sample", small_sample, get_args(SmallSample))
        kind = KINDS[vcov]
        if small_sample != "xtreg" and kind.has_own_correction:
            raise EstimationError(f"vcov {vcov!r} has its own correction; leave small_sample out")
        if small_sample != "xtreg" and small_sample not in kind.corrections:
            whose = [name for name, one in KINDS.items() if small_sample in one.corrections]
            raise EstimationError(
                f"small_sample {small_sample!r} goes with vcov {' or '.join(map(repr, whose))} only"
            )
        if self.cluster is not None and not kind.most_keys:
            raise EstimationError(f"vcov {vcov!r} does not use clusters; leave cluster out")
        if self.lags is not None and not kind.has_lags:
            whose = [name for name, one in KINDS.items() if one.has_lags]
            raise EstimationError(f"lags go with vcov {' or '.join(map(repr, whose))} only")
        require_level(self.confidence_level)
        if self.wild is not None:
            require_wild(vcov, self.cluster, small_sample)
        if self.weights is not None:
            require_weighable(vcov, self.weights_kind, is_drawn=self.wild is not None)

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
            "wild": self.wild,
            "weights": self.weights,
            "weights_kind": self.weights_kind,
        }

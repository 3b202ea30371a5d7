"""What several estimators declare alike: draws, covariances, refusals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from nqpf_assets.messages.problems import Refusal
from nqpf_assets.studies.estimator import Covariance


def _some_or_none(draws: int) -> int:
    if draws == 1:
        raise ValueError("one draw has no spread: write 0 for none, or 2 at the very least")
    return draws


Draws = Annotated[int, Field(ge=0), AfterValidator(_some_or_none)]
"""Number of draws of a bootstrap or permutation test; 0 for none."""

PLAIN_CORRECTIONS = ("xtreg", "none")
CLUSTER_CORRECTIONS = ("xtreg", "plm", "none")
LEAST_SQUARES: Mapping[str, Covariance] = {
    "clustered": Covariance(2, corrections=CLUSTER_CORRECTIONS),
    "unadjusted": Covariance(corrections=PLAIN_CORRECTIONS),
    "robust": Covariance(corrections=PLAIN_CORRECTIONS),
    "driscoll_kraay": Covariance(corrections=PLAIN_CORRECTIONS, has_lags=True),
    "cr2": Covariance(1),
    "linearmodels": Covariance(2),
}
"""Covariances of estimators that rest on `two_way_fe`."""
ALONE = frozenset({"drop_singletons"})


def twice(at: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Refusal]:
    """Names that stand more than once in a list."""
    for name in sorted({one for one in names if names.count(one) > 1}):
        yield Refusal(at, "each variable once", f"`{name}` twice", "remove one of them")


def is_outcome(at: tuple[str, ...], name: str) -> Refusal:
    """A variable that cannot be the outcome, and is."""
    return Refusal(
        at, "a variable other than the outcome", f"`{name}`, the outcome", "name another variable"
    )

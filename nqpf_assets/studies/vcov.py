"""Standard errors as a study writes them: the type of the covariance, clusters, and corrections."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nqpf_assets.user_input.strict import Strict


class Vcov(Strict):
    """Which standard errors; the default clusters by unit as `xtreg, fe vce(cluster)` does."""

    type: Literal[
        "unadjusted",
        "robust",
        "clustered",
        "driscoll_kraay",
        "newey_west",
        "cr2",
        "cr3",
        "linearmodels",
        "wild_bootstrap",
    ] = Field(
        "clustered",
        description="estimator of the covariance; wild_bootstrap: clustered errors, with p-values and "
        "intervals from a wild bootstrap of whole clusters, for few of them",
    )
    by: tuple[str, ...] = Field(
        ("unit",),
        min_length=1,
        max_length=3,
        description="what errors are clustered by: unit, period, or a "
        "grouping of the study; two or three for clusters of several ways",
    )
    lags: int | None = Field(
        None,
        ge=0,
        description="bandwidth of `driscoll_kraay` and `newey_west` in periods; the whole part of "
        "T^(1/4) where left out",
    )
    small_sample: Literal["xtreg", "plm", "stata", "ivreg2_small", "ivreg2", "none"] | None = Field(
        None,
        description="correction for small samples, after the program that has it; that of the "
        "estimator where left out",
    )
    large_sample: bool = Field(
        False,
        description="errors without a correction for small samples, and z in place of t, as "
        "`ivregress` prints them",
    )
    draws: int | None = Field(
        None,
        ge=99,
        description="of `wild_bootstrap`, 1999 where left out; where there are no more changes of sign than "
        "that, all are tried, unless `restricted` is false",
    )
    multipliers: Literal["rademacher", "webb"] = Field(
        "rademacher",
        description="of `wild_bootstrap`: the sign alone, or one of six numbers, for clusters so few that "
        "signs are soon all tried",
    )
    restricted: bool = Field(
        True,
        description="of `wild_bootstrap`: whether what is drawn obeys the hypothesis (WCR) or the "
        "estimate (WCU)",
    )
    seed: int | None = Field(
        None,
        ge=0,
        lt=2**32,
        description="of `wild_bootstrap`; made from the names of study, table and column where left out",
    )


DRAWN = ("draws", "multipliers", "restricted", "seed")
"""Keys of covariances that are drawn."""

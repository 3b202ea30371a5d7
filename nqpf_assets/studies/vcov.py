"""Standard errors as a study writes them: the type of the covariance, clusters, and corrections."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nqpf_assets.user_input.strict import Strict


class Vcov(Strict):
    """Which standard errors; the default clusters by unit as `xtreg, fe vce(cluster)` does."""

    type: Literal["unadjusted", "robust", "clustered", "driscoll_kraay", "cr2", "linearmodels"] = (
        Field("clustered", description="estimator of the covariance")
    )
    by: tuple[str, ...] = Field(
        ("unit",),
        min_length=1,
        max_length=3,
        description="what `clustered`, `cr2` and `linearmodels` cluster by: unit, period, or a "
        "grouping of the study; two or three for clusters of several ways",
    )
    lags: int | None = Field(
        None,
        ge=0,
        description="bandwidth of `driscoll_kraay` in periods; the whole part of T^(1/4) where "
        "left out",
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

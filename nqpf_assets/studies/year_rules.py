"""What `by_year` of a column does not go with: refusals, each at its key."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.messages.problems import Refusal
from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.estimator_registry import ESTIMATORS


def year_refusals(column: Equation) -> Iterator[Refusal]:
    """What would leave its joint test, or its errors, without a meaning."""
    if column.by_year is None or not ESTIMATORS[column.estimator].takes_years:
        return
    of, vcov = column.by_year.of, column.vcov
    if of == column.outcome:
        yield Refusal(
            ("by_year", "of"),
            "another variable than the outcome",
            f"`{of}`, which is the outcome",
            "name the variable whose coefficient is to differ between years",
        )
    if column.lag is not None:
        yield Refusal(
            ("lag",),
            "no `lag` beside `by_year`, whose years are those of the outcome",
            f"`lag: {column.lag}`",
            f"remove it, or name a variable that is `lag({of}, {column.lag})` in `by_year`",
        )
    for key in ("standardize", "winsorize"):
        if getattr(column, key):
            yield Refusal(
                (key,),
                f"no `{key}` beside `by_year`: its terms are zero in all years but one",
                f"`{key}`",
                f"remove it, and treat `{of}` where it is declared",
            )
    told = ESTIMATORS[column.estimator].covariances.get(vcov.type)
    if told is not None and (told.is_drawn or told.has_own_df):
        yield Refusal(
            ("by_year",),
            "a covariance with a joint test of the years: clustered, robust or unadjusted",
            f"`vcov: {{type: {vcov.type}}}`, which has one test for each coefficient",
            "take another covariance, or write the products with `is_period(…)` as variables",
        )
    has_clusters = told is not None and told.most_keys
    if vcov.type == "driscoll_kraay" or (has_clusters and "period" in vcov.by):
        is_clustered = vcov.type != "driscoll_kraay"
        yield Refusal(
            ("by_year",),
            "errors that are not summed by year: a term of a year makes these sums zero in its year",
            f"`by: [{', '.join(vcov.by)}]`" if is_clustered else "`vcov: {type: driscoll_kraay}`",
            "cluster by units, or by groups of them",
        )

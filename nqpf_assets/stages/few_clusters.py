"""A word under the table where standard errors rest on few clusters, with what there is instead.

With few clusters tests reject too often (Cameron, Gelbach and Miller 2008); below about thirty the
reader is told. The number is a rule of thumb, not a bound that anything guarantees.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nqpf_assets.messages.counted import counted, verb
from nqpf_assets.studies.column_rules import refusals
from nqpf_assets.studies.estimator import Covariance
from nqpf_assets.studies.estimator_registry import ESTIMATORS, covariance_of
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.vcov import Vcov

FEW = 30
"""Clusters below which errors are called shaky; 31 provinces are above."""
FEW_SIGNS = 6
"""Clusters below which all changes of sign together reject nothing at 5 %."""
LEAST_DF = 5
"""Below so many degrees of freedom Satterthwaite's approximation is poor (Pustejovsky and Tipton 2018)."""


def few_clusters(
    column: CompleteColumn, model: Mapping[str, Any], by_key: Mapping[str, int]
) -> str | None:
    """The note of one column, from its row of `model`; None where there are enough clusters.

    Args:
        by_key: how many clusters each key of a two-way covariance has.
    """
    number, kind = model["n_clusters"], column.vcov.type
    errors = covariance_of(column.estimator, kind)
    if not number or number >= FEW or (errors is not None and errors.is_drawn):
        return None
    if _has_own_df(column, kind):
        df = model["df_test"]
        if df is None or df >= LEAST_DF:
            return None
        return (
            f"{counted(number, 'clusters')} leave {kind} {df:.1f} degrees of freedom: read its "
            f"p-values with care{_or_drawn(column, number)}"
        )
    if kind == "driscoll_kraay":
        what = f"Driscoll–Kraay errors rest on many periods, and there are {number}"
    else:
        of = " and ".join(key for key, one in by_key.items() if one == number)
        what = (
            f"{counted(number, 'clusters')}{f' of {of}' if of else ''} {verb(number, 'are')} few, and such "
            "errors reject too often"
        )
    return f"{what}; instead: {_instead(column, model)}"


def _has_own_df(column: CompleteColumn, covariance: str) -> bool:
    """Whether a covariance of the column's estimator has degrees of freedom for each coefficient."""
    errors = covariance_of(column.estimator, covariance)
    return errors is not None and errors.has_own_df


def _offered(column: CompleteColumn) -> dict[str, Covariance]:
    """Covariances of the estimator, by one key, that go with all else that the column says."""

    def is_refused(name: str) -> bool:
        asked = column.model_copy(update={"vcov": Vcov.model_validate({"type": name})})
        return any(refusals(asked))

    covariances = ESTIMATORS[column.estimator].covariances
    return {name: one for name, one in covariances.items() if not is_refused(name)}


def _or_drawn(column: CompleteColumn, number: int) -> str:
    """A bootstrap of the same clusters, where the estimator has one; of very few not by signs alone."""
    covariances, by = _offered(column), column.vcov.by
    named = [name for name, one in covariances.items() if one.is_drawn]
    if not named or len(by) > 1:
        return ""
    more = ", multipliers: webb" if number < FEW_SIGNS else ""
    return f", or take `vcov: {{type: {named[0]}, by: [{by[0]}]{more}}}`"


def _instead(column: CompleteColumn, model: Mapping[str, Any]) -> str:
    """What a column can ask for that leans less on the number of clusters."""
    by = column.vcov.by
    with_own_df = [name for name, one in _offered(column).items() if one.has_own_df]
    by_unit = f"`vcov: {{by: [unit]}}` ({counted(model['n_units'], 'units')})"
    if column.vcov.type == "driscoll_kraay":
        return by_unit.replace("by:", "type: clustered, by:")
    divides = "unit" in model["effects"].split(", ") and "period" in by
    if with_own_df and len(by) == 1 and not divides:
        return (
            f"`vcov: {{type: {with_own_df[0]}, by: [{by[0]}]}}`, with degrees of freedom of its own"
        )
    drawn = _or_drawn(column, model["n_clusters"])
    if by != ("unit",) and model["n_units"] > model["n_clusters"]:
        return by_unit + drawn
    if drawn:
        return drawn.removeprefix(", or take ")
    if ESTIMATORS[column.estimator].with_few_clusters == "unadjusted":
        return "`vcov: {type: unadjusted}`, which trusts the model"
    return "`vcov: {type: robust}`, which takes the rows of a unit for independent"

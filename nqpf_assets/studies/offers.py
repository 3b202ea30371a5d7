"""What each estimator offers: its block of options, its covariances and what these can be told.

The one declaration behind the rules of a column, the table in docs/estimators.md and the test that
tries every estimator with every covariance and every option. What the words mean is explained in
`docs/methods/`; how a column is estimated, in `nqpf_assets.estimation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Keys = Literal["unit", "units", "any"]


@dataclass(frozen=True)
class Errors:
    """What one covariance of one estimator can be told.

    Attributes:
        most_keys: by how many keys it clusters; 0 for a covariance without clusters.
        keys: ``"unit"`` alone, ``"units"`` and groups of them, or ``"any"``: periods too.
        corrections: values of `small_sample`, the default first; none where it cannot be chosen.
        has_lags: whether it has a bandwidth.
    """

    most_keys: int = 0
    keys: Keys = "any"
    corrections: tuple[str, ...] = ()
    has_lags: bool = False


@dataclass(frozen=True)
class Offer:
    """What an estimator takes.

    Attributes:
        purpose: what it is for, in a few words; `section`: its heading in docs/estimators.md.
        covariances: type → what it can be told.
        options: key of its own block; None where it has none.
        effects: the fixed effects it can have, sorted by name.
        switches: which keys of `Model` that turn something on or off it knows.
        needs_regressors: whether it is about `regressors`, so that controls alone are no model.
    """

    purpose: str
    section: str
    covariances: Mapping[str, Errors]
    options: str | None = None
    effects: frozenset[tuple[str, ...]] = field(
        default=frozenset({(), ("unit",), ("period",), ("period", "unit")})
    )
    switches: frozenset[str] = frozenset()
    needs_regressors: bool = False


_PLAIN = ("xtreg", "none")
_LINEAR: Mapping[str, Errors] = {
    "clustered": Errors(2, corrections=("xtreg", "plm", "none")),
    "unadjusted": Errors(corrections=_PLAIN),
    "robust": Errors(corrections=_PLAIN),
    "driscoll_kraay": Errors(corrections=_PLAIN, has_lags=True),
    "cr2": Errors(1),
    "linearmodels": Errors(2),
}
_LIKELIHOOD = ("stata", "none")
_IV = ("xtreg", "ivreg2_small", "ivreg2")
_SPATIAL: Mapping[str, Errors] = {
    "clustered": Errors(1, "unit"),
    "unadjusted": Errors(),
    "robust": Errors(),
}
_ALONE = frozenset({"drop_singletons"})


def _spatial(purpose: str) -> Offer:
    return Offer(purpose, "Spatial panels", _SPATIAL, "space")


OFFERS: Mapping[str, Offer] = {
    "two_way_fe": Offer(
        "fixed effects of units and periods",
        "Two-way fixed effects",
        _LINEAR,
        switches=_ALONE | {"standardize", "hausman"},
    ),
    "ols": Offer(
        "the same rows without effects",
        "Pooled least squares",
        _LINEAR,
        effects=frozenset({()}),
        switches=frozenset({"standardize"}),
    ),
    "tobit": Offer(
        "an outcome with limits, effects as dummies",
        "Tobit",
        {
            "clustered": Errors(1, corrections=_LIKELIHOOD),
            "unadjusted": Errors(),
            "robust": Errors(corrections=_LIKELIHOOD),
        },
        "tobit",
        switches=_ALONE,
    ),
    "re_tobit": Offer(
        "an outcome with limits, random unit effects",
        "Random-effects Tobit",
        {
            "clustered": Errors(1, "units", corrections=_LIKELIHOOD),
            "unadjusted": Errors(),
            "robust": Errors(corrections=_LIKELIHOOD),
        },
        "tobit",
        effects=frozenset({(), ("period",)}),
    ),
    "fe_2sls": Offer(
        "endogenous regressors",
        "Instruments with fixed effects",
        {
            "clustered": Errors(1, corrections=_IV),
            "unadjusted": Errors(corrections=_IV),
            "robust": Errors(corrections=_IV),
        },
        "iv",
        switches=_ALONE,
    ),
    "mediation": Offer(
        "how much of an effect runs through a mediator",
        "Mediation",
        _LINEAR,
        "mediation",
        switches=_ALONE,
        needs_regressors=True,
    ),
    "group_difference": Offer(
        "do coefficients differ between two groups?",
        "Difference between groups",
        {
            "clustered": Errors(1, corrections=("xtreg", "plm", "none")),
            "unadjusted": Errors(corrections=_PLAIN),
            "robust": Errors(corrections=_PLAIN),
        },
        "difference",
        needs_regressors=True,
    ),
    "threshold": Offer(
        "coefficients that change where a variable crosses a value",
        "Panel threshold",
        _LINEAR,
        "threshold",
        effects=frozenset({("unit",), ("period", "unit")}),
        switches=_ALONE,
    ),
    "spatial_durbin": _spatial("spillovers of outcome and regressors between neighbours"),
    "spatial_lag": _spatial("spillovers of the outcome between neighbours"),
    "spatial_error": _spatial("errors that neighbours share"),
    "spatial_slx": _spatial("spillovers of regressors between neighbours"),
}
"""Estimator, as studies name it → what it takes."""

WITH_MULTIPLIERS = ("spatial_durbin", "spatial_lag")
"""Spatial models whose effects run through (I − ρW)⁻¹; those of the others are coefficients."""

BLOCKS: Mapping[str, tuple[str, ...]] = {
    block: tuple(name for name, offer in OFFERS.items() if offer.options == block)
    for block in dict.fromkeys(offer.options for offer in OFFERS.values() if offer.options)
}
"""Block of options → the estimators it belongs to."""


def errors_of(estimator: str, covariance: str) -> Errors | None:
    """What a covariance of an estimator can be told; None where the estimator has no such."""
    return OFFERS[estimator].covariances.get(covariance)

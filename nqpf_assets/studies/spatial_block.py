"""What the spatial models share in the registry: their block of options, covariances, printed rows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from nqpf_assets.studies.estimator import Covariance, Inherited, OptionBlock, Role
from nqpf_assets.studies.printing import PrintedEffect, PrintedTest, Printing
from nqpf_assets.studies.spatial_options import (
    WITH_LAGS,
    WITH_MULTIPLIERS,
    WITH_RANDOM_UNITS,
    SpaceOptions,
)
from nqpf_assets.studies.spatial_refusals import spatial_refusals
from nqpf_assets.studies.spatial_weights import WEIGHTS_OF


def _left_behind(block: Inherited) -> Collection[str]:
    """Keys that go with the table's weights or model and not with the column's."""
    weights = block.column.get("weights")
    gone = [
        key for key, kinds in WEIGHTS_OF.items() if weights is not None and weights not in kinds
    ]
    if block.estimator not in WITH_LAGS:
        gone.append("durbin")
    if block.estimator in WITH_RANDOM_UNITS:
        gone.append("information")
        if block.table.get("lee_yu") == "bias_correction":
            gone.append("lee_yu")
    elif block.estimator not in WITH_MULTIPLIERS and "information" not in block.column:
        gone.append("information")
    if block.estimator not in WITH_MULTIPLIERS:
        gone += ["inference", "draws"]
    elif block.column.get("inference") == "delta":
        gone.append("draws")
    return gone


COVARIANCES = {
    "clustered": Covariance(3),
    "unadjusted": Covariance(),
    "robust": Covariance(),
}
OF_RANDOM_UNITS: dict[str, Any] = {
    "covariances": {"clustered": Covariance(3, "units"), "unadjusted": Covariance()},
    "effects": frozenset({(), ("period",)}),
    "with_few_clusters": "unadjusted",
}
"""What estimators with random unit effects have in common."""
OPTIONS = OptionBlock(
    "space",
    SpaceOptions,
    variables={"economic_variable": Role("economic distance", is_yielding=True)},
    terms=("durbin",),
    unit_pairs=("join",),
    refusals=spatial_refusals,
    left_behind=_left_behind,
    more_parameters=lambda _column: 1,  # of the neighbours
)
PRINTING = Printing(
    tests={
        "sigma2": PrintedTest("σ²", "three_digits"),
        "sigma2_unit": PrintedTest("σ² of unit effects", "three_digits"),
        "weights_std_error": PrintedTest("Error of ρ or λ from weights alone", "three_digits"),
        "log_likelihood": PrintedTest("Log-likelihood"),
        "lr_sar": PrintedTest("LR against spatial lag"),
        "lr_sem": PrintedTest("LR against spatial error"),
    },
    effects=tuple(
        PrintedEffect(kind, f"{kind.capitalize()} effect: ")
        for kind in ("direct", "indirect", "total")
    ),
    terms={"rho": "Spatial lag of the outcome (ρ)", "lambda": "Spatial error (λ)"},
    parts={"lag": "Neighbours: {}"},
    behind=("lag",),
)

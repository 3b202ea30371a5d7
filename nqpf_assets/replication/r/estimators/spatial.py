"""Spatial panels by maximum likelihood; effects that are not linear have no error there."""

from __future__ import annotations

from nqpf_assets.replication.r.call import COEFFICIENTS, Call, NotInR
from nqpf_assets.replication.r.estimators.parts import covariance, lacks, sides_of
from nqpf_assets.studies.spatial_options import (
    WITH_MULTIPLIERS,
    WITH_RANDOM_UNITS,
    SpaceOptions,
    lags_of,
)
from nqpf_assets.studies.spec import CompleteColumn

FORMS = {
    "spatial_durbin": "sdm",
    "spatial_lag": "sar",
    "spatial_error": "sem",
    "spatial_slx": "slx",
    "re_spatial_durbin": "sdm",
    "re_spatial_lag": "sar",
}
DRAWN = "errors of such effects come from draws or the delta method, which the script leaves out"
WEIGHTS = "weights"
"""The argument that names a file, which is made where the script is written."""


def spatial(column: CompleteColumn) -> Call | NotInR:
    options = column.options(SpaceOptions)
    if options.lee_yu == "bias_correction" or options.standardize != "row":
        return NotInR("spatial models with a bias correction, or weights that add up to no one")
    if options.information == "observed":
        return NotInR("spatial models with errors of the observed information")
    said = {
        **sides_of(column),
        "model": FORMS[column.estimator],
        "effects": column.effects,
        "correction": options.lee_yu,
    }
    if column.estimator in WITH_RANDOM_UNITS:
        said["units_are"] = "random"
    if lags := lags_of(column):
        said["lags"] = lags
    is_linear = column.estimator not in WITH_MULTIPLIERS
    kinds = ("direct", "indirect", "total")
    drawn = {} if is_linear else dict.fromkeys(kinds, DRAWN)
    for why in lacks(column).values():
        drawn = dict.fromkeys((COEFFICIENTS, *kinds), why)
    said |= {"vcov": covariance(column), "by": column.vcov.by}
    # Our top is the root of a derivative, R's that of a parabola through numbers rounded to 1e-13.
    return Call("spatial", said, drawn, 1e-4)


CALLS = dict.fromkeys(FORMS, spatial)

"""Panel thresholds, by xthreg; their bootstrap is not drawn again."""

from __future__ import annotations

from nqpf_assets.replication.stata.command import Commands, NotInStata
from nqpf_assets.replication.stata.estimators.parts import (
    UNIT,
    errors_of,
    outcome_of,
    refused,
    terms_of,
)
from nqpf_assets.replication.stata.names import StataNames
from nqpf_assets.studies.estimators.threshold import ThresholdOptions
from nqpf_assets.studies.spec import CompleteColumn


def threshold(column: CompleteColumn, names: StataNames) -> Commands:
    options = column.options(ThresholdOptions)
    if why := refused(column):
        return why
    if column.effects != (UNIT,) or column.vcov.type == "robust":
        return NotInStata("thresholds with other effects or covariances than xthreg has")
    if options.grid is None or options.grid_of != "rows":
        return NotInStata("thresholds whose candidates xthreg does not try")
    steady = names.of(one for one in terms_of(column) if one not in options.regime)
    many = " ".join([repr(options.trim)] * options.count)
    draws = " ".join(["0"] * options.count)
    error = f" {errors_of(column, names)}".rstrip()
    return [
        f"xthreg {outcome_of(column, names)} {steady}".rstrip()
        + f", rx({names.of(options.regime)}) qx({names.names[options.variable]})"
        f" thnum({options.count}) grid({options.grid}) trim({many}) bs({draws}){error}"
    ]


CALLS = {"threshold": threshold}

"""Differences between two groups."""

from __future__ import annotations

from nqpf_assets.replication.r.call import COEFFICIENTS, Call, NotInR
from nqpf_assets.replication.r.estimators.parts import covariance, inference, lacks, sides_of
from nqpf_assets.studies.estimators.group_difference import DifferenceOptions
from nqpf_assets.studies.spec import CompleteColumn


def group_difference(column: CompleteColumn) -> Call | NotInR:
    if column.winsorize is not None:
        return NotInR("`winsorize` with groups, whose lonely rows have no part in the quantiles")
    options = column.options(DifferenceOptions)
    said = {
        **sides_of(column),
        "tested": column.regressors,
        "grouping": options.grouping,
        "groups": options.groups,
    }
    how = inference(column, "xtreg") | {"vcov": covariance(column)}
    kinds = (COEFFICIENTS, *options.groups)
    lacked = {kind: why for why in lacks(column).values() for kind in kinds}
    return Call("group_difference", said | how, lacked)


CALLS = {"group_difference": group_difference}

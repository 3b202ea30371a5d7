"""Two-way fixed effects, pooled least squares, and least squares of first differences."""

from __future__ import annotations

from nqpf_assets.replication.r.call import Call, NotInR
from nqpf_assets.replication.r.estimators.parts import inference, lacks, sides_of, weights_of
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.year_terms import tested_terms


def two_way_fe(column: CompleteColumn) -> Call | NotInR:
    weights = weights_of(column)
    if isinstance(weights, NotInR):
        return weights
    said = sides_of(column) | inference(column, "xtreg") | weights
    if column.standardize:
        said["standardize"] = True
    if years := tested_terms(column):
        said["jointly"] = years
    return Call("two_way_fe", said, lacks(column))


def ols(column: CompleteColumn) -> Call | NotInR:
    return two_way_fe(column.model_copy(update={"effects": ()}))


def first_difference(column: CompleteColumn) -> Call:
    said = sides_of(column) | inference(column, "xtreg")
    return Call("first_difference", said, lacks(column))


CALLS = {"two_way_fe": two_way_fe, "ols": ols, "first_difference": first_difference}

"""Two-stage least squares."""

from __future__ import annotations

from nqpf_assets.replication.r.call import Call, NotInR
from nqpf_assets.replication.r.estimators.parts import covariance, inference, lacks, weights_of
from nqpf_assets.studies.estimators.fe_2sls import InstrumentOptions
from nqpf_assets.studies.spec import CompleteColumn


def fe_2sls(column: CompleteColumn) -> Call | NotInR:
    weights = weights_of(column)
    if isinstance(weights, NotInR):
        return weights
    options = column.options(InstrumentOptions)
    terms = (*column.regressors, *column.controls)
    said = {
        "outcome": column.outcome,
        "endogenous": options.endogenous,
        "exogenous": tuple(name for name in terms if name not in options.endogenous),
        "instruments": options.instruments,
    }
    how = inference(column, "xtreg") | {"vcov": covariance(column)}
    return Call("fe_2sls", said | how | weights, lacks(column))


CALLS = {"fe_2sls": fe_2sls}

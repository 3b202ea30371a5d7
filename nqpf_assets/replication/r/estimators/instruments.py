"""Two-stage least squares."""

from __future__ import annotations

from nqpf_assets.replication.r.call import Call
from nqpf_assets.replication.r.estimators.parts import inference
from nqpf_assets.studies.estimators.fe_2sls import InstrumentOptions
from nqpf_assets.studies.spec import CompleteColumn


def fe_2sls(column: CompleteColumn) -> Call:
    options = column.options(InstrumentOptions)
    terms = (*column.regressors, *column.controls)
    said = {
        "outcome": column.outcome,
        "endogenous": options.endogenous,
        "exogenous": tuple(name for name in terms if name not in options.endogenous),
        "instruments": options.instruments,
    }
    return Call("fe_2sls", said | inference(column, "xtreg"))


CALLS = {"fe_2sls": fe_2sls}

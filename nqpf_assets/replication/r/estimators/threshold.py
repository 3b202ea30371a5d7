"""Panel thresholds: found again by trying every candidate; their bootstrap is not drawn again."""

from __future__ import annotations

from nqpf_assets.replication.r.call import Call, NotInR
from nqpf_assets.replication.r.estimators.parts import inference, lacks
from nqpf_assets.studies.estimators.threshold import ThresholdOptions
from nqpf_assets.studies.spec import CompleteColumn


def threshold(column: CompleteColumn) -> Call | NotInR:
    options = column.options(ThresholdOptions)
    if options.demeaned_periods != "all":
        return NotInR("`demeaned_periods: drop_last` is Hansen's own program")
    terms = (*column.regressors, *column.controls)
    said = {
        "outcome": column.outcome,
        "steady": tuple(name for name in terms if name not in options.regime),
        "regime": options.regime,
        "variable": options.variable,
        "count": options.count,
        "trim": options.trim,
        "grid": options.grid,
        "grid_of": options.grid_of,
    }
    return Call("threshold", said | inference(column, "xtreg"), lacks(column))


CALLS = {"threshold": threshold}

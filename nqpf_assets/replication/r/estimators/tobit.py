"""Tobit with effects as dummies; with random effects it is left out."""

from __future__ import annotations

from math import inf

from nqpf_assets.replication.r.call import Call, NotInR
from nqpf_assets.replication.r.estimators.parts import inference, sides_of
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.tobit_options import TobitOptions


def tobit(column: CompleteColumn) -> Call:
    options = column.options(TobitOptions)
    said = {
        **sides_of(column),
        "lower": -inf if options.lower is None else options.lower,
        "upper": inf if options.upper is None else options.upper,
    }
    # Derivatives of marginal effects are differences there: ten digits less five.
    return Call("tobit", said | inference(column, "stata"), precision=1e-4)


def re_tobit(column: CompleteColumn) -> NotInR:
    return NotInR("random effects need a quadrature, which base R does not have")


CALLS = {"tobit": tobit, "re_tobit": re_tobit}

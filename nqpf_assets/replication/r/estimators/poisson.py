"""Poisson regression with fixed effects, by dummies."""

from __future__ import annotations

from nqpf_assets.replication.r.call import Call
from nqpf_assets.replication.r.estimators.least_squares import inference
from nqpf_assets.studies.spec import CompleteColumn


def fe_poisson(column: CompleteColumn) -> Call:
    said = {"outcome": column.outcome, "terms": (*column.regressors, *column.controls)}
    # glm stops where the deviance stands, whose digits are twice those of the coefficients.
    return Call("fe_poisson", said | inference(column, "stata"), precision=1e-6)


CALLS = {"fe_poisson": fe_poisson}

"""Poisson regression with fixed effects, by dummies."""

from __future__ import annotations

from nqpf_assets.replication.r.call import Call
from nqpf_assets.replication.r.estimators.parts import inference, sides_of
from nqpf_assets.studies.spec import CompleteColumn


def fe_poisson(column: CompleteColumn) -> Call:
    # glm stops where the deviance stands, whose digits are twice those of the coefficients.
    return Call("fe_poisson", sides_of(column) | inference(column, "stata"), precision=1e-6)


CALLS = {"fe_poisson": fe_poisson}

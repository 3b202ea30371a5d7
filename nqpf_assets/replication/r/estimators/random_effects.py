"""Random effects of units, with and without unit means; and unit means alone."""

from __future__ import annotations

from nqpf_assets.replication.r.call import Call
from nqpf_assets.replication.r.estimators.parts import covariance, lacks, sides_of
from nqpf_assets.studies.estimators.random_effects import RandomOptions
from nqpf_assets.studies.spec import CompleteColumn


def random_effects(column: CompleteColumn) -> Call:
    options, vcov = column.options(RandomOptions), column.vcov
    said = {
        **sides_of(column),
        "periods": "period" in column.effects,
        "components": options.components,
        "mundlak": options.mundlak,
        "vcov": covariance(column),
        "by": vcov.by,
        "small_sample": vcov.small_sample or "stata",
    }
    return Call("random_effects", said, lacks(column))


def between(column: CompleteColumn) -> Call:
    vcov = column.vcov
    said = {
        **sides_of(column),
        "vcov": covariance(column),
        "by": vcov.by,
        "small_sample": vcov.small_sample or "xtreg",
    }
    return Call("between", said, lacks(column))


CALLS = {"random_effects": random_effects, "between_units": between}

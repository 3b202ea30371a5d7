"""Fractional logit and probit, by glm."""

from __future__ import annotations

from nqpf_assets.replication.r.call import Call
from nqpf_assets.replication.r.estimators.parts import inference, sides_of
from nqpf_assets.studies.estimators.fractional import FractionalOptions
from nqpf_assets.studies.spec import CompleteColumn


def fractional(column: CompleteColumn) -> Call:
    options = column.options(FractionalOptions)
    said = {
        **sides_of(column),
        "link": options.link,
        "periods": "period" in column.effects,
        "mundlak": options.mundlak,
    }
    how = inference(column, "stata")
    return Call("fractional", said | {key: one for key, one in how.items() if key != "effects"})


CALLS = {"fractional": fractional}

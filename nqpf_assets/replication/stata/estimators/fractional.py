"""Fractional logit; the errors of its probit are other ones."""

from __future__ import annotations

from nqpf_assets.replication.stata.command import Commands, NotInStata
from nqpf_assets.replication.stata.estimators.parts import dummies_of_periods, errors_of, sides_of
from nqpf_assets.replication.stata.names import StataNames
from nqpf_assets.studies.estimators.fractional import FractionalOptions
from nqpf_assets.studies.spec import CompleteColumn


def fractional(column: CompleteColumn, names: StataNames) -> Commands:
    options = column.options(FractionalOptions)
    if options.mundlak:
        return NotInStata("unit means: what repeats is left out in another order")
    if column.vcov.small_sample == "none":
        return NotInStata("`small_sample: none`, which `fracreg` does not have")
    if column.vcov.type == "clustered" and len(column.vcov.by) > 1:
        return NotInStata("a fractional regression with clusters of several keys")
    if options.link == "probit":
        return NotInStata("`fracreg probit`, whose errors rest on another information matrix")
    (outcome, terms), error = sides_of(column, names), errors_of(column, names)
    return [
        f"fracreg logit {outcome} {terms}{dummies_of_periods(column)}, {error}",
        f"margins, dydx({terms})",
        f"margins, dydx({terms}) atmeans",
    ]


CALLS = {"fractional": fractional}

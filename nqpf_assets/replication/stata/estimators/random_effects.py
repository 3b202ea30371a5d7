"""Random effects of units, and unit means alone."""

from __future__ import annotations

from nqpf_assets.replication.stata.command import Commands, NotInStata
from nqpf_assets.replication.stata.estimators.parts import dummies_of_periods, sides_of
from nqpf_assets.replication.stata.names import StataNames
from nqpf_assets.studies.estimators.random_effects import RandomOptions
from nqpf_assets.studies.spec import CompleteColumn


def random_effects(column: CompleteColumn, names: StataNames) -> Commands:
    options = column.options(RandomOptions)
    if options.mundlak:
        return NotInStata(
            "random effects with unit means: what repeats is left out in another order"
        )
    if column.vcov.type == "clustered":
        return NotInStata(
            "random effects with clustered errors, whose correction the manual does not say"
        )
    sa = " sa" if options.components == "baltagi_chang" else ""
    outcome, terms = sides_of(column, names)
    return [f"xtreg {outcome} {terms}{dummies_of_periods(column)}, re{sa} theta"]


def between(column: CompleteColumn, names: StataNames) -> Commands:
    if column.vcov.type != "unadjusted" or column.vcov.small_sample == "none":
        return NotInStata("unit means with errors that `xtreg, be` does not have")
    outcome, terms = sides_of(column, names)
    return [f"xtreg {outcome} {terms}, be"]


CALLS = {"random_effects": random_effects, "between_units": between}

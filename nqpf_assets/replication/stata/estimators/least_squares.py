"""Two-way fixed effects, pooled least squares, and least squares of first differences."""

from __future__ import annotations

from nqpf_assets.replication.stata.command import Commands, NotInStata
from nqpf_assets.replication.stata.estimators.parts import (
    PERIOD,
    UNIT,
    dummies_of_periods,
    errors_of,
    refused,
    sides_of,
    weights_of,
)
from nqpf_assets.replication.stata.names import StataNames
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.year_terms import tested_terms


def fit(column: CompleteColumn, names: StataNames, outcome: str, terms: str) -> str:
    """Least squares with the column's effects and covariance."""
    effects, vcov, error = set(column.effects), column.vcov, errors_of(column, names)
    weights = weights_of(column, names)
    # `xtreg, fe` takes weights only where they are constant within units.
    is_elsewhere = vcov.type == "clustered" and (
        len(vcov.by) > 1 or (effects and vcov.by != (UNIT,))
    )
    if is_elsewhere or (weights and effects):
        absorbed = f"absorb({' '.join(column.effects)})" if effects else "noabsorb"
        return f"reghdfe {outcome} {terms}{weights}, {absorbed} {error}".rstrip()
    if not effects:
        return f"regress {outcome} {terms}{weights}" + (f", {error}" if error else "")
    if effects == {PERIOD}:
        return f"areg {outcome} {terms}, absorb(period) {error}".rstrip()
    return within_units(column, f"{outcome} {terms}{dummies_of_periods(column)}", error)


def within_units(column: CompleteColumn, sides: str, error: str, unit: str = UNIT) -> str:
    """Least squares within what `xtset` says; robust errors of `xtreg` would be clustered."""
    if column.vcov.type == "robust":
        return f"areg {sides}, absorb({unit}) {error}"
    return f"xtreg {sides}, fe {error}".rstrip()


def two_way_fe(column: CompleteColumn, names: StataNames) -> Commands:
    if why := refused(column):
        return why
    weights = column.weights
    if weights is not None and weights.type == "frequency" and column.effects:
        return NotInStata("frequency weights with effects, whose single rows leave another way")
    joint = [f"test {names.of(terms)}" for terms in tested_terms(column).values()]
    return [fit(column, names, *sides_of(column, names)), *joint]


def ols(column: CompleteColumn, names: StataNames) -> Commands:
    return two_way_fe(column.model_copy(update={"effects": ()}), names)


def first_difference(column: CompleteColumn, names: StataNames) -> Commands:
    if why := refused(column):
        return why
    if PERIOD in column.effects:
        return NotInStata("first differences with effects of periods")
    outcome, terms = sides_of(column, names)
    changes = " ".join(f"D.{one}" for one in terms.split())
    return [fit(column.model_copy(update={"effects": ()}), names, f"D.{outcome}", changes)]


CALLS = {"two_way_fe": two_way_fe, "ols": ols, "first_difference": first_difference}

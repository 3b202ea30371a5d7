"""Differences between two groups."""

from __future__ import annotations

from nqpf_assets.replication.stata.command import Commands, NotInStata
from nqpf_assets.replication.stata.estimators.least_squares import within_units
from nqpf_assets.replication.stata.estimators.parts import (
    PERIOD,
    UNIT,
    errors_of,
    refused,
    sides_of,
)
from nqpf_assets.replication.stata.names import StataNames
from nqpf_assets.studies.estimators.group_difference import DifferenceOptions
from nqpf_assets.studies.spec import CompleteColumn


def group_difference(column: CompleteColumn, names: StataNames) -> Commands:
    options, vcov = column.options(DifferenceOptions), column.vcov
    if why := refused(column):
        return why
    if vcov.type == "clustered" and vcov.by != (UNIT,):
        return NotInStata("groups with clusters that are no units")
    group = names.names[options.grouping]
    both = [names.numbers(options.grouping, [one]) for one in options.groups]
    if not all(both):
        return NotInStata("a group that no unit is in")
    made = [f"keep if inlist({group}, {both[0]}, {both[1]})"]
    made.append(f"generate byte nqpf_first = {group} == {both[0]}")
    has_units, has_periods = UNIT in column.effects, PERIOD in column.effects
    own = [key for key in (PERIOD, UNIT) if key in column.effects]
    made += [f"egen long nqpf_own_{key} = group(nqpf_first {key})" for key in own]
    if own:
        made.append("nqpf_alone " + " ".join(f"nqpf_own_{key}" for key in own))
    if has_units:
        # A unit that is in both groups has an effect in each.
        made.append("xtset nqpf_own_unit period")
    outcome, terms = sides_of(column, names)
    dummies = " i.nqpf_first#i.period" if has_periods else ""
    sides, error = f"{outcome} i.nqpf_first##c.({terms}){dummies}", errors_of(column, names)
    if has_units:
        return [*made, within_units(column, sides, error, "nqpf_own_unit")]
    return [*made, f"regress {sides}" + (f", {error}" if error else "")]


CALLS = {"group_difference": group_difference}

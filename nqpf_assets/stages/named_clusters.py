"""Groups of which a column makes clusters, or blocks of a bootstrap: every unit in one, enough of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.studies.equation import OWN_KEYS
from nqpf_assets.studies.estimator_registry import block_of, covariance_of

if TYPE_CHECKING:
    from nqpf_assets.stages.columns_with_groups import Look
    from nqpf_assets.studies.spec import CompleteColumn
    from nqpf_assets.studies.validation_columns import Written


def drawn_by(column: CompleteColumn) -> list[str]:
    """Groupings that a column clusters by, or whose members a bootstrap draws."""
    errors = covariance_of(column.estimator, column.vcov.type)
    keys = list(column.vcov.by) if errors is not None and errors.most_keys else []
    options = block_of(column.estimator)
    drawn = options.resampled(column) if options else None
    if drawn is not None:
        keys.append(drawn)
    return [key for key in dict.fromkeys(keys) if key not in OWN_KEYS]


def too_few(
    look: Look, where: Written, column: CompleteColumn, sample: set[str]
) -> Iterator[Problem]:
    """Clusters fewer than the estimator's options need."""
    errors, options = (
        covariance_of(column.estimator, column.vcov.type),
        block_of(column.estimator),
    )
    if options is None or errors is None or not errors.most_keys:
        return
    periods, asked = look.file.study.periods, column.sample
    numbers = {
        "unit": len(sample),
        "period": (asked.last or periods.last) - (asked.first or periods.first) + 1,
    }
    for key in column.vcov.by:
        groups = look.members.get(key, {}).values()
        computed = look.file.study.computed_groups.get(key)
        at_most = len(computed.names) if computed else sum(bool(sample & {*one}) for one in groups)
        number = numbers.get(key, at_most)
        least = options.least_clusters(column)
        if 1 < number < least:
            yield look.file.problem(
                where(("vcov", "by")),
                f"{least} or more clusters for the options of `{options.key}`",
                f"{number} of `{key}`",
                "cluster by something finer, take another covariance, or ask for less",
                "few_clusters",
            )


def clustered(
    look: Look, where: Written, column: CompleteColumn, parts: list[set[str]]
) -> Iterator[Problem]:
    """Clusters and blocks of a bootstrap have every unit of the sample, and are two or more."""
    sample = set().union(*parts)
    for grouping in look.of_units(drawn_by(column)):
        groups = look.members[grouping]
        inside = {code for codes in groups.values() for code in codes}
        outside = [name for code, name in look.units.items() if code in sample - inside]
        there = [[g for g, codes in groups.items() if part & {*codes}] for part in parts]
        found, expected, remedy = "", "", ""
        if outside:
            expected = (
                f"a group of `{grouping}` for each of the "
                f"{counted(len(sample), 'units')} of the sample"
            )
            found = f"{counted(len(outside), 'units')} without: {listed(outside)}"
            remedy = "put them into groups, or leave them out with `sample`"
        elif len(fewest := min(there, key=len)) < 2:
            expected = f"two or more groups of `{grouping}` in the sample"
            expected += " of each group" if len(parts) > 1 else ""
            found, remedy = f"`{fewest[0]}` alone", "cluster by something else"
        if found:
            is_key = grouping in column.vcov.by
            options = block_of(column.estimator)
            drawn = (options.key, "resample") if options else ()
            place = where(("vcov", "by") if is_key else drawn)
            code = "units_without_group" if outside else "one_cluster"
            yield look.file.problem(place, expected, found, remedy, code)

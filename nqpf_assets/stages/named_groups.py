"""The groups that a study names, held against its groupings and the units that are in them.

A group that nobody is in would silently make another sample, and a grouping without some of the units
would take their rows away. Groupings themselves are checked by the validation of study files.
"""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.catalog.regions import Regions
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.stages.columns_with_groups import Look, compared_by, look_of, whole_columns
from nqpf_assets.stages.named_clusters import clustered, drawn_by, too_few
from nqpf_assets.studies.effects import factors_of
from nqpf_assets.studies.estimator import Compared
from nqpf_assets.studies.estimator_registry import ESTIMATORS, block_of, covariance_of
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.validation_columns import Path, Written


def group_problems(file: StudyFile, regions: Regions) -> list[Problem]:
    """Groups that are not there, samples without units, and clusters that leave units out."""
    look = look_of(file, regions)
    if not look.units:
        return []  # told by the inspection of units
    found = (_problems(look, where, column) for where, column in whole_columns(file))
    return list(dict.fromkeys(problem for problems in found for problem in problems))


def _problems(look: Look, where: Written, column: CompleteColumn) -> Iterator[Problem]:
    unknown = list(_unknown(look, where, column))
    yield from unknown
    computed = look.file.study.computed_groups.keys()
    if unknown or not {*_named(look, column)} <= {*look.members, *computed}:
        return
    sample = look.sample(column)
    if not sample:
        yield look.file.problem(
            where(("sample",)),
            "units in the sample",
            "none",
            "correct the `sample`",
            "empty_sample",
        )
        return
    parts = [sample]
    compared = compared_by(column)
    if compared is not None and compared.grouping not in computed:
        members = look.members[compared.grouping]
        parts = [sample & {*members[group]} for group in compared.groups]
        yield from _not_compared(look, where, compared, parts)
    yield from _without_level(look, where, column, sample)
    if all(parts):
        yield from _alone(look, where, column, parts)
        told = list(clustered(look, where, column, parts))
        yield from told or too_few(look, where, column, sample)


def _named(look: Look, column: CompleteColumn) -> list[str]:
    """Groupings of which a column names a group or by which it clusters."""
    keys = [*column.sample.within, *drawn_by(column), *factors_of(column.effects)]
    compared = compared_by(column)
    return keys if compared is None else [*keys, compared.grouping]


def _unknown(look: Look, where: Written, column: CompleteColumn) -> Iterator[Problem]:
    """Groups that their grouping does not have, or that no unit of the study is in."""
    named: list[tuple[str, str, Path]] = [
        (grouping, group, where(("sample", "within", grouping)))
        for grouping, group in column.sample.within.items()
    ]
    compared, options = compared_by(column), block_of(column.estimator)
    if compared is not None and options is not None:
        named += [
            (compared.grouping, group, where((options.key, "groups", place)))
            for place, group in enumerate(compared.groups)
        ]
    for grouping, group, place in named:
        there = look.there(grouping)
        if there is not None and group not in there:
            yield look.file.problem(
                place,
                look.expected_group(grouping),
                f"`{group}`",
                did_you_mean(group, _not_named(there, grouping, named)) or "name another group",
                "unknown_group",
            )


def _not_compared(
    look: Look, where: Written, compared: Compared, parts: list[set[str]]
) -> Iterator[Problem]:
    """Both groups that are compared must have units in the sample."""
    for group, part in zip(compared.groups, parts, strict=True):
        if not part:
            yield look.file.problem(
                where(("sample",)),
                f"units of both groups, also of `{group}`",
                f"a sample without any of `{group}`",
                "widen the sample, or compare other groups",
                "unknown_group",
            )


def _alone(
    look: Look, where: Written, column: CompleteColumn, parts: list[set[str]]
) -> Iterator[Problem]:
    """A sample, or a compared group, of a single unit, whose years are alone."""
    errors = covariance_of(column.estimator, column.vcov.type)
    is_clustered = errors is not None and errors.most_keys > 0 and "unit" in column.vcov.by
    is_enough = ESTIMATORS[column.estimator].takes_one_unit
    if is_enough and "period" not in column.effects and not is_clustered:
        return
    for part in parts:
        if len(part) == 1:
            compared = compared_by(column)
            which = " of each group" if compared else ""
            yield look.file.problem(
                where(("sample",)),
                f"two or more units{which} in the sample",
                f"`{look.units[next(iter(part))]}` alone",
                "widen the sample" + (", or compare other groups" if compared else ""),
                "one_unit",
            )


def _without_level(
    look: Look, where: Written, column: CompleteColumn, sample: set[str]
) -> Iterator[Problem]:
    """Units of the sample that are in no group of which there are effects."""
    for grouping in look.of_units(factors_of(column.effects)):
        inside = {code for codes in look.members[grouping].values() for code in codes}
        outside = [name for code, name in look.units.items() if code in sample - inside]
        if outside:
            yield look.file.problem(
                where(("effects",)),
                f"a group of `{grouping}` for each of the "
                f"{counted(len(sample), 'units')} of the sample",
                f"{counted(len(outside), 'units')} without: {listed(outside)}",
                "put them into groups, or leave them out with `sample`",
                "units_without_group",
            )


def _not_named(there: list[str], grouping: str, named: list[tuple[str, str, Path]]) -> list[str]:
    """Groups that the column does not name already."""
    return [one for one in there if all((grouping, one) != other[:2] for other in named)]

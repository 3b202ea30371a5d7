"""The groups that tables which describe the panel name, held against their grouping and the study's units."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.catalog.regions import Regions
from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.stages.columns_with_groups import look_of
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.table_kinds.group_means import GroupMeansTable


def table_group_problems(file: StudyFile, regions: Regions) -> Iterator[Problem]:
    """Groups that their grouping does not have, or that no unit of the study is in."""
    look = look_of(file, regions)
    if not look.units:
        return  # told by the inspection of units
    for name, table in file.study.tables.items():
        if not isinstance(table, GroupMeansTable):
            continue
        there = look.there(table.grouping)
        for place, group in enumerate(table.groups if there is not None else ()):
            if there is not None and group not in there:
                yield file.problem(
                    ("tables", name, "groups", place),
                    look.expected_group(table.grouping),
                    f"`{group}`",
                    did_you_mean(group, [one for one in there if one not in table.groups])
                    or "name another group",
                    "unknown_group",
                )

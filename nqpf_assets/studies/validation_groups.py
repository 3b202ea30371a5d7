"""Groupings that an expression makes, where the units of groups must be known: refused by one rule."""

from __future__ import annotations

from nqpf_assets.messages.problems import Problem
from nqpf_assets.studies.computed_groups import in_group
from nqpf_assets.studies.formula import Path
from nqpf_assets.studies.reader import StudyFile


def not_of_units(file: StudyFile, name: str, path: Path, group: str = "") -> Problem | None:
    """The problem of such a grouping at a place; None of others.

    Args:
        group: the group that is asked for, if it is one.
    """
    computed = file.study.computed_groups.get(name)
    if computed is None:
        return None
    of_units = file.study.unit_groups
    group = group if group in computed.names else computed.names[0]
    return file.problem(
        path,
        "a grouping of units" + (f": one of {', '.join(of_units)}" if of_units else ""),
        f"`{name}`, whose groups an expression makes, year by year",
        f"take its groups by `sample: {{within: {{{name}: {group}}}}}` or `within_each: {name}`, "
        f"in formulas as `{in_group(name, computed.value_of[group])}`; or list the units of groups that stay",
        "computed_grouping",
    )

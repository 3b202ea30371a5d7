"""Units that a project's own scheme of groups leaves out, where the shipped scheme of the name has them.

A scheme of a project replaces the shipped one of its name as a whole. A unit that it forgets is in no
group, and `is_group` is 0 for it, as for a member of another group: this is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.catalog.region_files import load_regions
from nqpf_assets.catalog.regions import Regions
from nqpf_assets.messages.counted import counted
from nqpf_assets.steps.checks import Finding, Rule

if TYPE_CHECKING:
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.warehouse.connection import Connection

SHOWN = 8
"""Units that are named of one grouping."""


def left_out_rule(compiled: CompiledStudy, regions: Regions) -> Rule:
    """A warning for every grouping of a study whose replaced scheme leaves out units of the study."""

    def find(connection: Connection, relation: str) -> tuple[Finding, ...] | None:
        return tuple(_findings(compiled, regions)) or None

    return Rule(
        "left_out_of_groups",
        "a group for every unit that has one in the shipped scheme of the name",
        find,
        is_warning=True,
    )


def _findings(compiled: CompiledStudy, regions: Regions) -> Iterator[Finding]:
    schemes = {
        name: asked for name, asked in compiled.study.unit_groups.items() if isinstance(asked, str)
    }
    shipped = load_regions()[0] if schemes else regions
    for grouping, asked in schemes.items():
        out = _left_out(compiled, regions.group(asked), shipped.group(asked))
        if out:
            yield Finding(
                f"grouping {grouping}",
                f"the project's scheme `{asked}` replaces the shipped one and leaves out {_listed(out)}",
                "give them a line in catalog/region_groups.csv, or give the scheme a name of its own",
            )


def _left_out(compiled: CompiledStudy, own: dict[str, str], shipped: dict[str, str]) -> list[str]:
    """Names of units that are in the shipped scheme, by any of their codes, and not in the own one."""
    return [
        unit.name
        for unit in compiled.units
        if unit.is_in(tuple(shipped)) and not unit.is_in(tuple(own))
    ]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{counted(len(names), 'units')}: {', '.join(names[:SHOWN])}{more}"

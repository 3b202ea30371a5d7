"""How far a change reaches: what a plan is certain of, and what is built, come close to what differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.user_input.project import Project
from tests.stages.mini import walk
from tests.stages.rich import write_rich
from tests.steps.scenarios import SCENARIOS, extent

pytestmark = pytest.mark.slow

EVERYTHING = ("rich.", "panel.", "index.", "result.")
MODELS = ("rich.model", "rich.estimate", "result.", "rich.table_1", "rich.space")
INDICES = ("rich.index_", "index.")
DESCRIBED = ("rich.differences", "rich.lines", "rich.map", "rich.trend")

REACH: dict[str, tuple[set[str], tuple[str, ...]]] = {
    "a cell that no study reads": ({"source__file"}, EVERYTHING),
    "a cell of one variable": ({"source__file"}, (*MODELS, *INDICES, *DESCRIBED)),
    "remark on a card": ({"source__file"}, EVERYTHING),
    "reason of a correction": ({"source__correction"}, (*MODELS, *INDICES, *DESCRIBED)),
    "a group that nothing reads": ({"rich__unit"}, (*MODELS, *INDICES, *DESCRIBED)),
    "a group of clusters": ({"rich__unit"}, (*MODELS, *INDICES, *DESCRIBED, "rich.panel")),
    "another group of clusters": ({"rich__unit"}, (*INDICES, "rich.derived_cell")),
    "title of a table": ({"rich__space"}, ("rich.model", "rich.table_1", "result.")),
    "title of a variable": (
        # Under the tables of inequality it is told as one that is clipped.
        {"rich__unit", "rich__table_1", "rich__space", "rich__inequality"},
        ("rich.model", *INDICES, "rich.panel"),
    ),
    "a variable that nothing reads": (
        {"rich__unit", "rich__derived_cell", "rich__clipped_cell"},
        (*MODELS, *INDICES, *DESCRIBED),
    ),
    "one column's option": ({"rich__model", "rich__table_1"}, (*INDICES, *DESCRIBED, "rich.space")),
    "title of the study": (
        {"catalog__study"},
        ("source.", "audit.", "rich.", "panel.", "index.", "result."),
    ),
}
"""Change → steps that a plan is certain of, and how the names of tables begin that are not built."""

WHOLE = "rich__influence"
"""Reads all formulas and groupings of a study, whatever its columns use of them."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return walk(write_rich(tmp_path_factory.mktemp("rich"))).project


@pytest.mark.parametrize("name", REACH)
def test_a_change_reaches_what_rests_on_it_and_no_further(
    name: str, built: Project, tmp_path: Path
) -> None:
    certain, untouched = REACH[name]
    found = extent(built, SCENARIOS[name], tmp_path / "changed")
    assert found.certain - {WHOLE} == certain
    assert not {table for table in found.built if table.startswith(untouched)}
    assert found.differ <= found.built | {"catalog.column_lineage"}

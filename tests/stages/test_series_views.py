"""Parts of tables: the same rows as a query and as a frame, and no more than a step names."""

from __future__ import annotations

import pytest

from nqpf_assets.checks.table_rules import rules_of
from nqpf_assets.projects.opened import open_project
from nqpf_assets.stages.series_views import FILE, OBSERVATION
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import in_memory


@pytest.mark.slow
def test_a_view_has_the_same_rows_in_either_form(built_small: Project) -> None:
    opened = open_project(built_small)
    reads = {(one.key, one.view) for step in opened.graph.steps for one in step.reads if one.view}
    assert {OBSERVATION, FILE, ("first", "panel"), ("first", "variable_cell")} <= {
        key for key, _ in reads
    }
    seen: dict[type, int] = {}
    for key, view in reads:
        assert view is not None
        frame = view.frame(opened.store).collect()
        rows = in_memory().execute(f"FROM ({view.query(opened.store)})")
        assert [one[0] for one in rows.description or ()] == frame.columns, key
        assert sorted(map(repr, rows.fetchall())) == sorted(map(repr, frame.rows())), key
        seen[type(view)] = seen.get(type(view), 0) + frame.height
    assert all(seen.values()), "a step may see no row, a kind of view sees some"


def test_every_table_is_held_to_its_rules(built_small: Project) -> None:
    for step in open_project(built_small).graph.steps:
        for key in step.outputs:
            names = [rule.name for rule in step.rules[key]]
            n_of_all = len(rules_of(key))
            assert names[:n_of_all] == [rule.name for rule in rules_of(key)], key
            assert step.checked_by

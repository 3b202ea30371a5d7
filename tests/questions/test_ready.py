"""Ready queries: each gives rows on the sample, runs in any project, and orders its rows."""

from __future__ import annotations

import re

import pytest

from nqpf_assets.questions.ready import ready_queries
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import answer_of, open_closed
from tests.command import nqpf

LEAST = 20
EMPTY_IN_A_SMALL_ONE = 0.4
"""Part of the queries that may find nothing in a project of one table."""


def test_there_are_enough_and_each_says_what_it_asks() -> None:
    known = ready_queries()
    assert len(known) >= LEAST
    assert len({one.title for one in known.values()}) == len(known)
    for one in known.values():
        assert one.title.endswith("?"), one.name
        assert one.words.endswith("."), one.name
        assert one.tables, one.name
        assert re.search(r"^ORDER BY", one.sql, re.MULTILINE), one.name


@pytest.mark.slow  # the built sample
@pytest.mark.parametrize("name", ready_queries())
def test_each_gives_rows_on_the_sample(built_sample: Project, name: str) -> None:
    with open_closed(built_sample.database) as connection:
        rows = answer_of(connection, ready_queries()[name].sql)
    assert rows is not None
    assert rows.num_rows > 0


def test_all_run_in_a_project_of_another_study(asked: Project) -> None:
    with open_closed(asked.database) as connection:
        found = {
            name: answer_of(connection, one.sql).num_rows for name, one in ready_queries().items()
        }
    empty = [name for name, n in found.items() if not n]
    assert len(empty) <= EMPTY_IN_A_SMALL_ONE * len(found), empty


def test_the_command_runs_and_lists_them(asked: Project) -> None:
    listed = nqpf("query", "--list", "-f", "csv", project=asked.root).out
    assert set(ready_queries()) <= {line.partition(",")[0] for line in listed.splitlines()}
    assert nqpf("query", "--ready", "studies", project=asked.root).out.count("mini") == 1
    refused = nqpf("query", "--ready", "studys", project=asked.root)
    assert refused.status == 2
    assert "did you mean `studies`" in refused.err
    both = nqpf("query", "FROM mini.panel", "--ready", "studies", project=asked.root)
    assert both.status == 2
    assert "one question at a time" in both.err

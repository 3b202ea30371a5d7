"""`influence: none` of a study: nothing is followed, the tables say so, and no other number moves."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.messages.problems import InputError
from nqpf_assets.projects.opened import open_project
from nqpf_assets.stages.influence.step import NOT_ASKED
from tests.command import nqpf
from tests.stages.mini import STUDY, Walk, walk, walked, write_mini

TABLES = ("influence", "leave_out")


def switched_off(root: Path) -> tuple[Walk, Walk]:
    """A study before and after."""
    before = walked(root)
    path = before.project.root / "studies/mini.yaml"
    path.write_text(f"{STUDY}influence: none\n", "utf-8")
    return before, walk(before.project)


@pytest.mark.slow
def test_no_cell_is_followed_and_no_other_number_moves(tmp_path: Path) -> None:
    _, after = switched_off(tmp_path)
    assert after.rebuilt <= {
        *(f"{schema}.{table}" for schema in ("mini", "result") for table in TABLES),
        "catalog.column_lineage",
    }
    assert {f"mini.{table}" for table in TABLES} <= after.rebuilt
    for table in TABLES:
        rows = pl.read_parquet(after.opened.store.path(("mini", table)))
        told = rows.select("column_label", "subject", "note").rows()
        assert told == [(f"({place})", "not_computed", NOT_ASKED) for place in (1, 2, 3)]
    after.publish()
    ran = nqpf("influence", "mini.table_1", "(2)", "--without", "北京", project=after.project.root)
    assert NOT_ASKED in ran.out
    assert "estimated again without 北京" in ran.out
    assert NOT_ASKED in nqpf("show", "mini.table_1", project=after.project.root).out


@pytest.mark.parametrize("said", ["all", "none"])
def test_a_study_without_regressions_has_nothing_to_switch(tmp_path: Path, said: str) -> None:
    study = f"{STUDY.partition('tables:')[0]}influence: {said}\n"
    with pytest.raises(InputError) as refused:
        open_project(write_mini(tmp_path, study))
    [problem] = refused.value.problems
    line = study.splitlines().index(f"influence: {said}") + 1
    assert problem.where.startswith(f"line {line},")
    assert "in a study without one" in problem.found


def test_another_word_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one of all, none"):
        open_project(write_mini(tmp_path, f"{STUDY}influence: some\n"))

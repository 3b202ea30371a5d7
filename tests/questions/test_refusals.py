"""What the engine refuses is told in our words, with what was meant."""

from __future__ import annotations

import pytest

from nqpf_assets.user_input.project import Project
from tests.command import nqpf

REFUSED = {
    "FROM mini.panl": "there is no table `panl`; did you mean `panel`?",
    "FROM panel": "there is no table `panel`; it is `mini.panel`",
    "FROM mni.panel": "there is no table `mni.panel`; did you mean `mini.panel`",
    "SELECT outpt FROM mini.panel": "there is no column `outpt`; did you mean `output`?",
    "SELECT p.outpt FROM mini.panel AS p": "there is no column `outpt`; did you mean `output`?",
    "SELECT conf_low FROM mini.panel": "there is no column `conf_low`; it is one of ",
    "SELECT meen(output) FROM mini.panel": "there is no function `meen`; did you mean `",
    "SELEC 1": "this is not SQL as DuckDB reads it: syntax error at or near",
    "FROM '/etc/passwd.csv'": "the warehouse is open for reading only",
    "FROM read_csv('/etc/passwd')": "the warehouse is open for reading only",
    "SELECT 'x'::INT": "the query cannot be answered: Could not convert string",
    "DROP TABLE mini.panel": "a query that asks for rows is expected, DROP found",
}


@pytest.mark.parametrize("sql", REFUSED)
def test_refused_in_our_words(asked: Project, sql: str) -> None:
    ran = nqpf("query", sql, project=asked.root)
    assert ran.status == 2
    assert ran.out == ""
    assert REFUSED[sql] in ran.err
    assert "Error:" not in ran.err

"""The queries of docs/provenance.md answer on the sample as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.user_input.project import Project

PAGE = Path(__file__).parents[2] / "docs" / "provenance.md"
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("query", QUERIES, ids=map(str, range(len(QUERIES))))
def test_a_query_of_the_page_answers(built_sample: Project, query: str) -> None:
    with duckdb.connect(str(built_sample.database), read_only=True) as connection:
        assert connection.execute(query).fetchall()

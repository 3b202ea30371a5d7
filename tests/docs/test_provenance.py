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


@pytest.mark.slow
def test_all_cells_of_all_indices_are_counted_in_little_memory(built_sample: Project) -> None:
    """Each is passed on as it is found: kept, the 36 million rows of the sample would take gigabytes.

    The many joins of the view take some 600 MB by themselves, of however few rows.
    """
    little = {"memory_limit": "800MB", "temp_directory": "", "threads": 2}
    with duckdb.connect(str(built_sample.database), read_only=True, config=little) as connection:
        (n,) = connection.execute("SELECT count(*) FROM index.provenance").fetchone() or (0,)
        (scores,) = connection.execute("SELECT count(*) FROM index.score").fetchone() or (0,)
    assert n > 1000 * scores

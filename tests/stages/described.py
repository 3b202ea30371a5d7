"""Tables that describe the panel, held against the same computed again from the published file alone."""

from __future__ import annotations

import duckdb
import pytest

from nqpf_assets.explanations.described_again import described_again, printed_value
from nqpf_assets.explanations.published import PublishedStudy
from tests.stages.mini import Walk


def assert_computed_again(
    mini: Walk, table: str, rows_of: str = "row_kind = 'variable'", rel: float = 1e-12
) -> None:
    """Every number of these rows, to what sums in another order may differ by."""
    with duckdb.connect(str(mini.project.database), read_only=True) as connection:
        study = PublishedStudy(connection, "mini")
        again = described_again(study, table)
        rows = study.rows(f"FROM mini.{table} WHERE {rows_of}")
    assert again is not None
    assert rows
    for row in rows:
        for name in [*row][3:]:
            told = printed_value(again, row["row_label"], name)
            expected = row[name]
            is_number = isinstance(expected, float)
            assert told == (pytest.approx(expected, rel=rel, abs=0) if is_number else expected)

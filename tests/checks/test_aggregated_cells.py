"""Units that are left without a value say why: members, weights, or a share that nobody knows."""

from __future__ import annotations

import duckdb
import pytest

from nqpf_assets.checks.aggregated_cells import incomplete_rule


@pytest.mark.parametrize(
    ("n_present", "share", "absent", "told"),
    [
        (3, "0.75", "'340721'", "340700 2016 (3 of 4, without 340721)"),
        (4, "1.0", "NULL", "340700 2016 (4 of 4, whose weights add up to nothing)"),
        (4, "NULL", "NULL", "340700 2016 (4 of 4, whose weights add up to nothing)"),
        (3, "NULL", "'340721'",
         "340700 2016 (3 of 4, without 340721, whose share of the weight nobody knows)"),
    ],
)  # fmt: skip
def test_why_there_is_no_value(n_present: int, share: str, absent: str, told: str) -> None:
    row = (
        f"SELECT 'towns' AS variable, '340700' AS unit, 2016 AS period, CAST(NULL AS DOUBLE) AS value,"
        f" 4 AS n_members, {n_present} AS n_present, CAST({share} AS DOUBLE) AS share,"
        f" 0.9 AS least_share, {absent} AS members_absent"
    )
    with duckdb.connect() as connection:
        (found,) = incomplete_rule().find(connection, f"({row})") or ()
    assert found.about == "series towns"
    assert found.found.endswith(told)

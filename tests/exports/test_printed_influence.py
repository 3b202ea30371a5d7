"""What matters most is named under every regression table, for each of its columns."""

from __future__ import annotations

import duckdb
import pytest

from nqpf_assets.exports.printed_influence import HEAD, _listed, _told
from nqpf_assets.user_input.project import Project
from tests.command import nqpf


@pytest.mark.slow
def test_every_column_of_the_sample_is_named(built_sample: Project) -> None:
    """Those of thresholds, too, whose rows are of a term in a regime."""
    with duckdb.connect(str(built_sample.database), read_only=True) as connection:
        columns = connection.execute(
            "SELECT study || '.' || table_name, list(column_label) FROM result.model GROUP BY ALL"
        ).fetchall()
    threshold = nqpf("show", "chongqing.threshold", project=built_sample.root).out
    assert "one threshold nqpf:regime_1: cells " in " ".join(threshold.split())
    for table, labels in columns:
        ran = nqpf("show", table, project=built_sample.root)
        assert ran.status == 0, ran.err
        told = " ".join(ran.out.split()).partition(" ".join(HEAD.split()))[2]
        for label in labels:
            assert f"{label} " in told, (table, label)
            paragraph = told.partition(f"{label} ")[2]
            assert ": cells " in paragraph.partition(".")[0], (table, label)


def test_no_estimate_is_not_called_an_estimate_without_standard_error() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE leave_out AS SELECT 't' AS table_name, '(1)' AS column_label, 'x' AS term,"
            " NULL AS effect, NULL AS note, 'period' AS subject, NULL AS unit, *"
            " FROM (VALUES (2020, 1, NULL, NULL), (2021, 2, 0.5, NULL), (2022, 3, 0.5, 1.5))"
            " AS of_year(period, size_rank, estimate, change_in_std_errors)"
        )
        found = _told(connection, "main", "leave_out", "t", "(1)", "NULL, unit, NULL")
    assert _listed(found["x", "period"], {}) == (
        "2020 (no estimate), 2021 (no standard error), 2022 (+1.5)"
    )

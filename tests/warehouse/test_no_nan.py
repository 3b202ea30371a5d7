"""What is not a number is stored as null, in every table and whichever stage made it.

SQL takes NaN for greater than every number, so that `p_value > 0.05` would count it.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.catalog.table_frames import rows_of
from nqpf_assets.warehouse.store import write_frame
from tests.stages.mini import STUDY, walk, write_mini

TABLES = STUDY[: STUDY.index("tables:")] + """\
tables:
  table_1:
    title: Numbers that are none
    model: {outcome: output_per_person, regressors: [people_before]}
    columns:
      - label: exactly identified
        estimator: fe_2sls
        iv: {endogenous: [people_before], instruments: [wealth]}
      - {label: periods, vcov: {by: [period]}, sample: {first: 2017}, effects: [unit, period]}
      - {label: both, vcov: {by: [unit, period]}, sample: {first: 2017}}
      - {label: indirect, estimator: mediation, mediation: {mediator: wealth, draws: 20}}
      - label: one regime
        estimator: threshold
        effects: [unit]
        threshold: {variable: wealth, regime: [people_before], draws: 0}
      - {label: random, hausman: true, effects: [unit]}
"""  # fmt: skip


@pytest.mark.slow
def test_no_published_number_is_nan(tmp_path: Path) -> None:
    done = walk(write_mini(tmp_path, TABLES))
    done.publish()
    columns = done.query(
        "SELECT schema_name, table_name, column_name FROM duckdb_columns()"
        " WHERE data_type IN ('DOUBLE', 'FLOAT') AND NOT internal"
    )
    assert len(columns) > 100
    for schema, table, column in columns:
        (count,) = done.query(f'SELECT count(*) FROM "{schema}"."{table}" WHERE isnan("{column}")')[
            0
        ]
        assert count == 0, (schema, table, column)
    # One term without a standard error stops nothing, and its cell and note say so.
    lacking = done.query(
        "SELECT count(*), count(p_value), count(conf_low) FROM result.estimate"
        " WHERE column_label = 'periods' AND std_error IS NULL AND estimate IS NOT NULL"
    )
    assert lacking == [(2, 0, 0)]
    printed = done.query("SELECT periods FROM mini.table_1 WHERE row_kind = 'parentheses'")
    assert ("(-)",) in printed
    notes = done.query("SELECT row_label FROM mini.table_1 WHERE row_kind = 'note'")
    assert any("No standard error for people_before" in note for (note,) in notes)
    assert done.query(
        "SELECT statistic, df, p_value FROM result.test WHERE test = 'overidentification'"
    ) == [(0.0, 0.0, None)]


def test_frames_are_written_without_nan(tmp_path: Path) -> None:
    nan = float("nan")
    (statistic,) = rows_of("test", [{"test": "t", "statistic": nan}])["statistic"]
    assert statistic is None
    frame = pl.DataFrame({"a": [1.0, nan], "b": ["x", "y"]})
    write_frame(frame, tmp_path / "a.parquet")
    assert pl.read_parquet(tmp_path / "a.parquet")["a"].to_list() == [1.0, None]

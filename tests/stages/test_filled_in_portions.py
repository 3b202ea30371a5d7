"""Gaps that are filled some series at a time: the same tables as of all series together."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages import filling
from nqpf_assets.steps.step import Inputs
from nqpf_assets.warehouse.duckdb_engine import Query, write_query
from tests.stages.crossing import write_crossing
from tests.stages.mini import first_walk


def test_series_one_by_one_give_the_tables_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two series that counties add up to, with gaps, members and a weight among them."""
    opened = first_walk(write_crossing(tmp_path), ("cities.filled_cell",)).opened
    (step,) = (one for one in opened.graph.steps if one.name == "cities__filled_cell")
    inputs = Inputs(opened.project, opened.store, step.reads, RawState({}))
    monkeypatch.setattr(filling, "CELLS", 1)
    made = step.run(inputs)
    query = made["cities", "filled_cell"]
    assert isinstance(query, Query), "of several parts"
    with inputs.connect() as connection:
        write_query(connection, query, tmp_path / "made.parquet")
    frames = made | {("cities", "filled_cell"): pl.read_parquet(tmp_path / "made.parquet")}
    assert [*frames] == [*step.outputs]
    for key, frame in frames.items():
        assert isinstance(frame, pl.DataFrame)
        whole = opened.store.scan(key).collect()
        assert whole.height > 0, key
        assert frame.equals(whole), key

"""Parts of a table in files: in their order, gone with their query, and what a full disk says."""

from __future__ import annotations

import errno
import gc
import os
from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.warehouse.duckdb_engine import Query, in_memory, write_query
from nqpf_assets.warehouse.put_aside import PutAside, table_of

PARTS = [pl.DataFrame({"n": [n, n], "text": ["a", None]}) for n in (3, 1, 2)]


def test_one_part_is_the_table() -> None:
    assert table_of(iter(PARTS[:1])) is PARTS[0]


def test_parts_stand_in_their_order_and_go_with_the_query(tmp_path: Path) -> None:
    table = table_of(iter(PARTS))
    assert isinstance(table, Query)
    with in_memory() as connection:
        write_query(connection, table, tmp_path / "whole.parquet")
    assert pl.read_parquet(tmp_path / "whole.parquet").equals(pl.concat(PARTS))
    (folder,) = {Path(one).parent for one in table.sql.split("'") if one.endswith(".parquet")}
    assert folder.is_dir()
    del table
    gc.collect()
    assert not folder.exists()


def test_a_full_disk_is_told_as_one_whatever_the_library_calls_it() -> None:
    aside = PutAside()

    def write(path: Path) -> None:
        raise pl.exceptions.ComputeError(f"{os.strerror(errno.ENOSPC)} (os error 28)")

    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)) as raised:
        aside.write(write)
    assert raised.value.errno == errno.ENOSPC
    assert raised.value.filename.startswith(aside.folder.name)
    assert aside.paths == []

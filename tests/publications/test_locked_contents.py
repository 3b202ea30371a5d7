"""What a lock keeps of a table tells rounding from another result, wherever in the table it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nqpf_assets.publications.locked_contents import is_rounding, sums_of, words_of
from nqpf_assets.warehouse.duckdb_engine import in_memory, rows_of_file

N = 400
_draw = np.random.default_rng(20261127)
TABLE = pl.DataFrame(
    {
        "term": [f"x{n % 7}" for n in range(N)],
        "n_obs": [300 + n % 11 for n in range(N)],
        "is_kept": [n % 3 > 0 for n in range(N)],
        "estimate": _draw.normal(size=N) * 10.0 ** _draw.integers(-6, 7, N),
        "p_value": [
            None if n % 50 == 1 else value for n, value in enumerate(_draw.uniform(size=N))
        ],
        "empty": pl.Series([None] * N, dtype=pl.Float64),
    }
)


def _is_near(folder: Path, changed: pl.DataFrame) -> bool:
    """The verdict on a changed table, by what was kept of the first."""
    for name, frame in (("locked", TABLE), ("found", changed)):
        frame.write_parquet(folder / f"{name}.parquet")
    with in_memory() as connection:
        locked, found = (rows_of_file(folder / f"{name}.parquet") for name in ("locked", "found"))
        return is_rounding(
            connection, found, sums_of(connection, locked), words_of(connection, locked)
        )


def _with(column: str, row: int, value: object) -> pl.DataFrame:
    values = TABLE[column].to_list()
    values[row] = value
    return TABLE.with_columns(pl.Series(column, values, dtype=TABLE[column].dtype))


def _swapped(column: str, one: int, other: int) -> pl.DataFrame:
    values = TABLE[column].to_list()
    values[one], values[other] = values[other], values[one]
    return TABLE.with_columns(pl.Series(column, values, dtype=TABLE[column].dtype))


def test_a_last_digit_is_rounding(tmp_path: Path) -> None:
    noise = 1 + 1e-13 * _draw.uniform(-1, 1, N)
    assert _is_near(tmp_path, TABLE)
    assert _is_near(tmp_path, TABLE.with_columns(pl.col("estimate") * noise))


SMALLEST = int(np.argmin(np.abs(TABLE["estimate"].to_numpy())))
OTHERS = {
    "a text": _with("term", 5, "x"),
    "a whole number": _with("n_obs", 5, 1),
    "a truth": _with("is_kept", 5, False),
    "two texts that changed places": _swapped("term", 3, 4),
    "two numbers that changed places": _swapped("estimate", 3, 4),
    "two p-values that changed places": _swapped("p_value", 3, 4),
    "a number that is missing": _with("p_value", 5, None),
    "one that is there": _with("p_value", 1, 0.0),
    "the smallest number, a hundredth more": _with(
        "estimate", SMALLEST, TABLE["estimate"][SMALLEST] * 1.01
    ),
    "the sign of the smallest number": _with("estimate", SMALLEST, -TABLE["estimate"][SMALLEST]),
    "a zero in an empty column": _with("empty", 5, 0.0),
    "rows in another order": TABLE.reverse(),
    "a column of another name": TABLE.rename({"p_value": "p"}),
}


@pytest.mark.parametrize("what", OTHERS)
def test_another_result_is_none(what: str, tmp_path: Path) -> None:
    assert not _is_near(tmp_path, OTHERS[what])


def test_the_sums_of_an_earlier_release_are_compared_as_far_as_they_go(tmp_path: Path) -> None:
    TABLE.write_parquet(tmp_path / "t.parquet")
    with in_memory() as connection:
        rows = rows_of_file(tmp_path / "t.parquet")
        pairs = {name: sums[:2] for name, sums in sums_of(connection, rows).items()}
        assert is_rounding(connection, rows, pairs, None)
        off = pairs | {"estimate": (pairs["estimate"][0] * 1.001, pairs["estimate"][1])}
        assert not is_rounding(connection, rows, off, None)

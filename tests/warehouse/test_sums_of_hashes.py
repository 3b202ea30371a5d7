"""Sums over hashes of rows: of each row both halves, and all of them whatever their order."""

from __future__ import annotations

from nqpf_assets.warehouse.duckdb_engine import hashed, sums_of_hashes
from tests.scratch import scratch


def test_a_row_hashed_once_adds_the_halves_of_its_md5() -> None:
    rows = "(SELECT i, 'x' || i AS text, i / 7 AS value FROM range(1000) AS r(i))"
    words = "row(i, text, value)"
    with scratch() as connection:
        said = connection.execute(
            f"SELECT {sums_of_hashes('h')} FROM (SELECT {hashed(words)} AS h FROM {rows})"
        ).fetchall()
        halves = ", ".join(f"sum(md5_number_{one}({words}::VARCHAR))" for one in ("lower", "upper"))
        assert said == connection.execute(f"SELECT {halves} FROM {rows}").fetchall()
        assert all(isinstance(one, int) and one > 2**64 for one in said[0]), "exact"

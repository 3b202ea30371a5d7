"""Time and memory of derived variables on a panel of three million cells.

Run from the checkout: ``python benchmarks/derived_variables.py [cells]``. Prints, asserts nothing.
"""

from __future__ import annotations

import resource
import sys
import time

import duckdb

from nqpf_assets.expressions.compile import compile_definitions, derived_cells_sql
from nqpf_assets.expressions.definition import Definition

SERIES = 20
YEARS = 15
DEFINITIONS = {
    "per_capita": Definition("s0 / s1", "元/人"),
    "log_per_capita": Definition("log(per_capita)"),
    "growth": Definition("growth(s0)"),
    "lagged": Definition("lag(log_per_capita, 2)"),
    "share": Definition("s2 / s0"),
    "interaction": Definition("share * log_per_capita"),
    "squared": Definition("log_per_capita ** 2"),
    "standard": Definition("standardize(share)"),
    "real": Definition("deflate(s0, s3, base=2012)"),
    "capital": Definition("accumulate(s4, growth=average)"),
    **{f"log_{place}": Definition(f"log(s{place} / s1)") for place in range(5, SERIES)},
}


def main(cells: int) -> None:
    """Build the cells, derive, and print what it took."""
    units = {f"s{place}": "亿元" for place in range(SERIES)} | {"s1": "万人", "s3": "上年=100"}
    regions = cells // (SERIES * YEARS)
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        connection.execute(
            f"""
            CREATE TABLE cells AS
            SELECT 's' || s AS variable, '5' || (1000000 + u) AS unit,
                CAST(2010 + y AS INTEGER) AS period,
                CASE WHEN s = 3 THEN 100 + random() * 5 ELSE 1 + random() * 100 END AS value,
                CASE WHEN random() < 0.9 THEN 'reported' ELSE 'interpolated' END AS status
            FROM range({SERIES}) AS a(s), range({regions}) AS b(u), range({YEARS}) AS c(y)
            WHERE random() < 0.97
            """
        )
        count = connection.execute("SELECT count(*) FROM cells").fetchall()[0][0]
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.perf_counter()
        compiled, wrong = compile_definitions(DEFINITIONS, series_units=units)
        assert not wrong, wrong
        query = derived_cells_sql(compiled, first=2012)
        written = time.perf_counter()
        connection.execute(f"CREATE TABLE derived AS {query}")
        done = time.perf_counter()
        rows, missing = connection.execute(
            "SELECT count(*), count(*) FILTER (value IS NULL) FROM derived"
        ).fetchall()[0]
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{count:,} cells of {SERIES} series → {rows:,} cells of {len(DEFINITIONS)} variables")
    print(f"{missing:,} missing; SQL of {len(query):,} characters in {written - started:.3f} s")
    print(f"{done - written:.2f} s in DuckDB; peak memory {before // 1024} → {after // 1024} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000)

"""One query of derived variables on both engines: DuckDB and Apache Spark, with the same rows.

    python -m benchmarks.engines [UNITS …]

Four series of UNITS units in 11 years with gaps, six variables of them: a logarithm, a lag, growth, a
ratio, a stock, a choice. A row per size: cells read, rows made, seconds of both, the largest relative
difference. Spark runs in this machine, or on the cluster that NQPF_SPARK names; starting it is not counted.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import duckdb

from nqpf_assets.expressions.compile import compile_definitions, derived_cells_sql
from nqpf_assets.expressions.definition import Definition
from nqpf_assets.warehouse import spark_engine
from nqpf_assets.warehouse.duckdb_engine import Query, connect, relation_of, write_query
from nqpf_assets.warehouse.store import Store

SIZES = (3_000, 30_000, 75_000)
CELLS = ("own", "cell")
FORMULAS = {
    "size": "log(a)",
    "before": "lag(a)",
    "speed": "growth(b)",
    "ratio": "a / b",
    "stock": "accumulate(c, depreciation=0.1, growth=0.1)",
    "chosen": "if(a > b, c, d)",
}


def write_cells(path: Path, units: int) -> int:
    """Cells of four series; gives their number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("SELECT setseed(0.13)")
        connection.execute(f"""COPY (
            SELECT s.variable, printf('%07d', u.i) AS unit, CAST(y.i AS INTEGER) AS period,
                1 + 9 * random() AS value, 'reported' AS status
            FROM range({units}) AS u(i), range(2010, 2021) AS y(i),
                (VALUES ('a'), ('b'), ('c'), ('d')) AS s(variable)
            WHERE random() > 0.03
        ) TO '{path}' (FORMAT parquet)""")
        row = connection.execute(f"SELECT count(*) FROM '{path}'").fetchone()
    assert row is not None
    return int(row[0])


def difference(one: Path, other: Path) -> tuple[int, float]:
    """Rows, and the largest relative difference of their values; stops where anything else differs."""
    with duckdb.connect() as connection:
        row = connection.execute(f"""
            SELECT count(*), count(*) FILTER (WHERE a.status IS DISTINCT FROM b.status
                    OR a.reason IS DISTINCT FROM b.reason OR a.value IS NULL <> (b.value IS NULL)),
                max(abs(a.value - b.value) / greatest(abs(a.value), 1e-300))
            FROM '{one}' AS a FULL JOIN '{other}' AS b USING (variable, unit, period)""").fetchone()
    assert row is not None
    assert row[1] == 0, "rows that only one engine has, or of another status"
    return int(row[0]), float(row[2])


def measure(units: int, folder: Path) -> str:
    store = Store(folder)
    n_cells = write_cells(store.path(CELLS), units)
    definitions = {name: Definition(text) for name, text in FORMULAS.items()}
    compiled, wrong = compile_definitions(definitions, series_units=dict.fromkeys("abcd"))
    assert not wrong, wrong
    sql = derived_cells_sql(compiled, cells="own.cell", first=2011, last=2020)
    query = Query(f"{sql}\nORDER BY variable, unit, period")
    relations = {CELLS: relation_of(store, CELLS)}
    made, seconds = [folder / "embedded.parquet", folder / "spark.parquet"], []
    with connect(store, [CELLS]) as connection:
        for path, run in zip(
            made,
            (
                lambda path: write_query(connection, query, path),
                lambda path: spark_engine.write_query(connection, query, path, relations),
            ),
            strict=True,
        ):
            clock = time.perf_counter()
            run(path)
            seconds.append(time.perf_counter() - clock)
    n_rows, most = difference(*made)
    return (
        f"| {n_cells:,} | {n_rows:,} | {seconds[0]:.1f} s | {seconds[1]:.1f} s | "
        f"{seconds[1] / seconds[0]:.1f} | {most:.0e} |"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure(10, Path(folder) / "warm")
        print("| cells | rows | embedded | Spark | ratio | largest difference |")
        print("|---|---|---|---|---|---|")
        for units in [int(one) for one in sys.argv[1:]] or SIZES:
            print(measure(units, Path(folder) / str(units)), flush=True)


if __name__ == "__main__":
    main()

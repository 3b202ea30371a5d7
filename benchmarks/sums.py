"""A linear model of a panel in memory, from sums that DuckDB makes, and from sums that Spark makes.

    python -m benchmarks.sums [UNITS …] [--by memory,duckdb,spark]

Ten regressors, effects of units and of periods, errors clustered by unit, of UNITS units in 10 years of
which nine of ten are seen. Each way runs in a process of its own: seconds of the column from the panel's file
to what it reports, once the engine runs, memory at the peak, Java's among it, and the largest relative
difference of estimates and standard errors from those of the first. NQPF_MEMORY and NQPF_THREADS hold.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import polars as pl

from nqpf_assets.catalog.geography import load_geography
from nqpf_assets.estimation.column import FittedColumn, fit_column
from nqpf_assets.estimation.linear_from_sums import fit_from_sums
from nqpf_assets.studies.spec import Column, CompleteColumn, Model, RegressionTable, Study
from nqpf_assets.warehouse import spark_engine
from nqpf_assets.warehouse.duckdb_engine import Query, connect, frame_of, relation_of
from nqpf_assets.warehouse.store import Store

PANEL = ("own", "panel")
REGRESSORS = [f"x{at}" for at in range(10)]
STUDY = Study.model_validate(
    {"study": "own", "title": "Own", "units": {}, "periods": {"first": 2010, "last": 2019}}
)


def column() -> CompleteColumn:
    model = Model.model_validate({"outcome": "y", "regressors": REGRESSORS})
    own = Column.model_validate({"label": "(1)"})
    return RegressionTable(title="T", model=model, columns=(own,)).completed(own, range(2010, 2020))


def write_panel(path: Path, units: int) -> int:
    """An unbalanced panel in no order of its units; gives the number of rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = ", ".join(f"1.7 * (random() + random() - 1) + a + 0.2 * t AS {x}" for x in REGRESSORS)
    fitted = " + ".join(f"{at - 4}e-1 * {x}" for at, x in enumerate(REGRESSORS))
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false; SELECT setseed(0.13)")
        connection.execute(f"""COPY (
            SELECT unit, unit AS unit_name, CAST(2010 + t AS INTEGER) AS period, {", ".join(REGRESSORS)},
                {fitted} + 3 * a - 0.1 * t * t + 3 * (random() + random() - 1) AS y
            FROM (SELECT printf('%09d', u.i) AS unit, years.i AS t, a, {drawn}
                FROM (SELECT i, (hash(i) % 1000003) / 1000003e0 AS a FROM range({units}) AS r(i)) AS u,
                    range(10) AS years(i)
                WHERE random() < 0.9) AS p
        ) TO '{path}' (FORMAT parquet)""")
        row = connection.execute(f"SELECT count(*) FROM '{path}'").fetchone()
    assert row is not None
    return int(row[0])


def by_memory(store: Store) -> FittedColumn:
    panel = pl.read_parquet(store.path(PANEL))
    return fit_column(STUDY, "table", column(), panel, load_geography())


def by_duckdb(store: Store) -> FittedColumn | None:
    with connect(store, [PANEL]) as connection:
        return fit_from_sums(
            STUDY, column(), "own.panel", lambda sql: frame_of(connection, sql), ""
        )


def by_spark(store: Store) -> FittedColumn | None:
    relations = {PANEL: relation_of(store, PANEL)}
    with connect(store, relations) as connection:

        def ask(sql: str) -> pl.DataFrame:
            path = store.warehouse / f"{secrets.token_hex(8)}.parquet"
            spark_engine.write_query(connection, Query(sql), path, relations)
            return pl.read_parquet(path)

        ask("SELECT count(*) AS n FROM (SELECT 1 AS one) AS s")
        global started  # starting Spark is not counted
        started = time.perf_counter()
        return fit_from_sums(STUDY, column(), "own.panel", ask, "")


WAYS = {"memory": by_memory, "duckdb": by_duckdb, "spark": by_spark}
started = 0.0


def peak() -> float:
    """The most that this process and what it started has needed, in GB."""
    mine = str(Path("/proc/self").resolve().name)
    found = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text("ascii", "replace")
        except OSError:
            continue
        is_ours = status.parent.name == mine or "\nName:\tjava" in f"\n{text}"
        size = re.search(r"VmHWM:\s+(\d+) kB", text)
        found += int(size[1]) / 1e6 if is_ours and size else 0.0
    return found


def run(way: str, folder: Path) -> None:
    """One way, in this process: a line of JSON."""
    global started
    started = time.perf_counter()
    fit = WAYS[way](Store(folder))
    assert fit is not None, "sums tell enough of this panel"
    seconds = time.perf_counter() - started
    numbers = [number for one in fit.fitted.terms for number in (one.estimate, one.std_error)]
    told = {"n": len(fit.sample), "seconds": seconds, "peak": peak(), "numbers": numbers}
    print(json.dumps(told))


def measure(units: int, ways: list[str], folder: Path) -> None:
    write_panel(Store(folder).path(PANEL), units)
    first: list[float] | None = None
    for way in ways:
        code = [sys.executable, "-m", "benchmarks.sums", "--run", way, str(folder)]
        ran = subprocess.run(code, stdout=subprocess.PIPE, text=True, check=True)
        told = json.loads(ran.stdout.splitlines()[-1])
        first = first or told["numbers"]
        most = max(abs(a - b) / abs(b) for a, b in zip(told["numbers"], first, strict=True))
        print(
            f"| {told['n']:,} | {way} | {told['seconds']:.1f} s | {told['peak']:.1f} GB | {most:.0e} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("units", nargs="*", type=int)
    parser.add_argument("--by", default=",".join(WAYS))
    parser.add_argument("--run", nargs=2)
    asked = parser.parse_args()
    if asked.run:
        run(asked.run[0], Path(asked.run[1]))
        return
    print("| rows | by | seconds | memory at the peak | largest difference |")
    print("|---|---|---|---|---|")
    for units in asked.units or [34_000, 340_000]:
        with tempfile.TemporaryDirectory() as folder:
            measure(units, asked.by.split(","), Path(folder))


if __name__ == "__main__":
    main()

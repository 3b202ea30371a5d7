"""Time and peak memory of every step of the walk at village size: 3 million observations.

Run from the checkout: ``python benchmarks/panel.py [units]``. 30,000 units, 10 years, 10 series, with
gaps and two vintages of one series, go through the choice of vintage, filling, formulas, winsorising,
an entropy index, the analysis panel and a regression with 10 regressors. Each step runs in a process
of its own, so that its peak memory is its own. Prints, asserts nothing.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue, load_catalogue
from nqpf_assets.catalog.regions import REGION_SCHEMA, Regions
from nqpf_assets.catalog.table_frames import frame_of
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.compiled_study import compile_study
from nqpf_assets.stages.graph import build_graph
from nqpf_assets.steps.execute import execute
from nqpf_assets.steps.graph import Graph
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.store import Record, Store, write_frame

YEARS = range(2012, 2022)
SERIES = [f"s{n}" for n in range(10)]


def study_text() -> str:
    """Ten variables, two of them winsorised, an index of five, and a regression on all."""
    variables = ""
    for n in range(10):
        expression = f"log(s{n})" if n % 2 else f"s{n} / lag(s{n}, 1)"
        clipped = ", winsorize: {share: 0.01, quantile: stata}" if n < 2 else ""
        variables += f'  v{n}: {{expression: "{expression}"{clipped}}}\n'
    indicators = "".join(
        f"        - {{indicator: i{n}, expression: s{n}, winsorize: {{share: 0.01}}}}\n"
        for n in range(5)
    )
    return f"""\
study: village
title: A study of villages
units: {{level: village}}
periods: {{first: 2013, last: 2021}}
interpolation: {{method: linear, ends: nearest}}
variables:
{variables}
indices:
  wealth:
    title: Wealth
    method: entropy
    dimensions:
      all:
{indicators}
tables:
  table_1:
    title: Wealth of villages
    model: {{outcome: wealth, regressors: [{", ".join(f"v{n}" for n in range(10))}]}}
    columns:
      - label: (1)
"""


def catalogue(n_units: int) -> Catalogue:
    """The shipped catalogue with the villages as regions."""
    shipped = load_catalogue()
    codes = [f"9{n:011}" for n in range(n_units)]
    rows = {name: [None] * n_units for name in REGION_SCHEMA} | {
        "region_code": codes, "name": codes, "short": codes, "level": ["village"] * n_units,
        "valid_from": [1949] * n_units,
    }  # fmt: skip
    villages = pl.DataFrame(rows, schema=pl.Schema(REGION_SCHEMA))
    regions = Regions(pl.concat([shipped.regions.frame, villages]), shipped.regions.groups)
    return replace(shipped, regions=regions)


def write_sources(store: Store, catalogue: Catalogue, n_units: int) -> None:
    """Observations and catalogue tables as the first stages would leave them."""
    draw = np.random.default_rng(1)
    codes = catalogue.regions.frame.filter(pl.col("level") == "village")["region_code"]
    cells = pl.DataFrame({"region_code": codes}).join(
        pl.DataFrame({"period": list(YEARS)}, schema={"period": pl.Int32}), how="cross"
    )
    parts = []
    for place, series_id in enumerate(SERIES):
        level = draw.lognormal(3, 1, n_units).repeat(len(YEARS))
        value = level * draw.lognormal(0, 0.2, len(cells))
        for vintage in ("2021", "2022")[: 2 if place == 0 else 1]:
            kept = draw.uniform(size=len(cells)) < 0.95
            parts.append(
                cells.with_columns(
                    series_id=pl.lit(series_id),
                    vintage=pl.lit(vintage),
                    value=pl.Series(value),
                    unit_measure=pl.lit("元"),
                    file_id=pl.lit(f"file {vintage}"),
                    locator=pl.format("line {}", pl.int_range(pl.len())),
                ).filter(kept)
            )
    regions = catalogue.regions.frame.select("region_code", "name", "level", "valid_from")
    files = {"file_id": ["file 2021", "file 2022"], "publisher": ["P", "P"], "data_status": ["survey"] * 2,
             "vintage": ["2021", "2022"]}  # fmt: skip
    unit = {"unit_measure": ["元"], "factor": [1.0], "dimension_symbol": ["money"]}
    tables = {
        ("source", "observation"): frame_of("observation", parts, "source"),
        ("source", "file"): frame_of("file", [pl.DataFrame(files)], "source"),
        ("catalog", "region"): frame_of(
            "region", [regions.with_columns(unit_code="region_code")], "catalog"
        ),
        ("catalog", "unit_measure"): frame_of("unit_measure", [pl.DataFrame(unit)], "catalog"),
        ("source", "correction"): frame_of("correction", [], "source"),
        **{
            ("catalog", table): frame_of(table, [], "catalog")
            for table in (
                "neighbour", "coordinate", "region_group", "series", "series_break", "series_part",
            )
        },
    }  # fmt: skip
    for key, frame in tables.items():
        digest = store.write(key, lambda path, frame=frame: write_frame(frame, path))
        size = store.path(key).stat().st_size
        store.write_record(key, Record("given", digest, size, len(frame), "2026-01-01T00:00:00"))
    print(f"{tables['source', 'observation'].height:,} observations of {n_units:,} units")


AUDITS = (
    "panel__cell", "audit__vintage_break", "audit__series_break", "audit__magnitude", "audit__total",
)  # fmt: skip
"""Steps that serve all studies and look at every cell."""


def graph_of(n_units: int) -> Graph:
    known = catalogue(n_units)
    file = read_study_file("village.yaml", study_text())
    return build_graph([compile_study(file, known)], known)


def peak_memory() -> float:
    """The most this process has needed so far, in GB; Linux counts it anew in each program."""
    status = Path("/proc/self/status").read_text("ascii", "replace")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1e6  # type: ignore[index]


def run_step(root: Path, n_units: int, name: str) -> None:
    """One step in this process: seconds, seconds of all cores together, memory at the peak."""
    step = next(step for step in graph_of(n_units).steps if step.name == name)
    idle, started, worked = peak_memory(), time.perf_counter(), time.process_time()
    made = execute(step, Project(root), Store(root / "warehouse"), RawState({}))
    seconds, cores = time.perf_counter() - started, time.process_time() - worked
    rows = ", ".join(
        f"{one.key[1]} {one.record.n_rows:,}" for one in made if one.record.n_rows > 999
    )
    print(
        f"{name:24} {seconds:6.1f} s {cores:6.1f} s of cores {peak_memory():6.2f} GB"
        f" (before {idle:.2f})  {rows}",
        flush=True,
    )


def main(n_units: int) -> None:
    """Every step of the study, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        write_sources(Store(Path(folder) / "warehouse"), catalogue(n_units), n_units)
        for step in graph_of(n_units).steps:
            if step.study is not None or step.name in AUDITS:
                code = [sys.executable, __file__, str(n_units), folder, step.name]
                subprocess.run(code, check=True)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if len(arguments) == 3:
        run_step(Path(arguments[1]), int(arguments[0]), arguments[2])
    else:
        main(int(arguments[0]) if arguments else 30_000)

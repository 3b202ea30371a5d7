"""Time and memory of every step of a whole refresh, of a project of any number of units.

Run from the checkout: ``python -m benchmarks.villages UNITS YEARS FOLDER``. A project of so many units in so
many years, observed in 24 series with gaps, is written into the folder unless it is there: a table in
Parquet for each four series, an index of 13 of them, and a model with ten regressors. It is built anew by
`nqpf refresh`'s own functions in one process, which notes of each step what it took and how much memory the
process had at the most meanwhile. Prints, asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.suite.projects import forget

N_SERIES, IN_FILE, LAST_YEAR, FILLED = 24, 4, 2022, 0.95
SERIES = [f"s{number:02}" for number in range(N_SERIES)]
CARD = """\
publisher: Survey office
title: A survey of villages
status: synthetic
vintage: "2023-06"
published: 2023-06-01
accessed: 2023-07-01
licence: for benchmarks
columns: {region: code, period: year, values: [%s]}
unit: 元
"""


def study(n_years: int) -> str:
    """Eleven variables in logarithms, an index of the other series, and a model with ten regressors."""
    variables = "\n".join(f'  v{one}: {{expression: "log({one})"}}' for one in SERIES[:11])
    indicators = "\n".join(f"        - {{indicator: i{one}, series: {one}}}" for one in SERIES[11:])
    regressors = ", ".join(["wealth", *(f"v{one}" for one in SERIES[1:10])])
    return f"""\
study: villages
title: A study of villages
units: {{level: village}}
periods: {{first: {LAST_YEAR - n_years + 1}, last: {LAST_YEAR}}}
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
    model: {{outcome: v{SERIES[0]}, regressors: [{regressors}]}}
    columns:
      - label: (1)
"""


def write_project(root: Path, n_units: int, n_years: int) -> None:
    """Raw tables with their cards, the villages, and the study."""
    raw = root / "raw" / "survey" / "2023-06"
    for folder in (raw, root / "catalog", root / "studies"):
        folder.mkdir(parents=True, exist_ok=True)
    codes = [f"9{number:011}" for number in range(n_units)]
    regions = {"region_code": codes, "name": [f"village {one}" for one in codes]}
    pl.DataFrame(regions).with_columns(
        pl.lit("village").alias("level"), pl.lit(1949).alias("valid_from")
    ).write_csv(root / "catalog" / "regions.csv")
    draw = np.random.default_rng(1)
    rows = pl.DataFrame({"code": codes}).join(
        pl.DataFrame({"year": range(LAST_YEAR - n_years + 1, LAST_YEAR + 1)}), how="cross"
    )
    for start in range(0, N_SERIES, IN_FILE):
        names = SERIES[start : start + IN_FILE]
        columns = []
        for name in names:
            value = draw.lognormal(3, 1, n_units).repeat(n_years) * draw.lognormal(
                0, 0.2, len(rows)
            )
            gaps = pl.Series(draw.uniform(size=len(rows)) > FILLED)
            columns.append(pl.when(gaps).then(None).otherwise(pl.Series(value)).alias(name))
        path = raw / f"villages_{names[0]}.parquet"
        rows.with_columns(columns).write_parquet(path)
        path.with_name(f"{path.name}.card.yaml").write_text(CARD % ", ".join(names), "utf-8")
    (root / "studies" / "villages.yaml").write_text(study(n_years), "utf-8")


def memory(line: str) -> float:
    """What Linux says of this process, in MB: VmRSS now, VmHWM the most since it was last forgotten."""
    for one in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
        if one.startswith(line):
            return int(one.split()[1]) / 1024
    raise LookupError(line)


@contextmanager
def noted(name: str) -> Iterator[None]:
    """Print what the block took, and its peak of memory."""
    before, clock, worked = memory("VmRSS"), time.perf_counter(), time.process_time()
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    try:
        yield
    finally:
        seconds, cores = time.perf_counter() - clock, time.process_time() - worked
        if seconds > 0.3 or memory("VmHWM") > before + 50:
            print(
                f"{name:34} {seconds:7.2f} s {cores:7.2f} s of cores {memory('VmHWM'):7.0f} MB"
                f" (before {before:.0f}, after {memory('VmRSS'):.0f})",
                flush=True,
            )


def _noting(owner: Any, name: str, told: Callable[..., str]) -> None:
    """Let a function note what it takes."""
    inner = getattr(owner, name)

    def outer(*arguments: Any, **named: Any) -> Any:
        with noted(told(*arguments)):
            return inner(*arguments, **named)

    setattr(owner, name, outer)


def refresh_noting(root: Path) -> None:
    """A refresh in this process."""
    from nqpf_assets.defs import refresh, session
    from nqpf_assets.user_input.project import Project

    _noting(refresh, "open_project", lambda *_: "(open)")
    _noting(refresh, "outlook_of", lambda *_: "(look)")
    _noting(refresh, "_read_sources", lambda *_: "(read)")
    _noting(session, "execute", lambda step, *_: step.name)
    _noting(session, "publish", lambda *_: "(publish)")
    _noting(session, "keep_site", lambda *_: "(site)")
    clock, worked = time.perf_counter(), time.process_time()
    done = refresh.refresh(Project.at(root))
    parts = {part: round(seconds, 1) for part, seconds in done.seconds.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"whole {time.perf_counter() - clock:.1f} s, {time.process_time() - worked:.1f} s of cores,"
        f" {peak:.0f} MB; {json.dumps(parts)}; {len(done.warnings)} warnings"
    )


def size(folder: Path) -> float:
    """MB of all files in a folder."""
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 1e6


def main() -> None:
    """Write the project, refresh it, and say how large it is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.villages", description=__doc__)
    parser.add_argument("units", type=int)
    parser.add_argument("years", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        refresh_noting(asked.folder)
        return
    if not asked.folder.is_dir():
        write_project(asked.folder, asked.units, asked.years)
    forget(asked.folder)
    code = [sys.executable, "-m", "benchmarks.villages", *sys.argv[1:], "--here"]
    subprocess.run(code, check=True)
    raw = size(asked.folder / "raw")
    for part in (".", "tables", "cache", "site"):
        built = size(asked.folder / "warehouse" / part)
        print(f"warehouse/{part} {built:.1f} MB, {built / raw:.1f} × raw ({raw:.1f} MB)")


if __name__ == "__main__":
    main()

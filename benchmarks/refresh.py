"""Time and memory of a refresh: of everything, with one new file, and with nothing to do.

Run from the checkout: ``python -m benchmarks.refresh [--project DIR] [--repeat N]``. Works on a copy of
the project's ``raw/``, ``studies/`` and ``catalog/`` (default: the sample project). Prints, asserts nothing.

The new file is of a series that no study reads, and then a newer vintage of one that a study reads:
half of the work of a refresh is to leave alone what neither concerns.

start-up       starting Python, looking what is out of date, loading Dagster
read           reading raw files
work           steps, checks and publication
orchestration  what Dagster does around the steps: its events, metadata, lineage of columns
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.suite.projects import forget

ONE = """
import json, resource, sys
from nqpf_assets.user_input.project import Project
from nqpf_assets.defs.refresh import refresh
done = refresh(Project.at(sys.argv[1]))
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps(done.seconds | {
    "tables": len(done.made), "built": sum(one.is_rebuilt for one in done.made),
    "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / 1024,
}))
"""
"""A refresh as `nqpf refresh` makes it, without what it prints."""


def measure(project: Path) -> dict[str, float]:
    """One refresh in a process of its own: seconds by part, processor seconds, peak memory in MB."""
    clock = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", ONE, str(project)], stdout=subprocess.PIPE, text=True, check=True
    )
    whole = time.perf_counter() - clock
    said = json.loads(done.stdout)
    parts = {part: said.get(part, 0.0) for part in ("read", "work", "orchestration")}
    return {
        "whole": whole,
        "start-up": whole - sum(parts.values()),
        **parts,
        "processor": said["cpu"],
        "memory": said["memory"],
        "tables": said["tables"],
        "built": said["built"],
    }


UNREAD = {
    "data.csv": "地区,年份,本地指标\n北京市,2020,{n}\n天津市,2020,2\n",
    "data.csv.card.yaml": "publisher: 测试\ntitle: 合成\nstatus: synthetic\nunit: 项\n"
    "series: {{本地指标: benchmark_series}}\n"
    "columns: {{region: 地区, period: 年份, values: [本地指标]}}\n",
}
READ = {
    "data.csv": "地区,年份,人口\n北京市,2020,{n}\n",
    "data.csv.card.yaml": "publisher: 测试\ntitle: 合成\nstatus: synthetic\nunit: 万人\n"
    "series: {{人口: population}}\ncolumns: {{region: 地区, period: 年份, values: [人口]}}\n",
}


def add(project: Path, vintage: str, files: dict[str, str], n: int) -> None:
    """A file with its card, other than the one before."""
    folder = project / "raw" / "benchmark" / vintage
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text.format(n=2600 + n), "utf-8")


def show(title: str, runs: list[dict[str, float]]) -> None:
    """The median of each figure, and the quickest and slowest run."""
    middle = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    wholes = sorted(run["whole"] for run in runs)
    print(
        f"{title}: {middle['whole']:.2f} s ({wholes[0]:.2f} to {wholes[-1]:.2f}, {len(runs)} runs)"
    )
    for part in ("start-up", "read", "work", "orchestration"):
        print(f"  {part:14} {middle[part]:6.2f} s")
    print(
        f"  {middle['processor']:.2f} s of processor time, at most {middle['memory']:.0f} MB,",
        end=" ",
    )
    print(f"{middle['built']:.0f} tables built of {middle['tables']:.0f} looked at")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--project", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        for part in ("raw", "studies", "catalog"):
            if (asked.project / part).is_dir():
                shutil.copytree(asked.project / part, project / part)
        full = []
        for _ in range(asked.repeat):
            forget(project)
            full.append(measure(project))
        one_unread, one_read = [], []
        for n in range(asked.repeat):
            add(project, "2090", UNREAD, n)
            one_unread.append(measure(project))
        for n in range(asked.repeat):
            add(project, "2091", READ, n)
            one_read.append(measure(project))
        nothing = [measure(project) for _ in range(asked.repeat)]
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    show("full refresh", full)
    show("one new file that no study reads", one_unread)
    show("one newer vintage of a series that a study reads", one_read)
    show("nothing to do", nothing)


if __name__ == "__main__":
    main()

"""What it costs to keep every publication: disk for twenty, and the time of a comparison.

Run from the checkout: ``python benchmarks/publications.py [publications]``. The sample is published once;
then a new edition of its GDP arrives again and again, in which one year is revised. Prints, asserts
nothing.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
PAGE = "分省年度数据.csv"
CARD = "publisher: 国家统计局（合成样例）\ntitle: 地区生产总值\nstatus: synthetic\naccessed: '2026-11-20'\n"


def main(publications: int) -> None:
    """Publish the sample so many times, and say what each costs."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "sample"
        shutil.copytree(CHECKOUT / "raw", root / "raw")
        limits = "limits: {weight_shift: 1, coverage_loss: 1}\nkeep: {publications: null}\n"
        (root / "nqpf.yaml").write_text(limits, "utf-8")
        print(f"first: {run('refresh', root):.1f} s, history {size(root):.1f} MB")
        seconds = []
        for number in range(2, publications + 1):
            add_edition(root, number)
            seconds.append(run("refresh", root))
        seconds.sort()
        print(
            f"{publications} publications: history {size(root):.1f} MB, published file "
            f"{(root / 'warehouse/nqpf.duckdb').stat().st_size / 1e6:.1f} MB"
        )
        print(f"one new edition: {seconds[len(seconds) // 2]:.1f} s in the median")
        print(f"nothing new: {run('refresh', root):.1f} s")
        for command in ("diff", "history", "lock", "verify"):
            print(f"nqpf {command}: {run(command, root):.1f} s")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"most memory of any command: {peak:.0f} MiB")


def run(command: str, root: Path) -> float:
    """Seconds of one command."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "nqpf_assets.cli", command, "--project", str(root)],
        check=True, capture_output=True,
    )  # fmt: skip
    return time.perf_counter() - began


def add_edition(root: Path, number: int) -> None:
    """GDP once more, with the values of 2021 revised by a little more each time."""
    text = (root / "raw/nbs/2026-02" / PAGE).read_bytes().decode("gb18030")
    lines = []
    for line in text.splitlines():
        cells = line.split(",")
        if len(cells) > 5 and cells[4].replace(".", "").isdigit():
            cells[4] = f"{float(cells[4]) * (1 + number / 1000):.2f}"
        lines.append(",".join(cells))
    folder = root / "raw/nbs" / f"2026-11-{number:02}"
    folder.mkdir()
    (folder / PAGE).write_bytes("\n".join(lines).encode("gb18030"))
    (folder / "card.yaml").write_text(CARD, "utf-8")


def size(root: Path) -> float:
    """Megabytes of the history, each content counted once."""
    files = {p.stat().st_ino: p.stat().st_size for p in (root / "warehouse/history").rglob("*.*")}
    return sum(files.values()) / 1e6


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)

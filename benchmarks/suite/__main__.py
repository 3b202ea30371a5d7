"""Measure: ``python -m benchmarks.suite [LINE …] [--large] [--compare] [--peers PYTHON]``.

All lines are measured and the page is written; with names of lines these are measured anew, and the others
stay as they are kept.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.suite.line import OURS, STRIPPED, Line, lines
from benchmarks.suite.page import PAGE, page
from benchmarks.suite.results import Measured, changes, kept, put_away, put_together, renewed

CHECKOUT = Path(__file__).parents[2]
LIBRARIES = ("OPENBLAS_NUM", "OMP_NUM", "MKL_NUM", "NUMBA_NUM", "RAYON_NUM", "POLARS_MAX")
ONE_THREAD = {f"{library}_THREADS": "1" for library in LIBRARIES}


def measured(name: str, line: Line, size: int, peers: str) -> Iterator[Measured]:
    """Every contestant at one size, each alone."""
    reference: list[float] = []
    for who, one in line.contestants.items():
        if one.most is not None and size > one.most:
            continue
        python = sys.executable if who in (OURS, STRIPPED) else peers
        said = subprocess.run(
            [python, "-m", "benchmarks.suite.alone", name, who, str(size)],
            cwd=CHECKOUT,
            env=os.environ | ONE_THREAD,
            capture_output=True,
            text=True,
            check=False,
        )
        if said.returncode:
            words = (said.stderr.strip().splitlines() or [f"status {said.returncode}"])[-1]
            yield Measured(name, who, size, failed=words)
            continue
        # Packages may print remarks of their own before the answer.
        found = json.loads(said.stdout.strip().splitlines()[-1])
        numbers = found.pop("numbers")
        reference = reference or numbers
        yield Measured(
            *(name, who, size),
            tuple(found["seconds"]),
            found["megabytes"],
            found["release"],
            _difference(reference, numbers) if who != OURS and numbers else None,
        )


def _difference(ours: list[float], theirs: list[float]) -> float:
    """Of those that both tell, the largest."""
    return max(abs(one / own - 1) for own, one in zip(ours, theirs, strict=False))


def shown(one: Measured) -> str:
    if one.failed:
        return f"{one.line:26} {one.size:>9,} {one.who:14} failed: {one.failed}"
    far = "" if one.difference is None else f"differs by {one.difference:.1e}"
    return f"{one.line:26} {one.size:>9,} {one.who:14} {one.middle:9.4f} s {one.megabytes:8.0f} MB {far}"


def main() -> None:
    """Measure, print, and keep what was asked for."""
    known = lines()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suite", description=__doc__)
    parser.add_argument("lines", nargs="*", metavar="LINE", help=f"of {', '.join(known)}")
    parser.add_argument("--large", action="store_true", help="sizes up to millions of rows")
    parser.add_argument("--compare", action="store_true", help="say what has changed; keep nothing")
    parser.add_argument(
        "--peers", default=sys.executable, help="Python that has the other packages"
    )
    asked = parser.parse_args()
    if strange := {*asked.lines} - {*known}:
        parser.error(f"no line {', '.join(sorted(strange))}; there are {', '.join(known)}")
    found: list[Measured] = []
    for name, line in known.items():
        if asked.lines and name not in asked.lines:
            continue
        for size in line.large if asked.large else line.sizes:
            for one in measured(name, line, size, asked.peers):
                print(shown(one), flush=True)
                found.append(one)
    results = put_together(found)
    if asked.compare:
        print(*changes(kept(), results) or ["no ratio has changed by a fifth"], sep="\n")
        return
    whole = renewed(kept(), results) if asked.lines else results
    put_away(whole)
    PAGE.write_text(page(whole, known), "utf-8")
    print(f"wrote {PAGE.relative_to(CHECKOUT)}")


if __name__ == "__main__":
    main()

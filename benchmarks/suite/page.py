"""`docs/benchmarks.md`, written from what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.suite.line import OURS, Line
from benchmarks.suite.results import Results

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
HEAD = """\
# Benchmarks

<!-- made by `make bench`; edit benchmarks/suite -->

How long the main computations take and how much memory, beside packages that do the same. Measured on
{day}, where a line does not say otherwise: {machine}.

Every contestant is run once at a small size, which loads and compiles it, and then up to three times in a
process of its own on one thread. *Seconds* are of the processor, the median; *MB* is what was needed at
the most beside the data that it was given. *Times ours* is its seconds over ours: above one, it is slower.
Numbers of all are compared with ours; what differs by more than rounding is told. *NumPy, bare* is the
least that the arithmetic needs, on rows that are sorted and complete, without checks, tests or names.

`make bench` measures again and writes this page, `make bench-large` with up to millions of rows;
`make bench-compare` measures and says which ratios have changed by a fifth or more.
"""
TABLE = "| {} | by | seconds | MB | times ours | numbers |\n|---:|---|---:|---:|---:|---|\n"


def page(results: Results, lines: dict[str, Line]) -> str:
    """The page."""
    parts = [HEAD.format(day=results.day, machine=results.machine)]
    for name, line in lines.items():
        if results.sizes(name):
            parts.append(
                f"\n## {line.title}\n\n{TABLE.format(line.of)}{''.join(_rows(results, name, line))}"
            )
            if (growth := results.growth(name)) is not None:
                parts.append(f"\nOur seconds grow with the size to the power {growth:.2f}.\n")
            if apart := results.apart(name):
                parts.append(f"\nMeasured on {apart}.\n")
    return "".join(parts)


def _rows(results: Results, name: str, line: Line) -> Iterator[str]:
    for size in results.sizes(name):
        at = results.at(name, size)
        for who, one in at.items():
            contestant = line.contestants[who]
            shown = f"{who} {one.release}".strip()
            if one.failed:
                yield f"| {size:,} | {shown} | | | | failed: {one.failed} |\n"
                continue
            is_other = who != OURS and at[OURS].seconds
            times = f"{one.middle / at[OURS].middle:.2f}" if is_other else ""
            words = [contestant.remark] if contestant.remark else []
            if one.difference is not None and one.difference > contestant.same:
                words.append(f"differs by {one.difference:.1e}")
            yield (
                f"| {size:,} | {shown} | {_seconds(one.middle)} | {one.megabytes:.0f} | {times} | "
                f"{'; '.join(words)} |\n"
            )


def _seconds(value: float) -> str:
    return f"{value:.4f}" if value < 0.1 else f"{value:.2f}"

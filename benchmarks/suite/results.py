"""What was measured, kept as JSON with the machine, and what has changed since."""

from __future__ import annotations

import json
import math
import os
import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.suite.line import OURS

RESULTS = Path(__file__).with_name("results.json")
SHOWN = 1.2
"""A ratio that is so many times another is told."""


@dataclass(frozen=True)
class Measured:
    """One contestant at one size.

    Attributes:
        seconds: of each run.
        megabytes: needed beside the data.
        release: of its package.
        difference: the largest of its numbers from ours, of their size.
        failed: why there are none.
        apart: day and machine, where the line was measured on others than the page.
    """

    line: str
    who: str
    size: int
    seconds: tuple[float, ...] = ()
    megabytes: float = 0.0
    release: str = ""
    difference: float | None = None
    failed: str = ""
    apart: str = ""

    @property
    def middle(self) -> float:
        return median(self.seconds)


@dataclass(frozen=True)
class Results:
    """All of one run."""

    machine: str
    day: str
    measured: tuple[Measured, ...] = field(default=())

    def at(self, line: str, size: int) -> dict[str, Measured]:
        """Contestant → what it took."""
        found = (one for one in self.measured if (one.line, one.size) == (line, size))
        return {one.who: one for one in found}

    def sizes(self, line: str) -> list[int]:
        return sorted({one.size for one in self.measured if one.line == line})

    def apart(self, line: str) -> str:
        """When and where a line was measured, where it is of another day or machine than the page."""
        return next((one.apart for one in self.measured if one.line == line), "")

    def ratios(self) -> Mapping[tuple[str, int, str], float]:
        """Line, size and peer → its seconds over ours; without peers, our seconds alone."""
        found = {}
        for line in dict.fromkeys(one.line for one in self.measured):
            for size in self.sizes(line):
                at = {who: one for who, one in self.at(line, size).items() if one.seconds}
                if OURS not in at:
                    continue
                peers = {
                    who: one.middle / at[OURS].middle for who, one in at.items() if who != OURS
                }
                for who, ratio in (peers or {"": 1 / at[OURS].middle}).items():
                    found[line, size, who] = ratio
        return found

    def growth(self, line: str) -> float | None:
        """By which power of the size our seconds grow, between the smallest and the largest."""
        ours = [self.at(line, size).get(OURS) for size in self.sizes(line)]
        told = [one for one in ours if one is not None and one.seconds]
        if len(told) < 2:
            return None
        first, last = told[0], told[-1]
        return math.log(last.middle / first.middle) / math.log(last.size / first.size)


def this_machine() -> str:
    """Processor, cores, memory, system."""
    processor = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    name = processor[1] if processor else platform.processor() or "a processor without a name"
    return (
        f"{name}, {os.cpu_count()} cores, {gigabytes:.0f} GiB, "
        f"{platform.system()}, Python {platform.python_version()}"
    )


def put_away(results: Results, path: Path = RESULTS) -> None:
    path.write_text(json.dumps(asdict(results), indent=1, ensure_ascii=False) + "\n", "utf-8")


def put_together(measured: list[Measured]) -> Results:
    return Results(this_machine(), date.today().isoformat(), tuple(measured))


def renewed(before: Results, now: Results) -> Results:
    """All that was kept, with what was measured now in place of the same lines; they say when and where.

    Ratios are of one run each: peers of a line are measured with it.
    """
    lines = {one.line for one in now.measured}
    rest = tuple(one for one in before.measured if one.line not in lines)
    is_same = (before.machine, before.day) == (now.machine, now.day)
    apart = "" if is_same else f"{now.day}: {now.machine}"
    return replace(before, measured=(*rest, *(replace(one, apart=apart) for one in now.measured)))


def kept(path: Path = RESULTS) -> Results:
    """What was measured before.

    Raises:
        FileNotFoundError: nothing was.
    """
    said: dict[str, Any] = json.loads(path.read_text("utf-8"))
    rows = [Measured(**one | {"seconds": tuple(one["seconds"])}) for one in said["measured"]]
    return Results(said["machine"], said["day"], tuple(rows))


def changes(before: Results, now: Results) -> Iterator[str]:
    """Ratios that are a fifth smaller or larger than they were."""
    old = before.ratios()
    for (line, size, who), ratio in now.ratios().items():
        was = old.get((line, size, who))
        if was is None or 1 / SHOWN < ratio / was < SHOWN:
            continue
        word = "slower" if ratio < was else "faster"
        to = (
            f"beside {who} {was:.2f} → {ratio:.2f}"
            if who
            else f"{1 / was:.2f} s → {1 / ratio:.2f} s"
        )
        yield f"{line} at {size:,}: {word}: {to}"

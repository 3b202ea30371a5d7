"""One contestant at one size, in this process alone: ``python -m benchmarks.suite.alone LINE WHO SIZE``.

Prints JSON: processor seconds of each run, of this process and those it starts; MB that were needed beside
the data; release; numbers.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.suite.line import lines

RUNS = 3
LONG = 10.0
"""After so many seconds one run is enough."""
STATUS, FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def seconds() -> float:
    """Of the processor, used so far."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, whose))


def memory(what: str) -> float:
    """MB of this process: `VmRSS` now, `VmHWM` at the most."""
    found = re.search(rf"{what}:\s+(\d+) kB", STATUS.read_text("ascii", "replace"))
    assert found is not None, what
    return int(found[1]) / 1024


def measured(name: str, who: str, size: int) -> dict[str, Any]:
    """What one contestant took."""
    line = lines()[name]
    one = line.contestants[who]
    one.run(line.data(line.warm))
    data = line.data(size)
    FORGET.write_text("5")  # the peak so far
    before, taken = memory("VmRSS"), []
    numbers: tuple[float, ...] = ()
    for _ in range(RUNS):
        begun = seconds()
        numbers = one.run(data)
        taken.append(seconds() - begun)
        if sum(taken) > LONG:
            break
    by_others = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "seconds": taken,
        "megabytes": max(memory("VmHWM") - before, by_others),
        "release": version(one.package) if one.package else "",
        "numbers": numbers,
    }


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], sys.argv[2], int(sys.argv[3]))))

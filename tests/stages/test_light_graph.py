"""A look that finds nothing to do waits for no library that computes."""

from __future__ import annotations

import subprocess
import sys


def test_the_graph_loads_nothing_that_computes() -> None:
    heavy = "{'numpy', 'scipy', 'pandas', 'statsmodels', 'linearmodels', 'duckdb', 'dagster'}"
    code = (
        "import sys, nqpf_assets.stages.graph, nqpf_assets.defs.refresh;"
        f"print(*sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

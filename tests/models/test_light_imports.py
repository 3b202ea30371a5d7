"""Estimators and indices can be imported without waiting for heavy libraries."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module",
    [
        "nqpf_assets.indices",
        "nqpf_assets.indices.entropy",
        "nqpf_assets.indices.principal_components",
        "nqpf_assets.models",
        "nqpf_assets.models.threshold",
        "nqpf_assets.models.two_way_fe",
        "nqpf_assets.instruments.fe_2sls",
        "nqpf_assets.censored.re_tobit",
        "nqpf_assets.censored.tobit",
        "nqpf_assets.models.hausman",
        "nqpf_assets.spatial.hausman",
        "nqpf_assets.spatial.local_moran",
        "nqpf_assets.spatial.windows",
        "nqpf_assets.regional_differences.beta_convergence",
        "nqpf_assets.regional_differences.dagum",
        "nqpf_assets.regional_differences.density",
        "nqpf_assets.models.mediation",
        "nqpf_assets.models.group_permutation",
        "nqpf_assets.models.group_difference",
        "nqpf_assets.models.fitted_trend",
    ],
)
def test_import_is_light(module: str) -> None:
    heavy = "{'scipy', 'pandas', 'statsmodels', 'linearmodels', 'duckdb', 'dagster', 'polars'}"
    code = f"import sys, {module}; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""

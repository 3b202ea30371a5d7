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
        "nqpf_assets.estimators.linear",
        "nqpf_assets.estimators.thresholds.threshold",
        "nqpf_assets.estimators.linear.two_way_fe",
        "nqpf_assets.estimators.instruments.fe_2sls",
        "nqpf_assets.estimators.censored.re_tobit",
        "nqpf_assets.estimators.censored.tobit",
        "nqpf_assets.estimators.linear.hausman",
        "nqpf_assets.estimators.spatial.hausman",
        "nqpf_assets.estimators.spatial.local_moran",
        "nqpf_assets.estimators.spatial.windows",
        "nqpf_assets.estimators.regional_differences.beta_convergence",
        "nqpf_assets.estimators.regional_differences.dagum",
        "nqpf_assets.estimators.regional_differences.density",
        "nqpf_assets.estimators.mediation.mediation",
        "nqpf_assets.estimators.group_differences.permutation",
        "nqpf_assets.estimators.group_differences.group_difference",
        "nqpf_assets.estimators.trends.fitted_trend",
    ],
)
def test_import_is_light(module: str) -> None:
    heavy = "{'scipy', 'pandas', 'statsmodels', 'linearmodels', 'duckdb', 'dagster', 'polars'}"
    code = f"import sys, {module}; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""

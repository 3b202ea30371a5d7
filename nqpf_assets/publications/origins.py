"""What a publication is made from: files by content, steps by code, programs by version."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib import metadata

from nqpf_assets.project import SHIPPED_STUDIES, Project
from nqpf_assets.stages.graph import Graph
from nqpf_assets.stages.parts import fingerprint_of, own_parts
from nqpf_assets.stages.plan import RawState
from nqpf_assets.store import sha256_of

PACKAGES = (
    "nqpf-assets", "duckdb", "numpy", "polars", "pandas", "pyarrow", "scipy", "linearmodels",
    "statsmodels", "python-calamine", "pydantic", "ruamel.yaml", "sqlglot", "dagster",
)  # fmt: skip
"""Packages whose release can change a number, a table, or what is read."""

ROOT_FILES = ("nqpf.yaml", "corrections.yaml")


def inputs_of(project: Project, raw: RawState) -> dict[str, str]:
    """Path → SHA-256 of what a user wrote or dropped: raw files, cards, catalogue, studies, settings."""
    found = dict(raw.hashes)
    for path in project.study_paths():
        inside = path.is_relative_to(project.root) and not path.is_relative_to(SHIPPED_STUDIES)
        shown = path.relative_to(project.root).as_posix() if inside else f"shipped: {path.name}"
        found[shown] = sha256_of(path)
    for name in ROOT_FILES:
        if (project.root / name).is_file():
            found[name] = sha256_of(project.root / name)
    return dict(sorted(found.items()))


def step_hashes(graph: Graph) -> dict[str, str]:
    """Step → short hash of its query, parameters and code."""
    return {step.name: fingerprint_of(own_parts(step))[:16] for step in graph.steps}


def versions() -> Mapping[str, str]:
    """Releases of Python and of the packages that compute; those not installed are left out."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found

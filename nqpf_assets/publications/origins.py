"""What a publication is made from: files by content, steps by code, programs by version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nqpf_assets.plugins.packages import identities
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.steps.fingerprint import RELEASE, fingerprint_of, own_parts
from nqpf_assets.steps.graph import Graph
from nqpf_assets.user_input.project import SHIPPED_STUDIES, Project
from nqpf_assets.warehouse.durable import sha256_of
from nqpf_assets.warehouse.releases import PACKAGES, PYTHON, release_of

PROGRAMS = ("nqpf-assets", "dagster", *PACKAGES)
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
    """Step → short hash of its query, parameters and code; whether a release changed is another question."""
    return {
        step.name: fingerprint_of(
            {who: of for who, of in own_parts(step).items() if who != RELEASE}
        )[:16]
        for step in graph.steps
    }


def step_origins(graph: Graph) -> dict[str, dict[str, str]]:
    """Step → who says it (program, query, study file, corrections …) → short hash of what is said."""
    return {
        step.name: {
            who: fingerprint_of({who: of})[:16]
            for who, of in own_parts(step).items()
            if of and who != RELEASE
        }
        for step in graph.steps
    }


def versions() -> Mapping[str, str]:
    """Releases of Python, of the packages that compute and are installed, and of those that bring members."""
    found = {name: release_of(name) for name in (PYTHON, *PROGRAMS)}
    return {name: release for name, release in found.items() if release is not None} | identities()


def versions_behind(made_with: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Releases that made some tables, and for what made none of them those that are installed.

    Where tables were made with several releases of a package, all are named.
    """
    made: dict[str, set[str]] = {}
    for releases in made_with:
        for name, release in releases.items():
            made.setdefault(name, set()).add(release)
    return {**versions(), **{name: ", ".join(sorted(of)) for name, of in made.items()}}

"""The first stage: what the raw files say, and what was noticed while reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.problems import InputError
from nqpf_assets.project import Project
from nqpf_assets.stages.source_code import source_of
from nqpf_assets.stages.step import Inputs, Output, Step
from nqpf_assets.tables import frame_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.sources.collection import Collection


def collection(project: Project) -> Collection:
    """Everything under the project's `raw/`; files that did not change are not read again."""
    from nqpf_assets.catalog.catalogue import load_catalogue
    from nqpf_assets.sources.collection import collect

    cache = project.warehouse / "cache" / "readings"
    return collect(project.raw, load_catalogue(project.catalog), cache=cache)


def source_step() -> Step:
    """`source.file`, `source.observation` and the warnings of reading, from the raw files."""

    def run(inputs: Inputs) -> Output:
        found = inputs.found or collection(inputs.project)
        if any(problem.severity == "error" for problem in found.problems):
            raise InputError(found.problems)
        return {
            ("source", "file"): frame_of("file", [found.files], "source"),
            ("source", "observation"): frame_of("observation", [found.observations], "source"),
            ("source", "warning"): _warnings(found),
        }

    return Step(
        "source",
        (("source", "file"), ("source", "observation"), ("source", "warning")),
        (("catalog", "region"), ("catalog", "series")),
        run,
        code=source_of(__name__),
        reads_raw=True,
    )


def _warnings(found: Collection) -> pl.DataFrame:
    from nqpf_assets.tables import rows_of

    return rows_of(
        "warning",
        (
            {
                "code": problem.code,
                "file": problem.file,
                "place": problem.where,
                "expected": problem.expected,
                "found": problem.found,
                "remedy": problem.remedy,
            }
            for problem in found.problems
        ),
        "source",
    )

"""The first stage: what the raw files say, and what was noticed while reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.catalog.table_frames import frame_of
from nqpf_assets.formats.registry import packages_that_read
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.read_by_spark import reading_ahead
from nqpf_assets.steps.reads import whole
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.code_hash import source_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.sources.collection import Collection


TABLES = ("file", "observation", "warning", "weight", "weight_unit")
LOOKS = 3
"""So often a reading begins anew when files came, went or changed while it was at work."""


def collection(project: Project, seen: RawState | None = None) -> Collection:
    """Everything under the project's `raw/`; files that did not change are not read again.

    Args:
        seen: the files by content as a plan saw them; `state` of what is given back says what they
            were when they were read.

    Raises:
        InputError: files went on changing; the catalogue is wrong; or the engine does not run.
    """
    from nqpf_assets.catalog.catalogue import load_catalogue
    from nqpf_assets.sources.collector import collect

    ahead = reading_ahead(project)
    cache = project.warehouse / "cache" / "readings"
    for look in range(LOOKS):
        state = seen if seen is not None and look == 0 else RawState.of(project)
        catalogue = load_catalogue(project.catalog)
        found = collect(project.raw, catalogue, cache=cache, state=state, ahead=ahead)
        moved = state.moved(project)
        if found.state == state and not moved:
            return found
    assert found.state is not None
    left_out = found.state.arriving
    lost = {shown for shown in state.hashes if shown not in {*found.state.hashes, *left_out}}
    if not lost and not moved:
        return found
    raise InputError(_changed(shown) for shown in {*lost, *moved})


def _changed(shown: str) -> Problem:
    return Problem(
        file=shown,
        where="",
        expected="a file that stays as it is while it is read",
        found="a file that changed",
        remedy="refresh again once nobody writes to raw/ and catalog/",
        code="arriving",
    )


def source_step() -> Step:
    """`source.file`, `source.observation` and the warnings of reading, from the raw files."""

    def run(inputs: Inputs) -> Output:
        from nqpf_assets.sources.collection import Collection

        seen = inputs.outside
        if isinstance(seen, Collection):
            found = seen
        else:
            found = collection(inputs.project, seen if isinstance(seen, RawState) else None)
        was, now = seen.hashes, found.hashes
        if now != was:
            # What is recorded is recorded under what was seen, and must be of these contents.
            changed = (shown for shown in {*was, *now} if was.get(shown) != now.get(shown))
            raise InputError(map(_changed, changed))
        if any(problem.severity == "error" for problem in found.problems):
            raise InputError(found.problems)
        return {
            ("source", "file"): frame_of("file", [found.files], "source"),
            ("source", "observation"): found.table(),  # in shape and order: no copy of it
            ("source", "warning"): _warnings(found),
            ("source", "weight"): frame_of("weight", [found.weights], "source"),
            ("source", "weight_unit"): frame_of("weight_unit", [found.weight_units], "source"),
        }

    return Step(
        "source",
        tuple(("source", table) for table in TABLES),
        whole(("catalog", "region"), ("catalog", "series")),
        run,
        # Who reads a file changes nothing of what it says.
        code=source_of(__name__, cut=((__name__, "nqpf_assets.stages.read_by_spark"),)),
        parameters={"package": packages_that_read()},
        reads_outside=True,
        lineage={
            ("source", "file"): {"others": "transformation raw files"},
            ("source", "observation"): {
                # The catalogue's files are looked into, of which these tables are made.
                "series_id region_code region_level": "transformation raw files, catalogue",
                "others": "identity raw files",
            },
            ("source", "warning"): {"others": "transformation raw files"},
            ("source", "weight"): {
                "region_code neighbour_code": "transformation raw files, catalogue",
                "others": "identity raw files",
            },
            ("source", "weight_unit"): {
                "region_code": "transformation raw files, catalogue",
                "weights_name weight_year data_status file_id": "identity raw files",
                "others": "aggregation raw files",
            },
        },
    )


def _warnings(found: Collection) -> pl.DataFrame:
    from nqpf_assets.catalog.table_frames import rows_of

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
            if problem.code != "arriving"  # true of a moment, and no part of what was read
        ),
        "source",
    )

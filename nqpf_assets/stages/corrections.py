"""`source.correction`: which published values the project's `corrections.yaml` corrects.

How a correction finds its values, and what makes it fail, stands in `nqpf_assets.stages.matched_corrections`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.catalog.table_frames import rows_of
from nqpf_assets.messages.problems import InputError
from nqpf_assets.sources.corrections import FILE
from nqpf_assets.steps.reads import whole
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.warehouse.code_hash import source_of

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.sources.corrections import Corrections

KEY = ("source", "correction")


def correction_step(corrections: Corrections, catalogue: Catalogue) -> Step:
    """One row per correction and observation that it applies to; without any, an empty table."""

    def run(inputs: Inputs) -> Output:
        from nqpf_assets.stages.matched_corrections import applied

        rows, problems = applied(
            corrections,
            inputs.scan("source", "observation"),
            inputs.read("source", "file"),
            catalogue,
        )
        if problems:
            raise InputError(problems)
        return {KEY: rows_of("correction", rows, "source")}

    return Step(
        "source",
        (KEY,),
        whole(("source", "observation"), ("source", "file")),
        run,
        code=source_of(__name__),
        parameters={
            FILE: {one.name: one.model_dump_json() for one in corrections.entries},
            # Names of regions and series are looked up in the catalogue, where there is one to look up.
            "catalogue": {"names": catalogue.fingerprint} if corrections.entries else {},
        },
        lineage={
            KEY: {
                "name value reason source date": "identity corrections.yaml",
                "publisher": "identity source.file.publisher",
                "reported_value": "identity source.observation.value",
                "others": "identity source.observation.=",
                "*": "filter corrections.yaml, source.observation.series_id, source.observation.region_code, "
                "source.observation.period, source.observation.vintage, source.observation.value, "
                "source.file.publisher; join source.observation.file_id, source.file.file_id",
            }
        },
    )

"""`catalog.study`: what the study files say in words of themselves: title, paper, remarks for readers.

Nothing is computed from them. A table of their own, so that a changed remark makes nothing else stale.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nqpf_assets.catalog.table_frames import rows_of
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.warehouse.code_hash import source_of

if TYPE_CHECKING:
    from nqpf_assets.studies.spec import Study

KEY = ("catalog", "study")


def study_words_step(studies: Iterable[Study]) -> Step:
    """One row for each study of the project."""
    rows: dict[str, dict[str, object]] = {
        one.study: {
            "study": one.study,
            "title": _flat(one.title),
            "citation": one.citation and _flat(one.citation),
            "notes": "\n".join(map(_flat, one.notes)) or None,
        }
        for one in studies
    }

    def run(inputs: Inputs) -> Output:
        return {KEY: rows_of(KEY[1], rows.values(), KEY[0])}

    return Step(
        "catalog",
        (KEY,),
        (),
        run,
        code=source_of(__name__),
        parameters={"study file": {name: repr(row) for name, row in rows.items()}},
        lineage={KEY: {"others": "identity study file"}},
    )


def _flat(text: str) -> str:
    """The text in one line, as YAML may break it anywhere."""
    return " ".join(text.split())

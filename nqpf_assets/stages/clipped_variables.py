"""What stands under a table of the variables below it that a study clips where it declares them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nqpf_assets.messages.shown_text import listed

if TYPE_CHECKING:
    from nqpf_assets.stages.compiled_study import CompiledStudy


def clipped_words(compiled: CompiledStudy, names: Iterable[str]) -> str | None:
    """The note of a table that reads these variables and indices; None where nothing under them is clipped.

    Indicators of an index count, and whatever a formula reads that is clipped before.
    """
    found = []
    for name in compiled.under(names):
        formula = compiled.formulas.get(name)
        if formula is not None and formula.winsorize is not None:
            found.append(f"{formula.title or name} at {formula.winsorize.words}")
    return f"Winsorized as declared: {listed(found)}." if found else None

"""Which spatial weights of raw files a study asks for, anywhere in it: for packages and comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.stages.formula_neighbours import own_weights_in_formulas
from nqpf_assets.stages.places import own_weights_of

if TYPE_CHECKING:
    from nqpf_assets.studies.reader import StudyFile


def own_weights(file: StudyFile) -> set[str]:
    """Their names: of columns and tables, and of formulas as far as these can be read."""
    return {*own_weights_of(file.study), *own_weights_in_formulas(file)}

"""One draw of a study's data, whichever study it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sample import evaluation
from sample.paths import Floats


@dataclass(frozen=True)
class Draw:
    """One draw of a study's data.

    Attributes:
        study: name of the study.
        units: region codes.
        years: of the sample.
        series: printed series, (units, years), complete, in catalogue units.
    """

    study: str
    units: tuple[str, ...]
    years: tuple[int, ...]
    series: Mapping[str, Floats]

    def values(self) -> dict[str, Floats]:
        """The study's variables and indices, computed as the pipeline does."""
        return evaluation.study_values(evaluation.compiled(self.study), self.series)

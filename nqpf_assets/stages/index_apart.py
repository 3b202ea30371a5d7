"""An index made again for a table that looks at its indicators: what it is made of, and what comes of it.

Scores are the published ones: the same cells, the same options, all years of the study.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.stages.indicator_matrix import indicator_matrix
from nqpf_assets.studies.index_method import IndexOptions
from nqpf_assets.studies.indices import INDEX_METHODS
from nqpf_assets.studies.spec import Study

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.indices.method import Floats, IndexResult, Indicators


@dataclass(frozen=True)
class IndexApart:
    """One index.

    Attributes:
        options: as the study says them.
        indicators: what it is made of, over the units and years that have all.
        result: what comes of it.
    """

    options: IndexOptions
    indicators: Indicators
    result: IndexResult

    def without(self, place: int) -> Floats:
        """(n,) scores by the same method where the indicator in this place is left out.

        Weights from data are computed anew of the others, those that a study gives are those of the others
        over their sum; of comparisons, those between the others are left.

        Raises:
            IndicatorError: the others do not carry an index.
        """
        import numpy as np

        given = self.indicators
        keep = [at for at in range(len(given.names)) if at != place]
        others = replace(
            given,
            names=tuple(given.names[at] for at in keep),
            values=given.values[:, keep],
            directions=tuple(given.directions[at] for at in keep),
            dimensions=tuple(given.dimensions[at] for at in keep),
            formulas=tuple(given.formulas[at] for at in keep),
        )
        try:
            # Weights of which nothing is left are told below, and not by numpy.
            with np.errstate(invalid="ignore", divide="ignore"):
                scores = computed(self.options, others).scores
        except IndicatorError as error:
            raise IndicatorError(f"without {given.names[place]}: {error}") from error
        if not np.isfinite(scores).all():
            raise IndicatorError(f"without {given.names[place]} no indicator has a weight")
        return scores


def computed(options: IndexOptions, indicators: Indicators) -> IndexResult:
    """The index by its method.

    Raises:
        IndicatorError: the indicators do not carry it.
        InputError: the package that brings the method cannot compute it.
    """
    method = INDEX_METHODS.all[options.method]
    with INDEX_METHODS.answerable(method.name, told=(IndicatorError,)):
        result: IndexResult = method.compute(indicators, **options.arguments())
    return result


def index_apart(study: Study, name: str, cells: pl.LazyFrame) -> IndexApart:
    """An index of a study from the cells of its indicators.

    Raises:
        CheckFailed: the cells do not carry it, which the step of the index tells first.
    """
    options = study.indices[name]
    indicators, _ = indicator_matrix(study, name, cells)
    return IndexApart(options, indicators, computed(options, indicators))

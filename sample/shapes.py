"""From normalised indicators to printed series: units, magnitudes and decimals.

A `Shape` says which series carries an indicator and between which values it lies; the numbers
themselves come from `inversion`. Magnitudes are those of Chinese yearbooks, roughly.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass

import numpy as np

from nqpf_assets.studies.formulas import formulas_by_name
from sample.evaluation import CompiledStudy, variable
from sample.paths import Floats


@dataclass(frozen=True)
class Shape:
    """How one indicator is printed.

    Attributes:
        indicator: name in the study.
        series: the series that is made to carry it; the indicator is proportional to it.
        low, high: the indicator's range over the sample, in its unit.
        decimals: printed decimals of the series.
    """

    indicator: str
    series: str
    low: float
    high: float
    decimals: int


def print_indicators(
    normalized: Floats,
    shapes: Sequence[Shape],
    study: CompiledStudy,
    series: MutableMapping[str, Floats],
    grid: tuple[int, int],
) -> None:
    """Write the series that carry normalised indicators into `series`, rounded as printed.

    Args:
        normalized: (n, J) from 0 to 1, more is better; n = units × periods.
        shapes: J of them.
        study: tells direction and formula of each indicator.
        series: printed series so far; denominators must stand there already.
        grid: units, periods.
    """
    indicators = formulas_by_name(study.study)
    for column, shape in enumerate(shapes):
        z = normalized[:, column].reshape(grid)
        width = shape.high - shape.low
        negative = indicators[shape.indicator].direction == "negative"
        value = shape.high - z * width if negative else shape.low + z * width
        per_one = variable(shape.indicator, study, {**series, shape.series: np.ones(grid)})
        series[shape.series] = np.round(value / per_one, shape.decimals)

"""What an index method is given and gives: the cells of its indicators, and what comes of them.

A method is a function `(indicators, **options) -> IndexResult`; its options, as a study writes them, are told
in `studies`. What it leaves out, the index does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Gradient = Callable[[Floats], Floats]
"""From (n,) changes of something per change of each score to its (n, J) changes per indicator value."""


@dataclass(frozen=True)
class Indicators:
    """n observations of J indicators, without gaps.

    Attributes:
        names: the J indicators.
        values: (n, J).
        directions: +1 where more is better, -1 where less is, one per indicator.
        dimensions: to which dimension each belongs.
        formulas: what each is, whatever its name.
        units, periods: (n,) which observation a row is.
    """

    names: tuple[str, ...]
    values: Floats
    directions: tuple[int, ...]
    dimensions: tuple[str, ...]
    formulas: tuple[str, ...]
    units: NDArray[np.object_]
    periods: NDArray[np.int64]


@dataclass(frozen=True)
class Weights:
    """Weights of the J indicators: one set for all years (`period` None), or one of each year.

    `is_said`: the study says them, and no value has a part in them.
    """

    weight: Floats
    period: int | None = None
    entropy: Floats | None = None
    divergence: Floats | None = None
    is_said: bool = False


@dataclass(frozen=True)
class Component:
    """One principal component: (J,) loadings, eigenvalue, share of the variance, whether it is kept."""

    loadings: Floats
    eigenvalue: float
    share: float
    is_retained: bool


@dataclass(frozen=True)
class IndexTest:
    """One thing that an index is to be judged by, in words; `term` is an indicator or empty.

    `rows` are those of the n rows on which it rests, where these are not all.
    """

    test: str
    term: str = ""
    statistic: float | None = None
    df: float | None = None
    p_value: float | None = None
    detail: str | None = None
    rows: tuple[int, ...] | None = None


@dataclass(frozen=True)
class IndexResult:
    """An index.

    Attributes:
        scores: (n,).
        weights: of the indicators.
        dimension_scores: dimension → (n,) its part of the scores.
        components: by falling eigenvalue.
        tests: what the index is to be judged by.
        normalised: (n, J) what the weights multiply, so that the sums of the products are the scores, or
            the scores before they are rescaled; None where the index is no such sum.
        bounds: for each indicator, which of the n rows set its smallest and largest value, where the
            numbers of a year rest on other years, or a score on other rows, by these alone; None where they
            rest on all rows.
    """

    scores: Floats
    weights: tuple[Weights, ...] = ()
    dimension_scores: Mapping[str, Floats] = field(default_factory=dict)
    components: tuple[Component, ...] = ()
    tests: tuple[IndexTest, ...] = ()
    normalised: Floats | None = None
    bounds: tuple[NDArray[np.intp], ...] | None = None

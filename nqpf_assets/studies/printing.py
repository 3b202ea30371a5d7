"""What printed tables show of an estimator beside coefficients, sizes and fit, which all have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from nqpf_assets.studies.by_year import BEFORE, JOINT

Style = Literal["statistic", "count", "three_digits"]
"""Two decimals with stars, a whole number, or three significant digits."""


@dataclass(frozen=True)
class PrintedTest:
    """A test, or further number of a model, that printed tables show.

    Attributes:
        label: of its row.
        style: how its number is written.
    """

    label: str
    style: Style = "statistic"


YEAR_TESTS: Mapping[str, PrintedTest] = {
    JOINT: PrintedTest("F of all years"),
    BEFORE: PrintedTest("F of years before"),
}
"""Of estimators that take `by_year`."""


@dataclass(frozen=True)
class PrintedEffect:
    """Effects that printed tables show.

    Attributes:
        effect: its name in `effect`.
        label: before the variable's title, or alone.
        has_interval: the ends of its interval stand below it, and it has no term of its own;
            otherwise one row for each regressor of interest.
    """

    effect: str
    label: str
    has_interval: bool = False


@dataclass(frozen=True)
class Printing:
    """What a printed table shows of an estimator beside coefficients, sizes and fit.

    Attributes:
        tests: name in `test` → its row, in the order of the rows.
        effects: in the order of the rows.
        terms: parameter of the estimator that is no variable → its name in words.
        parts: what follows the colon of a term → its name in words, where {} is the title of the variable.
            Such a term is hidden with its variable.
        behind: of these parts, those that stand behind the controls, in the order of their variables.
    """

    tests: Mapping[str, PrintedTest] = field(default_factory=dict)
    effects: tuple[PrintedEffect, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    behind: tuple[str, ...] = ()

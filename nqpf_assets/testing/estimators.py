"""What every estimator must hold to, ours and those of packages.

Data are made up; nothing is said of whether the numbers are right, which a test of the estimator's own says
with an independent result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nqpf_assets.studies.estimator import Estimator
from nqpf_assets.testing import estimator_numbers as numbers
from nqpf_assets.testing import estimator_options as options
from nqpf_assets.testing.checks import ContractCheck, require_all
from nqpf_assets.testing.estimator_example import example_of


def check_estimator(estimator: Estimator, **given: Any) -> None:
    """Hold an estimator to everything that any estimator must hold to.

    Args:
        estimator: as it is registered.
        given: as for `estimator_checks`.

    Raises:
        AssertionError: all that it does not hold to.
    """
    require_all(estimator_checks(estimator, **given))


def estimator_checks(
    estimator: Estimator,
    *,
    written: Mapping[str, Any] | None = None,
    other: Mapping[str, Any] | None = None,
    outcome_at_least: float | None = None,
    is_free_of_names: bool = True,
    scales_with_outcome: bool = True,
) -> tuple[ContractCheck, ...]:
    """The checks one by one, for a test runner that names each.

    Args:
        estimator: as it is registered.
        written: keys of its column, beside outcome `y`, regressor `x` and control `z`; blocks of options can
            name what `estimator_example.OTHERS` has, and the groupings `area` (north, south) and `part`.
        other: option of its block → a value that must make a difference, or be refused; with a list, one of
            them must.
        outcome_at_least: moves the outcome so that some of it lies at this limit.
        is_free_of_names: whether it gives the same for units of other names, by which places are known.
        scales_with_outcome: whether coefficients are ten times as large for ten times the outcome.
    """
    one = example_of(estimator, written, outcome_at_least)
    checks: dict[str, Callable[[], None]] = {
        "is registered whole": lambda: options.registered(estimator),
        "is documented": lambda: options.documented(estimator),
        "gives the same twice, and leaves what it is given": lambda: numbers.pure(one),
        "gives a frozen result": lambda: numbers.frozen(one),
        "gives p-values and intervals that agree": lambda: numbers.agreeing(one),
        "does not depend on the order of rows": lambda: numbers.rows(one),
        "does not depend on when years are counted from": lambda: numbers.years(one),
        "does not depend on the unit of measurement of a regressor": lambda: numbers.regressor(one),
        "leaves out a row with a missing value, or refuses": lambda: numbers.missing_value(one),
        "refuses a missing group of a unit": lambda: options.missing_label(one),
        "refuses samples of which it can make nothing": lambda: numbers.degenerate(one),
        "estimates every covariance, and every correction makes a difference": (
            lambda: options.covariances(one)
        ),
        "uses or refuses every switch": lambda: options.switches(one),
        "uses or refuses every option": lambda: options.own_options(one, other or {}),
    }
    if is_free_of_names:
        checks["does not depend on names of units"] = lambda: numbers.names(one)
    if scales_with_outcome:
        checks["does not depend on the unit of measurement of the outcome"] = lambda: (
            numbers.outcome(one)
        )
    return tuple(ContractCheck(estimator.name, about, run) for about, run in checks.items())

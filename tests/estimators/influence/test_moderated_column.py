"""Moderated mediation: entries moved a little, and estimated again; rows left out, and estimated again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimation.moderated_influence import moderated_mediation as moderated_column
from nqpf_assets.estimators.influence.number import Number
from nqpf_assets.estimators.mediation.moderated import moderated_mediation
from nqpf_assets.studies.estimators.moderated_mediation import ModeratedOptions

NAMES = ("y", "x", "control", "m", "w")
STEP = 1e-5
CLOSE = {"rtol": 1e-6, "atol": 1e-8}
"""Central differences of coefficients near one: the third order leaves 1e-10, rounding 1e-16 / 1e-5."""
CASES = [("first",), ("second", "direct"), ("first", "second"), ("first", "second", "direct")]


def drawn(*, is_dummy: bool = False) -> dict[str, np.ndarray]:
    draw, n = np.random.default_rng(6), 66
    x, control, w = draw.normal(size=(3, n))
    w = (w > 0).astype(float) if is_dummy else w + 3.0
    m = (0.6 + 0.3 * w) * x + 0.4 * control - 0.2 * w + draw.normal(size=n)
    y = (0.5 - 0.4 * w) * m + 0.3 * x + 0.2 * control + draw.normal(size=n)
    return dict(zip(NAMES, (y, x, control, m, w), strict=True))


UNITS = np.repeat([f"u{one:02}" for one in range(11)], 6)
PERIODS = np.tile(np.arange(2010, 2016, dtype=np.int32), 11)


def column_of(data: dict[str, np.ndarray], moderates: tuple[str, ...]) -> Any:
    options = ModeratedOptions(mediator="m", moderator="w", moderates=moderates)

    def values(names: list[str]) -> np.ndarray:
        assert len(names) == len({*names}), "as columns of a table are asked for"
        return np.column_stack([data[name] for name in names])

    column = SimpleNamespace(
        options=lambda _: options,
        outcome="y",
        effects=("unit", "period"),
        drop_singletons=True,
        weights=None,
    )
    design: Any = SimpleNamespace(
        column=column,
        names=["x", "control"],
        units=UNITS,
        periods=PERIODS,
        absorbed=(),
        values=values,
    )
    return moderated_column(design)


def estimated(
    data: dict[str, np.ndarray], moderates: tuple[str, ...], left: np.ndarray | slice = slice(None)
) -> dict[Number, float]:
    y, x, control, m, w = (data[name][left] for name in NAMES)
    found = moderated_mediation(
        y, x, m, w, control[:, None], UNITS[left], PERIODS[left], treatment_name="x",
        mediator_name="m", moderator_name="w", moderates=moderates, control_names=["control"],
        draws=0)  # fmt: skip
    equation = found.outcome_equation
    terms = {
        Number(term): value for term, value in zip(equation.names, equation.params, strict=True)
    }
    effects = {Number("x", effect): value for effect, value in found.effects.items()}
    return terms | {Number("constant"): equation.constant.estimate} | effects


@pytest.mark.parametrize("moderates", CASES, ids=" ".join)
@pytest.mark.parametrize("is_dummy", [False, True], ids=["by a number", "by a dummy"])
def test_each_entry_moves_numbers_as_told(moderates: tuple[str, ...], *, is_dummy: bool) -> None:
    data = drawn(is_dummy=is_dummy)
    column, base = column_of(data, moderates), estimated(data, moderates)
    told = dict(zip(column.numbers, column.estimates, strict=True))
    assert told == pytest.approx(base, rel=1e-9)
    # A dummy that is moved is none any more.
    for name in NAMES[:-1] if is_dummy else NAMES:
        for row in (5, 40):
            ends = []
            for step in (STEP, -STEP):
                moved = data | {name: data[name] + step * (np.arange(len(UNITS)) == row)}
                ends.append(estimated(moved, moderates))
            for place, number in enumerate(column.numbers):
                measured = (ends[0][number] - ends[1][number]) / (2 * STEP)
                found = column.derivatives(place)[name][row]
                np.testing.assert_allclose(found, measured, **CLOSE, err_msg=f"{number} {name}")


def test_what_is_left_out_is_estimated_without_it() -> None:
    """Its levels of the moderator are those of the rows that are left."""
    data, moderates = drawn(), CASES[-1]
    column = column_of(data, moderates)
    by_unit = column.without(np.unique(UNITS, return_inverse=True)[1])
    by_row = column.without(np.arange(len(UNITS)))
    for found, left in (
        (by_unit[4], UNITS != "u04"),
        (by_row[17], np.arange(len(UNITS)) != 17),
    ):
        again = estimated(data, moderates, left)
        np.testing.assert_allclose(found, [again[one] for one in column.numbers], rtol=1e-8)

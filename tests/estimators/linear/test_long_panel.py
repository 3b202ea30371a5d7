"""Long panels are estimated from sums: the numbers are those of rows that are demeaned, and of dummies."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from nqpf_assets.estimators.linear import long_panel, long_readings, two_way_fe
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.sample import panel_sample
from nqpf_assets.estimators.linear.within_fit import panel_effects

NAMES = ("x1", "x2", "x3")
N_UNITS, N_YEARS = 400, 8
# Products lose four digits at the most where they are used (`LEFT`); tails of distributions multiply what
# is lost by the square of t, which is below a hundred here.
CLOSE = 1e-10
IN_TAILS = 1e-8
OPTIONS: dict[str, dict[str, Any]] = {
    "usual": {},
    "robust": {"vcov": "robust"},
    "unadjusted": {"vcov": "unadjusted"},
    "large_sample": {"small_sample": "large_sample"},
    "plm": {"small_sample": "plm"},
    "no_correction": {"vcov": "robust", "small_sample": "none"},
    "clusters_of_units": {"cluster": "provinces"},
    "clusters_of_periods": {"cluster": "period"},
    "clusters_across": {"cluster": "across"},
    "units": {"effects": ("unit",)},
    "periods": {"effects": ("period",)},
    "pooled": {"effects": ()},
    "singletons_kept": {"drop_singletons": False},
}


def panel(seed: int, *, share: float, of_effects: float, mean: float = 1000) -> dict[str, Any]:
    """Rows in no order, of which a share is there; effects so many times as large as what is left."""
    draw = np.random.default_rng(seed)
    units, years = np.repeat(np.arange(N_UNITS), N_YEARS), np.tile(np.arange(N_YEARS), N_UNITS)
    rows = np.flatnonzero(draw.uniform(size=len(units)) < share)
    draw.shuffle(rows)
    units, years = units[rows], years[rows]
    level = (
        of_effects * draw.normal(size=(N_UNITS, 4))[units] + draw.normal(size=(N_YEARS, 4))[years]
    )
    columns = draw.normal(size=(len(rows), 4)) + level + mean
    columns[:, 0] += columns[:, 1:] @ [0.05, -0.03, 0.0]
    return {
        "columns": (columns[:, 0], columns[:, 1:], units, years),
        "provinces": units // 9,
        "across": draw.integers(0, 30, len(rows)),
    }


def estimated(given_panel: dict[str, Any], **options: Any) -> Any:
    cluster = options.get("cluster")
    if cluster in given_panel:
        options["cluster"] = given_panel[cluster]
    return two_way_fe.two_way_fe(*given_panel["columns"], names=NAMES, **options)


def numbers(found: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Whatever a result says, each under its name."""
    if is_dataclass(found):
        for one in fields(found):
            yield from numbers(getattr(found, one.name), f"{path}.{one.name}")
    else:
        yield path, found


@pytest.fixture
def summed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Short panels count as long; filled with whether each was estimated from sums."""
    seen: list[bool] = []
    real = long_panel.long_fit

    def watched(*args: Any) -> Any:
        found = real(*args)
        seen.append(found is not None)
        return found

    monkeypatch.setattr(long_panel, "LONG", 1)
    monkeypatch.setattr(long_readings, "ROWS", 501)
    monkeypatch.setattr(two_way_fe, "long_fit", watched)
    return seen


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize(
    "kind",
    [
        {"share": 1.0, "of_effects": 1.0},
        {"share": 0.6, "of_effects": 1.0},
        {"share": 0.6, "of_effects": 50.0},
        {"share": 1.0, "of_effects": 1.0, "mean": 2},
        {"share": 0.6, "of_effects": 1.0, "mean": 2},
    ],
    ids=lambda kind: " ".join(map(str, kind.values())),
)
def test_all_numbers_are_those_of_demeaned_rows(summed, monkeypatch, name, kind):
    given_panel = panel(3, **kind)
    long = dict(numbers(estimated(given_panel, **OPTIONS[name])))
    monkeypatch.setattr(long_panel, "LONG", 10**9)
    short = dict(numbers(estimated(given_panel, **OPTIONS[name])))
    assert summed == [True, False]
    assert long.keys() == short.keys()
    for path, number in short.items():
        if isinstance(number, float) or (
            isinstance(number, np.ndarray) and number.dtype.kind == "f"
        ):
            scale = np.nanmax(np.abs(number), initial=0)
            close = IN_TAILS if "p_value" in path else CLOSE
            assert_allclose(long[path], number, rtol=0, atol=close * scale, err_msg=path)
        else:
            assert_array_equal(long[path], number, err_msg=path)


@pytest.mark.parametrize(
    ("mean", "of_few", "is_near"), [(0, 0, True), (9, 0, True), (100, 0, False), (90, -90, False)]
)
def test_large_means_are_taken_away_as_rows_are_read(monkeypatch, mean, of_few, is_near):
    """A few rows with others, which are read first, do not decide it for all."""
    monkeypatch.setattr(long_readings, "ROWS", 10)
    y, x, units, years = panel(5, share=0.8, of_effects=1, mean=mean)["columns"]
    y[:10] += of_few
    x[:10] += of_few
    sample = panel_sample(y, x, units, years, names=NAMES)
    found = long_readings.first_reading(sample, panel_effects(("unit", "period"), sample, ()))
    assert found.is_near == is_near
    columns = np.column_stack([y, x]) - [math.fsum(one) / len(y) for one in (y, *x.T)]
    assert_allclose(found.total, columns.T @ columns, rtol=0, atol=1e-12 * found.total.max())


@given(st.integers(0, 10**6), st.sampled_from([("unit", "period"), ("unit",), ("period",), ()]))
def test_coefficients_are_those_of_dummies(seed, effects):
    """Panels of a few units and years, with gaps, in unconnected parts: by NumPy's least squares."""
    draw = np.random.default_rng(seed)
    units, years = (one.ravel() for one in np.indices((12, 5)))
    kept = draw.uniform(size=60) < 0.7
    units, years = units[kept], years[kept]
    x = draw.normal(size=(len(units), 2)) + units[:, None]
    y = x @ [1.0, -0.5] + draw.normal(size=len(units)) + years
    sample = panel_sample(y, x, units, years, names=("x1", "x2"))
    fe = panel_effects(effects, sample)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_panel, "LONG", 1)
        found = long_panel.long_fit(sample, fe, ("x1", "x2"), "unadjusted", ())
    dummies = [np.ones((len(units), 1))]
    dummies += [(units[:, None] == np.unique(units)).astype(float)] if "unit" in effects else []
    dummies += [(years[:, None] == np.unique(years)).astype(float)] if "period" in effects else []
    design = np.column_stack([x, *dummies])
    expected = np.linalg.lstsq(design, y, rcond=None)[0]
    assert found is not None
    # Least squares on dummies that make each other up leaves a few digits less than we do.
    assert_allclose(found.params, expected[:2], rtol=1e-9, atol=1e-10)
    assert_allclose(found.residuals, y - design @ expected, atol=1e-9)


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("one that effects absorb", lambda y, x, u: (y, np.column_stack([x[:, :2], u]))),
        ("one made of others", lambda y, x, u: (y, np.column_stack([x[:, :2], x[:, 0] - x[:, 1]]))),
        ("nearly made of others", lambda y, x, u: (y, x @ np.diag([1, 1, 1e-4]) + x[:, [0]] * [0, 0, 1])),
        ("nearly all an effect", lambda y, x, u: (y, x + 10 * u[:, None] * [0, 0, 1])),
        ("an outcome that is nearly all effect", lambda y, x, u: (y + 10 * u, x)),
        ("a fit with next to no residuals", lambda y, x, u: (x.sum(axis=1) + 1e-6 * y, x)),
    ],
)  # fmt: skip
def test_what_sums_cannot_tell_is_demeaned(summed, monkeypatch, what, change):
    y, x, units, years = panel(5, share=0.7, of_effects=1.0)["columns"]
    y, x = change(y, x, units.astype(float))
    columns = {"columns": (y, x, units, years)}
    found = estimated(columns)
    monkeypatch.setattr(long_panel, "LONG", 10**9)
    again = estimated(columns)
    assert summed == [False, False]
    assert_array_equal(found.params, again.params)
    assert found.dropped == again.dropped


@pytest.mark.parametrize(
    ("near", "of_effects", "close"),
    [
        pytest.param(0.1, 5.0, 5e-13, id="products alone are 3e-12 off"),
        pytest.param(0.5, 20.0, 5e-14, id="with what rounding leaves in units, 2e-13"),
    ],
)
def test_refinement_brings_digits_back(summed, monkeypatch, near, of_effects, close):
    """Regressors that go together, or with effects, near to where rows are demeaned instead."""
    y, x, units, years = panel(7, share=0.7, of_effects=of_effects)["columns"]
    x[:, 2] = x[:, 1] + near * x[:, 2]
    columns = {"columns": (y, x, units, years)}
    refined = estimated(columns).params
    monkeypatch.setattr(long_panel, "LONG", 10**9)
    expected = estimated(columns).params
    assert summed == [True, False]
    assert_allclose(refined, expected, rtol=close)


@pytest.mark.parametrize("effects", [("unit", "period"), ("unit",), ("period",), ()])
def test_numbers_that_differ_by_little_of_their_size_keep_their_digits(
    summed, monkeypatch, effects
):
    """Of what rows differ by a mean holds some eight digits; effects, or what stands for them, the others."""
    y, x, units, years = panel(3, share=0.7, of_effects=1.0)["columns"]
    columns = {"columns": (y + 2.0**28, x + 2.0**28, units, years)}
    long = dict(numbers(estimated(columns, effects=effects)))
    monkeypatch.setattr(long_panel, "LONG", 10**9)
    short = dict(numbers(estimated(columns, effects=effects)))
    assert summed == [True, False]
    for path in (".coefficients.params", ".coefficients.tests.std_errors", ".fit.residuals",
                 ".fit.r2_unit_within", ".unit_effects.estimates", ".period_effects.estimates"):  # fmt: skip
        if path in short and short[path] is not None:
            scale = np.max(np.abs(short[path]))
            assert_allclose(long[path], short[path], rtol=0, atol=CLOSE * scale, err_msg=path)


def test_an_exact_fit_is_refused_as_ever(summed):
    _, x, units, years = panel(5, share=0.7, of_effects=1.0)["columns"]
    with pytest.raises(EstimationError, match="reproduce the outcome exactly"):
        estimated({"columns": (x.sum(axis=1), x, units, years)})
    assert summed == [False]


@pytest.mark.parametrize(
    "options",
    [
        {"vcov": "cr2"},
        {"vcov": "driscoll_kraay"},
        {"vcov": "newey_west"},
        {"cluster": ("unit", "period")},
        {"weights": True},
    ],
)
def test_options_that_need_the_rows_have_them(summed, options):
    given_panel = panel(6, share=0.7, of_effects=1.0)
    if "weights" in options:
        options = {"weights": np.linspace(1, 2, len(given_panel["across"]))}
    found = estimated(given_panel, **options)
    assert not any(summed)
    assert np.isfinite(found.std_errors).all()

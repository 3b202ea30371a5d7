"""How much a cell matters, held against what the whole walk gives when the cell is another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nqpf_assets.estimators.influence.likelihood_column import ANOTHER_MAXIMUM
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.influence import rows as influence_rows
from nqpf_assets.stages.influence.cell_derivatives import Derivatives, Formulas, Values
from nqpf_assets.steps.step import Inputs
from tests.stages.influence_case import SERIES, STUDY, named, numbers, reestimated, write_case
from tests.stages.mini import Walk, walk

pytestmark = pytest.mark.slow  # whole builds and publications

UNTOLD = (
    {("regimes", f"threshold_{place}: urban") for place in (1, 2)}
    | {("regimes but the last year", "threshold_1: size")}
    | {(label, "profile likelihood: rho") for label in ("neighbours", "rich neighbours", "lag")}
)
"""Thresholds, which jump, and intervals of numbers that are told."""
JUMPING = ("clipped", "censored", "regimes", "choices")
"""Columns in which a percent carries values over a bound, a limit, a threshold or into another case."""
SMALL = 1e-5
"""Part of itself by which a cell is moved up and down, so that the second order cancels."""
LINEAR = 2e-4
"""How far a derivative may be from such a difference, of its size: formulas are differentiated by steps of a
millionth in one direction, which leaves some hundred thousandths where terms nearly cancel …"""
NOTHING = 1e-6
"""… and below this many standard errors all are alike: rounding of the difference."""
BENT = 0.4
"""A whole percent is bent: its second order, f'' (0.01 x)² / 2, is up to a third of the first where ways of
a cell into a term nearly cancel. It cancels between a percent up and a percent down; what is left is …"""
CUBIC = 0.01
"""… the third order, (0.01)² of the second."""


Cell = tuple[str, str, int]
"""Series, unit and year."""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """The walk, every cell told and not only the largest."""
    kept, influence_rows.MOST = influence_rows.MOST, 100_000
    try:
        yield walk(write_case(tmp_path_factory.mktemp("influence")))
    finally:
        influence_rows.MOST = kept


def table(case: Walk, name: str) -> pl.DataFrame:
    return pl.read_parquet(case.opened.store.path(("mini", name)))


def told(case: Walk) -> dict[tuple, float]:
    rows = table(case, "influence").filter(pl.col("subject") == "cell")
    keys = ("column_label", "term", "effect", "series_id", "unit", "period")
    found = {
        (label, named(term, effect), *cell): change
        for label, term, effect, *cell, change in rows.select(
            *keys, "change_in_std_errors"
        ).iter_rows()
    }
    assert len(found) == len(rows)
    return found


def errors(case: Walk) -> dict[tuple[str, str], float]:
    """Of all numbers but those that are told to have no slope."""
    found = numbers(case.opened.store, "std_error")
    return {number: error for number, error in found.items() if number not in UNTOLD}


NAMED = [("goods_trade", "110000", 2021), ("gdp", "110000", 2015)]
"""The last year of a flow, which moves the stocks of all years by the average growth up to it; and a cell
next to a gap of the region that all others are divided by."""


def drawn(case: Walk, seed: int) -> list[Cell]:
    """A cell of every series, next to a gap where it has one, whatever fills it, and those that are named."""
    cells = table(case, "reported_cell").select("variable", "unit", "period")
    made_from = table(case, "filled_from").select("variable", "unit", period="from_period").unique()
    found = list(NAMED)
    for series in sorted(SERIES.keys() - {"gdp"}):
        own, beside = (one.filter(pl.col("variable") == series) for one in (cells, made_from))
        pool = (own if beside.is_empty() else beside).sort("unit", "period")
        found += pool.sample(1, seed=seed).rows()
    return found


def test_influence_is_what_estimating_again_gives(case: Walk) -> None:
    """Of every column, for cells that move each of them."""
    influence, std_errors = told(case), errors(case)
    moved = dict.fromkeys({label for label, _ in std_errors}, 0)
    for cell in drawn(case, seed=2):
        ends = [reestimated(case, 1 + by, *cell) for by in (SMALL, -SMALL)]
        for (label, term), error in std_errors.items():
            measured = (ends[0][label, term] - ends[1][label, term]) / (2 * SMALL) / 100 / error
            found = influence.get((label, term, *cell), 0.0)
            assert found == pytest.approx(measured, rel=LINEAR, abs=NOTHING), (label, term, cell)
            moved[label] += abs(measured) > NOTHING
    assert all(moved.values()), f"cells that move every column are drawn: {moved}"


def test_a_whole_percent_is_nearly_what_its_derivative_says(case: Walk) -> None:
    """For the cells of two series that matter most, where nothing is at a bound of clipping that a percent
    would pass."""
    influence, std_errors = told(case), errors(case)
    base = numbers(case.opened.store, "estimate")
    jumping = [key for key in std_errors if any(word in key[0] for word in JUMPING)]
    # The chance of standing at a limit that no row is near is the tail of a normal density.
    tails = [key for key in std_errors if key[0] == "limits" and "on probability" in key[1]]
    smooth = [key for key in std_errors if key not in jumping + tails]
    largest = sorted(influence, key=lambda key: -abs(influence[key]) * (key[:2] in smooth))
    of_series = {key[2]: key[2:] for key in reversed(largest)}
    most = sorted(of_series.values(), key=[key[2:] for key in largest].index)
    for cell in most[:2]:
        up, down = (reestimated(case, factor, *cell) for factor in (1.01, 0.99))
        for key in smooth:
            found = influence.get((*key, *cell), 0.0)
            one_way = (up[key] - base[key]) / std_errors[key]
            both_ways = (up[key] - down[key]) / 2 / std_errors[key]
            assert found == pytest.approx(one_way, rel=BENT, abs=1e-3), (key, cell)
            assert found == pytest.approx(both_ways, rel=CUBIC, abs=1e-4), (key, cell)


def test_units_and_periods_add_up_the_sizes_of_their_cells(case: Walk) -> None:
    rows = table(case, "influence")
    cells = rows.filter(pl.col("subject") == "cell")
    keys = ["column_label", "term", "effect"]
    for subject in ("unit", "period"):
        sums = cells.group_by(*keys, subject).agg(pl.col("change").abs().sum().alias("sum"))
        own = rows.filter(pl.col("subject") == subject).select(*keys, subject, "change")
        both = own.join(sums, on=[*keys, subject], how="full", nulls_equal=True)
        np.testing.assert_allclose(both["change"], both["sum"], rtol=1e-9)


def test_what_is_left_out_is_what_the_study_excludes(tmp_path: Path, case: Walk) -> None:
    """A column without scores and bounds, estimated again by the study with `exclude` and `first`."""
    rows = table(case, "leave_out").filter(
        (pl.col("column_label") == "lags") & (pl.col("term") == "stock")
    )
    without = {
        (row["subject"], row["unit"], row["period"]): row["estimate"]
        for row in rows.iter_rows(named=True)
    }
    columns = (
        "      - {label: without a unit, regressors: [people_before, stock], sample: {exclude: [山西]}}\n"
        "      - {label: without the first, regressors: [people_before, stock], sample: {first: 2015}}\n"
    )
    other = walk(write_case(tmp_path, STUDY + columns), only=("mini.estimate",))
    found = {label: value for label, term, value in table(other, "estimate").select(
        "column_label", "term", "estimate").iter_rows() if term == "stock"}  # fmt: skip
    assert without["unit", "140000", None] == pytest.approx(found["without a unit"], rel=1e-9)
    assert without["period", None, 2014] == pytest.approx(found["without the first"], rel=1e-9)
    n_observations = sum(subject == "observation" for subject, _, _ in without)
    assert (
        n_observations
        == table(case, "model").filter(pl.col("column_label") == "lags")["n_obs"].item()
    )


class Compared(Exception):
    """What comes after the values of formulas is not looked at."""


def test_some_formulas_give_what_they_give_among_all(
    case: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the last bit, and in the same rows: differences of a millionth are taken between the two."""
    compared: list[str] = []

    def derivatives(self: Formulas, cells: pl.DataFrame, base: Values) -> Derivatives:
        for name in self.variables:
            alone = self.only([name]).values(cells)
            assert alone.units.tolist() == base.units.tolist(), name
            assert alone.periods.tolist() == base.periods.tolist(), name
            for variable, values in zip(alone.variables, alone.values, strict=True):
                whole = base.values[base.variables.index(variable)]
                np.testing.assert_array_equal(values, whole, err_msg=f"{variable}, for {name}")
            compared.append(name)
        raise Compared

    monkeypatch.setattr(Formulas, "derivatives", derivatives)
    (step,) = [one for one in case.opened.graph.steps if ("mini", "influence") in one.outputs]
    inputs = Inputs(case.project, case.opened.store, step.reads, RawState.of(case.project))
    with pytest.raises(Compared):
        step.run(inputs)
    assert {"stock", "to_capital", "chosen", "patched", "urban_squared"} <= {*compared}


def test_what_is_not_computed_is_told(case: Walk) -> None:
    rows = table(case, "leave_out").filter(pl.col("column_label") == "censored")
    assert rows.select("subject", "note").rows() == [("not_computed", ANOTHER_MAXIMUM)]
    rows = table(case, "influence").filter(pl.col("subject") == "not_computed")
    found = {(label, named(term, effect)) for label, term, effect in rows.select(
        "column_label", "term", "effect").iter_rows()}  # fmt: skip
    assert found == UNTOLD


def test_cells_that_move_a_coefficient_are_listed_under_it(case: Walk) -> None:
    """What has influence has provenance."""
    done = case.publish()
    assert done is not None
    listed = set(
        case.query("SELECT DISTINCT column_label, series_id, unit, period FROM result.provenance")
    )
    sizes = told(case).items()
    moving = {(label, *cell) for (label, _, *cell), change in sizes if abs(change) > NOTHING / 10}
    assert moving <= listed

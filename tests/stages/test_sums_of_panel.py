"""Models of a panel that memory does not hold: the tables of the result are the same, to the tenth digit."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from nqpf_assets.estimation import column as column_fit
from nqpf_assets.estimation import linear_from_sums
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages import sums_of_panel
from nqpf_assets.steps.step import Inputs
from tests.stages.mini import STUDY, Walk, walked

MEDIATION = "estimator: mediation, mediation: {mediator: wealth, draws: 40}, controls: []"
TABLES = f"""
  table_2:
    title: Other columns
    model: {{outcome: output, regressors: [people_before]}}
    columns:
      - {{label: pooled, estimator: ols, vcov: {{type: robust}}}}
      - {{label: one lag, lag: 1}}
      - {{label: through wealth, {MEDIATION}}}
"""
FROM_SUMS = 5
"""Columns of both tables but for the mediation."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    folder = tmp_path_factory.mktemp("sums")
    return walked(folder, STUDY.rstrip() + TABLES, only=("mini.model", "mini.estimate"))


def tables(done: Walk) -> dict[str, pl.DataFrame]:
    """What the step of the results makes now."""
    step = next(one for one in done.opened.graph.steps if ("mini", "model") in one.outputs)
    inputs = Inputs(done.project, done.opened.store, step.reads, RawState.of(done.project))
    return {key[1]: frame for key, frame in step.run(inputs).items()}


def is_alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-10, nan_ok=True)
    return bool(one == other)


def test_a_panel_that_memory_does_not_hold(built: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = tables(built)
    monkeypatch.setattr(sums_of_panel, "COPIES", 10**12)
    rows_read: list[str] = []
    fit = column_fit.fit_column

    def count(study, table, column, *rest):
        rows_read.append(column.label)
        return fit(study, table, column, *rest)

    monkeypatch.setattr(column_fit, "fit_column", count)
    found = tables(built)
    assert rows_read == ["through wealth"], "one column needs its rows"
    notes = found["model"].get_column("note").fill_null("")
    assert notes.str.contains("sums of products that DuckDB made").sum() == FROM_SUMS
    assert found.keys() == expected.keys()
    for name, frame in expected.items():
        rows = found[name]
        if name == "model":
            frame, rows = frame.drop("note"), rows.drop("note")
        assert rows.schema == frame.schema
        pairs = zip(rows.rows(), frame.rows(), strict=True)
        assert all(all(map(is_alike, *pair)) for pair in pairs), name


def test_a_panel_that_memory_holds_is_read(built: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(linear_from_sums, "fit_from_sums", refuse)
    assert tables(built)["model"].height == FROM_SUMS + 1


@pytest.mark.parametrize(("size", "number"), [("512.0 MiB", 2**29), ("18.6 GiB", 18.6 * 2**30)])
def test_the_memory_that_the_engine_may_take(size: str, number: float) -> None:
    from nqpf_assets.warehouse.room import bytes_of

    assert bytes_of(size) == number

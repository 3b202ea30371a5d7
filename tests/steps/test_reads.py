"""A step sees of a table what it declared, and is out of date by that alone: with tables of no project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.steps.execute import execute
from nqpf_assets.steps.graph import Graph, ordered
from nqpf_assets.steps.plan import plan
from nqpf_assets.steps.reads import Read, whole
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import Query, rows_of_file
from nqpf_assets.warehouse.store import Store

ORE, IRON, STEEL = ("mine", "ore"), ("works", "iron"), ("works", "steel")


@dataclass(frozen=True)
class Shipments:
    """What came from outside, by content."""

    hashes: Mapping[str, str]


@dataclass(frozen=True)
class Rich:
    """The rows of ore that is rich enough."""

    least: int = 50

    def query(self, store: Store) -> str:
        return f"SELECT * FROM {rows_of_file(store.path(ORE))} WHERE grade >= {self.least}"

    def frame(self, store: Store) -> pl.LazyFrame:
        return store.scan(ORE).filter(pl.col("grade") >= self.least)

    def hashes(self, store: Store) -> Mapping[str, str]:
        return {"rich ore": repr(self.frame(store).collect().rows())}


RICH = Read(ORE, Rich(), Rich().hashes)


def steps_of(grades: list[int]) -> Graph:
    def dig(inputs: Inputs) -> Output:
        return {ORE: pl.DataFrame({"grade": grades})}

    def smelt(inputs: Inputs) -> Output:
        with inputs.connect() as connection:
            (n,) = connection.execute("SELECT count(*) FROM mine.ore").fetchone() or (0,)
        assert n == inputs.read(*ORE).height == sum(grade >= 50 for grade in grades)
        return {IRON: Query("SELECT grade / 100 AS purity FROM mine.ore ORDER BY grade")}

    def roll(inputs: Inputs) -> Output:
        with pytest.raises(LookupError, match=r"mine\.ore is not a declared input"):
            inputs.scan(*ORE)
        return {STEEL: inputs.read(*IRON)}

    mine = Step("a", (ORE,), (), dig, parameters={"miner": {"grades": repr(grades)}},
                reads_outside=True)  # fmt: skip
    steps = [Step("b", (STEEL,), whole(IRON), roll), Step("b", (IRON,), (RICH,), smelt), mine]
    return Graph(tuple(ordered(steps)))


def bring(root: Path, grades: list[int], outside: Shipments) -> list[str]:
    """Run what is out of date; names of the steps that made another table."""
    store, graph = Store(root / "warehouse"), steps_of(grades)
    made = [
        one
        for planned in plan(graph, store, outside)
        for one in execute(planned.step, Project(root), store, outside)
    ]
    assert plan(graph, store, outside) == []
    return [".".join(one.key) for one in made if one.is_rebuilt]


def test_a_step_is_out_of_date_by_what_it_sees(tmp_path: Path) -> None:
    first = Shipments({"ship": "one"})
    assert bring(tmp_path, [20, 60, 70], first) == ["mine.ore", "works.iron", "works.steel"]
    assert bring(tmp_path, [20, 60, 70], first) == []
    assert bring(tmp_path, [30, 60, 70], first) == ["mine.ore"], "poor ore is of no smelter"
    assert bring(tmp_path, [30, 60, 80], first) == ["mine.ore", "works.iron", "works.steel"]
    assert bring(tmp_path, [30, 60, 80], Shipments({"ship": "two"})) == ["mine.ore"]


def test_a_plan_names_the_part_that_changed(tmp_path: Path) -> None:
    outside = Shipments({"ship": "one"})
    bring(tmp_path, [20, 60], outside)
    store, graph = Store(tmp_path / "warehouse"), steps_of([20, 90])
    ore = graph.maker[ORE]
    execute(ore, Project(tmp_path), store, outside)
    reasons = {one.step.name: one.reason for one in plan(graph, store, outside)}
    assert reasons == {
        "works__iron": "input: rich ore changed",
        "works__steel": "follows works.iron",
    }
    came = Shipments({"boat": "one"})
    assert plan(graph, store, came)[0].reason == "raw files: renamed ship → boat"

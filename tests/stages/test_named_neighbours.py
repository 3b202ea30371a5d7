"""Islands, units without a place, and pairs that join nothing are told by `check` at their line."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.estimation.weights import weights_of
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.stages.named_neighbours import nearby, neighbour_problems
from nqpf_assets.stages.study import study_units
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.studies.spatial_weights import WeightOptions
from nqpf_assets.user_input.project import SHIPPED_STUDIES

STUDY = """\
study: demo
title: Demo
units: {level: province}
periods: {first: 2012, last: 2022}
variables: {y: {series: gdp}, x: {series: population}}
groups: {areas: four_regions}
tables:
  map: {kind: spatial_autocorrelation, title: M, variable: y}
  t:
    title: T
    model:
      outcome: y
      regressors: [x]
      estimator: spatial_lag
      space: MODEL
    columns:
      - label: one
        space: SPACE
"""


def found(space: str, *lines: str, model: str = "{}", catalogue=None) -> list[str]:
    """Line and words of what is refused in a column of these weights and further lines."""
    text = STUDY.replace("SPACE", space).replace("MODEL", model)
    text += "".join(f"        {line}\n" for line in lines)
    file = read_study_file("demo.yaml", text)
    problems = neighbour_problems(file, catalogue or load_catalogue())
    return [f"{one.where.split(',')[0]} {one.code}: {one.found}; {one.remedy}" for one in problems]


JOINED = "{weights: contiguity, join: [[海南, 广东]]}"


@pytest.mark.parametrize(
    ("space", "lines"),
    [
        (JOINED, ()),
        ("{weights: inverse_distance}", ()),
        ("{weights: economic, economic_variable: x}", ()),
        ("{weights: nested, economic_variable: x}", ()),
        ("{weights: contiguity}", ("sample: {exclude: [海南]}",)),
        ("{weights: contiguity}", ("sample: {within: {areas: northeast}}",)),
        ("{weights: contiguity, lee_yu: bias_correction}", ()),
        ("{weights: contiguity, lee_yu: none}", ()),
        ("{weights: contiguity}", ("effects: [unit]",)),
        ("{weights: contiguity}", ("estimator: spatial_slx",)),
        ("{weights: contiguity, standardize: spectral}", ("estimator: spatial_slx",)),
    ],
)
def test_what_can_be_estimated_is_let_through(space, lines):
    assert found(space, *lines) == []


@pytest.mark.parametrize(
    ("space", "lines", "said"),
    [
        ("{weights: contiguity}", (), "line 18 islands: none for 海南; give them neighbours by `join`"),
        ("{weights: inverse_distance, cutoff_km: 300}", ("estimator: spatial_error",),
         "line 18 islands: none for "),
        ("{weights: contiguity}", ("sample: {only: [北京, 海南, 新疆]}",),
         "line 18 weights: the catalogue knows no neighbours among these units"),
        ("{weights: contiguity}", ("sample: {only: [北京]}",), "line 18 weights: a spatial model needs"),
        ("{weights: contiguity, join: [[海南, 海南]]}", (), "line 18 weights: a unit cannot be its own"),
        ("{weights: contiguity, join: [[海南, 广东]]}", ("sample: {exclude: [广东, 海南]}",),
         "line 18 idle_join: 海南 and 广东 not in the sample; remove the pair"),
        ("{weights: contiguity, join: [[海南, 广东], [北京, 河北]]}", (),
         "line 18 idle_join: units that touch anyway; remove the pair"),
    ],
)  # fmt: skip
def test_what_cannot_is_refused_at_its_line(space, lines, said):
    (problem,) = [one for one in found(space, *lines) if said.split(":")[0] in one]
    assert problem.startswith(said)


def test_a_pair_of_a_table_that_one_column_uses_is_no_mistake_in_another():
    others = ("sample: {within: {areas: northeast}}",)
    assert found("{lee_yu: none}", *others, model=JOINED) == [
        "line 15 idle_join: 海南 and 广东 not in the sample; remove the pair, or change the sample"
    ]
    text = STUDY.replace("SPACE", "{lee_yu: none}").replace("MODEL", JOINED)
    text += "".join(f"        {line}\n" for line in others) + "      - label: all\n"
    assert neighbour_problems(read_study_file("demo.yaml", text), load_catalogue()) == []


def test_units_without_a_place_are_told():
    catalogue = load_catalogue()
    places = catalogue.geography.coordinates.filter(pl.col("region_code") != "460000")
    without = replace(catalogue, geography=replace(catalogue.geography, coordinates=places))
    (problem,) = found("{weights: inverse_distance}", catalogue=without)
    assert problem.startswith("line 18 weights: no coordinates for 海南")
    (problem,) = found("{weights: nested, economic_variable: x}", catalogue=without)
    assert problem.startswith("line 18 weights: no coordinates for 海南")


@pytest.mark.parametrize("far", [200, 300, 450, 700, 1100, 2500])
def test_islands_are_those_of_the_weights_that_are_estimated(far):
    catalogue = load_catalogue()
    units = {one.code: one.short or one.name for one in study_units(
        read_study_file("demo.yaml", STUDY.replace("SPACE", "{}").replace("MODEL", "{}")).study,
        catalogue.regions)}  # fmt: skip
    options = WeightOptions(weights="inverse_distance", cutoff_km=far)
    labels, years = np.array(sorted(units)), np.full(len(units), 2019)
    made = weights_of(labels, years, catalogue.geography, options, lambda _: np.zeros(0))
    space = f"{{weights: inverse_distance, cutoff_km: {far}}}"
    told = [one for one in found(space) if "islands" in one]
    alone = [units[code] for code in made.islands]
    assert [one.startswith(f"line 18 islands: none for {listed(alone)};") for one in told] == (
        [True] if alone else []
    )


@pytest.mark.slow
def test_a_look_at_neighbours_brings_no_libraries_that_compute():
    code = (
        "import sys; from nqpf_assets.catalog.catalogue import load_catalogue;"
        "from nqpf_assets.stages.named_neighbours import nearby, neighbour_problems;"
        "from nqpf_assets.studies.reader import read_study_file;"
        f"assert not neighbour_problems(read_study_file({str(SHIPPED_STUDIES / 'province.yaml')!r}),"
        " load_catalogue()); print(*sorted({'numpy', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("path", sorted(SHIPPED_STUDIES.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_studies_have_neighbours(path):
    assert neighbour_problems(read_study_file(path), load_catalogue()) == []


@pytest.mark.parametrize("far", [2.0, 25.0, 120.0])
def test_islands_of_thousands_of_units_are_those_of_all_distances(far):
    """Counties are as many; the estimator's own distances say who has nobody near."""
    draw = np.random.default_rng(4)
    units = [f"u{place:04d}" for place in range(1500)]
    places = {
        u: (x, y)
        for u, x, y in zip(units, *draw.uniform((75, 18), (135, 54), (1500, 2)).T, strict=True)
    }
    tied = {end for pair in nearby(places, far) for end in pair}
    at = np.radians(np.array([places[unit] for unit in units]))
    half = (
        np.sin((at[:, None, 1] - at[None, :, 1]) / 2) ** 2
        + np.cos(at[:, None, 1])
        * np.cos(at[None, :, 1])
        * np.sin((at[:, None, 0] - at[None, :, 0]) / 2) ** 2
    )
    apart = 2 * 6371.0 * np.arcsin(np.sqrt(half))
    np.fill_diagonal(apart, np.inf)
    near = {unit for unit, row in zip(units, apart, strict=True) if row.min() <= far}
    assert tied == near
    assert 0 < len(near) <= len(units)

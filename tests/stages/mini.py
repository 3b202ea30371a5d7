"""A project small enough to know every cell of it, and the walk over it without Dagster.

Four provinces, 2014 to 2018: a table of output with one gap, a table of people whose first year one
province lacks. Numbers are made up, and the cards say so.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from nqpf_assets.projects.opened import OpenedProject, open_project
from nqpf_assets.publications.publish import Publication, publish
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.steps.execute import Made, execute
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import connect
from tests import once, pages
from tests.pages import CARD, write_files

REGIONS = {"110000": "北京市", "120000": "天津市", "130000": "河北省", "140000": "山西省"}
YEARS = range(2014, 2019)

CARD_OF_OUTPUT = CARD.format(publisher="Bureau", status="official", published="2019-10", unit="亿元",
                             series="gdp", label="output")  # fmt: skip
CARD_OF_PEOPLE = CARD.format(publisher="Survey", status="synthetic", published="2019-11", unit="万人",
                             series="population", label="people")  # fmt: skip

STUDY = """\
study: mini
title: A study of four provinces
units: {level: province, only: [北京, 天津, 河北, 山西], expect: 4}
periods: {first: 2015, last: 2018}
interpolation: {method: linear, ends: none}
sources:
  series:
    population: {ends: nearest}
variables:
  output: {series: gdp, title: Output}
  people_before: {expression: "lag(population, 1)", title: People the year before}
  output_per_person: {expression: gdp / population, unit: 元/人, minimum: 1, maximum: 1e9}
indices:
  wealth:
    title: Wealth
    method: entropy
    dimensions:
      all:
        - {indicator: per_person, expression: gdp / population}
        - {indicator: people, expression: population, direction: negative}
tables:
  table_1:
    title: Output and people
    model: {outcome: output, regressors: [people_before], expect: {n: 16}}
    columns:
      - label: (1)
      - {label: (2), regressors: [wealth]}
      - {label: (3), sample: {first: 2017, exclude: [山西]}, effects: [unit], expect: {n: 6}}
"""


def output(region: int, year: int) -> float | None:
    """Output in 亿元; one cell of it was never published."""
    if (region, year) == (0, 2016):
        return None
    return round(100 * (region + 1) * 1.07 ** (year - 2014) + 5 * ((region * 7 + year * 3) % 11), 2)


def people(region: int, year: int) -> float | None:
    """People in 万人; the second province begins a year later."""
    if (region, year) == (1, 2014):
        return None
    return round(1000 + 300 * region + 17 * (year - 2014) + 29 * ((region * 5 + year * 7) % 13), 1)


def page(label: str, cell: Callable[[int, int], object]) -> str:
    """A page of the four provinces in all years."""
    return pages.page(label, REGIONS.values(), YEARS, cell)


def locator(region: int, year: int) -> str:
    """Where a cell of a page stands, header included."""
    return f"line {2 + region * len(YEARS) + year - YEARS[0]}, column 3"


def write_mini(root: Path, study: str = STUDY, files: Mapping[str, str] | None = None) -> Project:
    """The project in a folder; `files` adds or replaces, by path in the project."""
    content = {
        "raw/bureau/2019/output.csv": page("output", output),
        "raw/bureau/2019/output.csv.card.yaml": CARD_OF_OUTPUT,
        "raw/survey/2019/people.csv": page("people", people),
        "raw/survey/2019/people.csv.card.yaml": CARD_OF_PEOPLE,
        "studies/mini.yaml": study,
    } | dict(files or {})
    return write_files(root, content)


@dataclass(frozen=True)
class Walk:
    """What one walk did: the steps that were planned and the tables they made or left."""

    project: Project
    opened: OpenedProject
    planned: list[str]
    made: list[Made]

    @property
    def rebuilt(self) -> set[str]:
        return {".".join(one.key) for one in self.made if one.is_rebuilt}

    def publish(self) -> Publication:
        return publish(self.opened, RawState.of(self.project))[0]

    def query(self, sql: str) -> list[tuple]:
        """Rows of what is published; where nothing is, of the tables that this walk made."""
        if not self.project.database.exists():
            with connect(self.opened.store, [one.key for one in self.made]) as connection:
                return connection.execute(sql).fetchall()
        with duckdb.connect(str(self.project.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def walk(project: Project, only: tuple[str, ...] = ()) -> Walk:
    """Bring every table up to date, in order.

    Args:
        only: tables as `schema.table`, if a test looks at nothing else: what they need is made, and no more.
    """
    opened, raw = open_project(project), RawState.of(project)
    planned = opened.plan(raw)
    if only:
        keys = [key for key in opened.graph.tables if ".".join(key) in only]
        assert len(keys) == len(only), only
        needed = opened.graph.upstream(keys)
        planned = [one for one in planned if one.step.name in needed]
    made = [one for step in planned for one in execute(step.step, project, opened.store, raw)]
    return Walk(project, opened, [one.step.name for one in planned], made)


def walked(
    root: Path,
    study: str = STUDY,
    files: Mapping[str, str] | None = None,
    *,
    only: tuple[str, ...] = (),
    is_published: bool = False,
) -> Walk:
    """What `walk(write_mini(…), only)` gives, for a test to go on from.

    Tables follow from the files alone, so each content is built once in a run of the tests and copied to all
    who begin with it. Tests of what happens in the first walk itself call `walk`.
    """
    return first_walk(write_mini(root, study, files), only, is_published=is_published)


def first_walk(project: Project, only: tuple[str, ...] = (), *, is_published: bool = False) -> Walk:
    """As `walked`, of a project that is written but not built."""
    root = project.root
    if not once.is_shared():
        return _walk(project, only, is_published=is_published)

    def build(folder: Path) -> None:
        done = _walk(Project.at(shutil.copytree(root, folder)), only, is_published=is_published)
        (folder / "walk").write_bytes(pickle.dumps((done.planned, done.made)))

    name = once.content_name(root, only, is_published)
    kept = once.once(f"walked/{name}", build)
    shutil.copytree(kept / "warehouse", project.warehouse)
    planned, made = pickle.loads((kept / "walk").read_bytes())
    return Walk(project, open_project(project), planned, made)


def _walk(project: Project, only: tuple[str, ...], *, is_published: bool) -> Walk:
    done = walk(project, only)
    if is_published:
        done.publish()
    return done

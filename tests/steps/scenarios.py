"""Changes of a project, and how much of it each of them plans, builds and alters."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from nqpf_assets.projects.opened import OpenedProject, open_project
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.user_input.project import Project
from tests.stages.mini import walk
from tests.stages.rich import SERIES, value


@dataclass(frozen=True)
class Scenario:
    """A change: in which file of the project, what is replaced by what."""

    file: str
    old: str
    new: str

    def apply(self, project: Project) -> None:
        path = project.root / self.file
        text = path.read_text("utf-8")
        assert self.old in text, (self.file, self.old)
        path.write_text(text.replace(self.old, self.new), "utf-8")


STUDY = "studies/rich.yaml"


def _cell(series: str, place: int, year: int, by: float) -> Scenario:
    """One published value, changed by a little."""
    was = value(series, place, year)
    assert was is not None
    folder = f"raw/{SERIES[series][0].lower()}/2019"
    return Scenario(f"{folder}/{series}.csv", f",{year},{was}\n", f",{year},{round(was * by, 2)}\n")


SCENARIOS = {
    "a cell that no study reads": _cell("local_area", 1, 2015, 1.01),
    "a cell of one variable": _cell("local_income", 1, 2015, 1.01),
    "a cell under everything": _cell("urban_population", 1, 2015, 1.01),
    "a correction": Scenario("corrections.yaml", "value: 1234.5", "value: 1240.5"),
    "reason of a correction": Scenario("corrections.yaml", "a digit was lost", "a digit was dropped"),
    "remark on a card": Scenario("raw/bureau/2019/gdp.csv.card.yaml", "title: Made up", "title: Made"),
    "a group that nothing reads": Scenario(STUDY, "{x: [北京], y: [天津,", "{x: [北京, 天津], y: ["),
    "a group of clusters": Scenario(STUDY, "halves: {a: [北京, 天津", "halves: {a: [天津, 北京"),
    "another group of clusters": Scenario(
        STUDY,
        "halves: {a: [北京, 天津, 吉林, 山东], b: [河北,",
        "halves: {a: [北京, 天津, 吉林, 河北], b: [山东,",
    ),
    "label of a column": Scenario(STUDY, "label: (1)", "label: one"),
    "title of a table": Scenario(STUDY, "title: Neighbours", "title: Near"),
    "title of a variable": Scenario(STUDY, "title: Output, w", "title: Product, w"),
    "note of a column": Scenario(STUDY, "note: A note", "note: Another note"),
    "a published number": Scenario(STUDY, "estimate: 1.5", "estimate: 1.6"),
    "a variable that nothing reads": Scenario(STUDY, "local_income * 2", "local_income * 3"),
    "one column's option": Scenario(STUDY, "by: [halves]}", "by: [halves], small_sample: none}"),
    "title of the study": Scenario(STUDY, "title: A study of eight", "title: Study of eight"),
}  # fmt: skip


@dataclass(frozen=True)
class Extent:
    """How far a change reaches.

    Attributes:
        certain, perhaps: names of steps that are planned.
        n_certain, n_perhaps: tables of these.
        built: tables that were made again; differ: those that are not as they were.
    """

    certain: set[str]
    perhaps: set[str]
    n_certain: int
    n_perhaps: int
    built: set[str]
    differ: set[str]

    def __str__(self) -> str:
        return (
            f"planned for certain {self.n_certain}, perhaps {self.n_perhaps}, "
            f"built {len(self.built)}, differ {len(self.differ)}"
        )


def extent(built: Project, scenario: Scenario, folder: Path) -> Extent:
    """What a change does to a copy of a project that is up to date."""
    project = Project.at(shutil.copytree(built.root, folder))
    before = _hashes(open_project(project))
    scenario.apply(project)
    planned = open_project(project).plan(RawState.of(project))
    sure = [one.step for one in planned if one.is_certain]
    maybe = [one.step for one in planned if not one.is_certain]
    walked = walk(project)
    after = _hashes(walked.opened)
    assert walk(project).planned == []
    return Extent(
        {one.name for one in sure},
        {one.name for one in maybe},
        sum(len(one.outputs) for one in sure),
        sum(len(one.outputs) for one in maybe),
        walked.rebuilt,
        {name for name, sha in after.items() if before.get(name) != sha},
    )


def _hashes(opened: OpenedProject) -> dict[str, str]:
    records = {key: opened.store.record(key) for key in opened.graph.tables}
    return {".".join(key): one.sha256 for key, one in records.items() if one}

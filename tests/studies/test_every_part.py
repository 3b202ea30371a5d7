"""Options of a study outside of regression columns: each changes what comes out, or is refused at its line.

The models are walked, so that an option which is added is tried by itself. Parts with one option changed
stand side by side in one project, in one walk; options of a whole study, and those that may stop it, have
studies of their own.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.messages.problems import CheckFailed, InputError, Problem
from nqpf_assets.projects.inspection import study_problems
from nqpf_assets.projects.opened import open_project
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages import panel_tables
from nqpf_assets.stages.printed_panel_table import PanelRows
from nqpf_assets.steps.execute import execute
from nqpf_assets.studies.reader import read_study_file
from tests.pages import write_files
from tests.studies.every_part import (
    ANYWAY,
    BESIDE,
    BY_DATA,
    IN_COMMENTS,
    OF_STUDIES,
    PARTS,
    SHARED,
    STUDY,
    UNITS,
    VALUES,
    Block,
    options,
)

pytestmark = pytest.mark.slow  # a project with every option of a study

SERIES = {"gdp": "亿元", "income": "亿元", "population": "万人", "share": "%", "level": "无", "rough": "无",
          "s1": "%", "s2": "%", "s3": "%"}  # fmt: skip
PREFECTURES = ["广州", "深圳", "武汉", "南京", "成都", "西安"]
YEARS = range(2010, 2020)
KINDS = ("variables", "indices", "tables")
ASKED = {"panel", "estimate", "inequality"}
"""Tables of studies of their own that are looked at."""
ECHOES = {"series", "winsorizing", "index_definition", "model_definition", "table_definition"}
"""Tables that repeat what was asked for, which is no use of it."""
NAMES = re.compile(r"p\d+z")
"""Names under which parts and studies are walked."""


@dataclass(frozen=True)
class Case:
    """One value of one option.

    Attributes:
        said: option and value, in words.
        place: keys that lead to the option in `text`.
        text: the study file that has it alone.
        name: of the part, or of the study.
        base: the name of the same without it.
        is_said: it says what is done anyway.
        path: of the option.
        stops: the data show that it is wrong, and the study is not made.
    """

    said: str
    place: tuple[str | int, ...]
    text: str
    name: str
    base: str
    is_said: bool
    stops: bool
    path: str


@dataclass
class Studies:
    """Study files that are walked: parts side by side, studies of their own, and those that are not made."""

    together: Block = field(default_factory=lambda: named(STUDY, "together"))
    alone: dict[str, Block] = field(default_factory=dict)
    stopping: dict[str, Block] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def put(self, part: str, content: Block, *, stops: bool = False) -> str:
        """The name under which a part, or a whole study, is walked."""
        key = json.dumps([part, content])
        if key in self.names:
            return self.names[key]
        name = self.names[key] = f"p{len(self.names)}z"
        if stops or not part:
            (self.stopping if stops else self.alone)[name] = with_part(name, part, content)
        else:
            add(self.together, name, part, content)
        return name


def named(study: Block, name: str) -> Block:
    return {"study": name, "title": "Demo"} | copy.deepcopy(study)


def with_part(name: str, part: str, content: Block) -> Block:
    """A study with one part beside its own, or one that differs itself."""
    if not part:
        return {"study": name, "title": "Demo"} | content
    whole = named(STUDY, name)
    add(whole, name, part, content)
    return whole


def add(study: Block, name: str, part: str, content: Block) -> None:
    own = json.loads(json.dumps(content, ensure_ascii=False).replace("@", name), object_hook=years)
    study.setdefault(part.partition(".")[0], {})[name] = own


def years(block: Block) -> Block:
    """JSON makes text of years."""
    return {int(key) if key.isdigit() else key: value for key, value in block.items()}


def changed(
    content: Block, keys: tuple[str, ...], value: Any
) -> tuple[Block, tuple[str | int, ...]]:
    """A part with an option, and the keys that lead to it."""
    whole = copy.deepcopy(content)
    block: Any = whole
    place: list[str | int] = []
    for at, name in enumerate(keys):
        key = first_of(block) if name == "*" else name
        place.append(key)
        if at == len(keys) - 1:
            block[key] = value
        elif isinstance(block, dict):
            block = block.setdefault(key, {"gdp": {}} if keys[at + 1] == "*" else {})
        else:
            block = block[key]
    return whole, tuple(place)


def first_of(block: Any) -> str | int:
    return next(iter(block)) if isinstance(block, dict) else 0


def cases(studies: Studies) -> Iterator[Case]:
    for path, part, values, default in options():
        keys = tuple(path.split("."))
        within = keys[2:] if part else keys
        plain = PARTS[part] if part else STUDY
        bases = [plain, *([plain | BESIDE[path]] if path in BESIDE else [])]
        for at, base in enumerate(bases):
            for value in values:
                whole, place = changed(base, within, value)
                if whole == base:
                    continue
                stops = at == len(bases) - 1 and value in BY_DATA.get(path, ())
                name = studies.put(part, whole, stops=stops)
                above = (part.partition(".")[0], name) if part else ()
                text = yaml.safe_dump(
                    with_part(name, part, whole), allow_unicode=True, sort_keys=False
                )
                said = f"{part or 'study'}: {path}: {value}"
                without = studies.put(part, base)
                is_said = value == default and has_block(base, within)
                is_said |= value in ANYWAY.get(path, ((), ()))[at]
                yield Case(said, (*above, *place), text, name, without, is_said, stops, path)


@cache
def catalogue() -> Any:
    return load_catalogue()


def has_block(base: Block, keys: tuple[str, ...]) -> bool:
    """Whether the block in which an option stands means nothing by being there."""
    return "winsorize" not in keys or "winsorize" in base


def checked(text: str, name: str) -> list[Problem]:
    """What `check` says of a study file."""
    try:
        file = read_study_file(f"studies/{name}.yaml", text)
    except InputError as error:
        return list(error.problems)
    return study_problems(file, catalogue(), SERIES)


def test_every_option_has_values() -> None:
    found = list(options())
    assert [f"{part}: {path}" for path, part, values, _ in found if not values] == []
    assert {path for path in {*VALUES, *BESIDE} if path not in {one for one, *_ in found}} == set()


@dataclass
class Walked:
    """What a walk gave: rows of tables, and what stopped a study."""

    tables: dict[str, dict[str, pl.DataFrame]]
    stopped: dict[str, list[str]]

    @cached_property
    def told(self) -> dict[tuple[str, str], Told]:
        """Rows of every table that is looked at, in words."""
        return {
            (study, table): Told.of(frame)
            for study, tables in self.tables.items()
            for table, frame in tables.items()
            if table not in ECHOES
        }

    def of(self, name: str) -> Any:
        """All that is published of a part or of a study, without its name."""
        found: dict[str, Any] = {
            "stopped": [said.replace(name, "@") for said in self.stopped.get(name, [])]
        }
        study = name if name in self.tables else "together"
        for (made_by, table), rows in self.told.items():
            if made_by == study:
                is_whole = table == name or study == name
                said = rows.all if is_whole else rows.naming.get(name, [])
                found[table.replace(name, "@")] = sorted(one.replace(name, "@") for one in said)
        return {table: rows for table, rows in found.items() if rows}


@dataclass(frozen=True)
class Told:
    """Rows of a table in words, numbers to nine digits: all, and by the parts that they name."""

    all: list[str]
    naming: dict[str, list[str]]

    @classmethod
    def of(cls, frame: pl.DataFrame) -> Told:
        rows = [
            repr(tuple(f"{one:.9g}" if isinstance(one, float) else one for one in row))
            for row in frame.iter_rows()
        ]
        naming: dict[str, list[str]] = {}
        for row in rows:
            for name in {*NAMES.findall(row)}:
                naming.setdefault(name, []).append(row)
        return cls(rows, naming)


@pytest.fixture(scope="module")
def found(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[list[Case], Walked, dict[str, list[Problem]]]:
    studies = Studies()
    all_cases = list(cases(studies))
    refused = {one.name: problems for one in all_cases if (problems := checked(one.text, one.name))}
    for name in refused:
        for whole in (studies.alone, studies.stopping, *(studies.together[kind] for kind in KINDS)):
            whole.pop(name, None)
    # What looks at all studies at once is not made where one of them stops.
    with pytest.MonkeyPatch.context() as patch:
        # Random maps are drawn by the name of a table: here all draw the same.
        patch.setattr(panel_tables, "PanelRows", lambda _name, *given: PanelRows("demo.t", *given))
        made = walk(
            tmp_path_factory.mktemp("parts"), {"together": studies.together, **studies.alone}
        )
    stopped = walk(tmp_path_factory.mktemp("stopping"), studies.stopping).stopped
    assert made.stopped == {}, made.stopped
    return all_cases, Walked(made.tables, stopped), refused


def walk(root: Path, studies: dict[str, Block]) -> Walked:
    """Everything of these studies that is asked for, up to what stops one."""
    files = {
        f"studies/{name}.yaml": yaml.safe_dump(study, allow_unicode=True, sort_keys=False)
        for name, study in studies.items()
    }
    project = write_files(root, files | raw_files())
    walked = Walked({name: {} for name in studies} | {"catalog": {}}, {})
    opened, raw = open_project(project), RawState.of(project)
    asked = [
        ("catalog", "series_break"),
        ("catalog", "study"),
        *(
            (name, table)
            for name, table in opened.graph.tables
            if name in studies and is_asked(studies[name], table)
        ),
    ]
    needed = opened.graph.upstream(asked)
    lost: set[tuple[str, str]] = set()
    for planned in opened.plan(raw):
        step = planned.step
        if step.name not in needed:
            continue
        if lost & {*step.inputs}:
            lost |= {*step.outputs}
            continue
        try:
            for made in execute(step, project, opened.store, raw):
                if step.study or made.key[0] == "catalog":
                    rows = pl.read_parquet(opened.store.path(made.key))
                    walked.tables[made.key[0]][made.key[1]] = rows
        except CheckFailed as failed:
            lost |= {*step.outputs}
            walked.stopped.setdefault(step.study or "", []).extend(map(str, failed.problems))
    return walked


def is_asked(study: Block, table: str) -> bool:
    """Of studies of their own no more is looked at than what their options change."""
    if study["study"] == "together":
        return True
    is_plain = {key: study[key] for key in STUDY} == STUDY
    return table in ASKED or (is_plain and table == "influence")


def raw_files() -> dict[str, str]:
    """Two vintages of one publisher and one of another; gaps inside and at the ends of series."""
    rng = np.random.default_rng(5)
    series, units = [*SERIES], [*UNITS, *PREFECTURES]
    n = len(units) * len(YEARS)
    share = rng.dirichlet((3, 4, 2), n) * 100
    values = {
        "gdp": np.exp(rng.normal(7, 0.3, n)), "income": np.exp(rng.normal(7, 0.3, n)),
        "population": rng.integers(900, 5000, n),
        "share": rng.uniform(2, 90, n), "level": rng.uniform(0.5, 3, n), "rough": rng.integers(1, 9, n),
        **{f"s{at + 1}": share[:, at] for at in range(3)},
    }  # fmt: skip
    gaps = {
        (0, 2010),
        (0, 2011),
        (0, 2012),
        (1, 2014),
        (1, 2015),
        (2, 2018),
        (2, 2019),
        (3, 2014),
        (13, 2014),
    }

    def page(factor: float, last: int, first: int = 2010) -> str:
        lines = ["地区,年份," + ",".join(series)]
        for place, unit in enumerate(units):
            for year in range(first, last + 1):
                at = place * len(YEARS) + year - 2010
                cells = [f"{values[one][at]:.6g}" for one in series]
                cells[0] = "" if (place, year) in gaps else f"{values['gdp'][at] * factor:.6g}"
                lines.append(f"{unit},{year},{','.join(cells)}")
        return "\n".join(lines) + "\n"

    def card(publisher: str, published: str) -> str:
        return yaml.safe_dump({
            "publisher": publisher, "title": "Made up", "status": "synthetic", "published": published,
            "columns": {"region": "地区", "period": "年份", "values": series, "units": SERIES},
        }, allow_unicode=True)  # fmt: skip

    return {
        "raw/bureau/2019/a.csv": page(1.0, 2018),
        "raw/bureau/2019/a.csv.card.yaml": card("Bureau", "2019-10"),
        "raw/bureau/2020/a.csv": page(1.02, 2019, 2014),
        "raw/bureau/2020/a.csv.card.yaml": card("Bureau", "2020-10"),
        "raw/survey/2021/a.csv": page(0.97, 2015),
        "raw/survey/2021/a.csv.card.yaml": card("Survey", "2021-01"),
    }


def test_every_option_is_used_or_refused_at_its_line(found: Any) -> None:
    all_cases, walked, refused = found
    wrong = []
    for one in all_cases:
        if problems := refused.get(one.name):
            wrong += misplaced(one, problems)
        elif one.base not in refused and one.path not in IN_COMMENTS:
            wrong += fault(one, walked)
    assert not wrong, "\n".join(wrong)


def fault(case: Case, walked: Walked) -> list[str]:
    """What is wrong with an option that `check` lets pass, in words."""
    if case.path in OF_STUDIES:
        said = walked.tables["catalog"]["study"].row(
            by_predicate=pl.col("study") == case.name, named=True
        )
        return [] if said[case.path] == "Words of its own" else [f"{case.said} is nowhere"]
    if case.path in SHARED:
        told = repr(walked.tables["catalog"]["series_break"].rows())
        return [] if "another census" in told else [f"{case.said} is nowhere"]
    before, after = walked.of(case.base), walked.of(case.name)
    if case.stops != ("stopped" in after):
        return [f"{case.said} {'stops nothing' if case.stops else 'is not built'}"]
    if not case.stops and (before == after) != case.is_said:
        return [f"{case.said} changes {'something' if case.is_said else 'nothing'}"]
    return []


def misplaced(case: Case, problems: list[Problem]) -> list[str]:
    """A refusal stands in the block of its option, and says what to do."""
    node: Any = yaml.compose(case.text)
    *above, _ = case.place
    for key in above:
        node = (
            next(v for k, v in node.value if k.value == str(key))
            if isinstance(key, str) or isinstance(node, yaml.MappingNode)
            else node.value[key]
        )
    first, last = node.start_mark.line, node.end_mark.line + 1
    lines = [int(one.where.split(",")[0].removeprefix("line ")) for one in problems if one.where]
    told = [one for one in problems if one.expected and one.found and one.remedy]
    if not all(first <= line <= last for line in lines) or len(told) < len(problems):
        return [f"{case.said} is refused elsewhere: {[*map(str, problems)]}"]
    return []

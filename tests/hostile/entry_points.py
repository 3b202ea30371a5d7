"""Every door through which bytes of a stranger come in, and what must hold behind it.

Each entry point takes bytes and raises only where the package breaks its word: a mistake of the
user's is a `Problem` in words that can be printed, never an exception. Hypothesis and
``benchmarks/fuzz.py`` share them.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from nqpf_assets.catalog.catalogue import FILES, Catalogue, load_catalogue
from nqpf_assets.expressions.compile import ExpressionError, compile_expression
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.recognise import read, recognise
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.projects.fetching.answers import NotHad
from nqpf_assets.projects.fetching.bureau import answer_of, requests_of, unknown_regions
from nqpf_assets.projects.fetching.declared import BureauQuery, load_sources
from nqpf_assets.projects.inspection import study_problems
from nqpf_assets.projects.surveys.aggregated import aggregated
from nqpf_assets.projects.surveys.declared import Survey, load_survey
from nqpf_assets.projects.surveys.respondents import SUFFIXES, read_respondents
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.card_files import LoadedCard, load_cards
from nqpf_assets.sources.one_file import read_file
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.user_input.lined_yaml import LinedYaml
from nqpf_assets.user_input.project import Project
from tests.formats.conftest import build_xlsx

COLUMNS = TidyColumns(region="地区", period="年份", values=("gdp",))
LONG = TidyColumns(region="region", period="year", series="series", value="value", unit="unit")
LAYOUT = YearbookLayout(columns={"residents": "年末常住人口", "part": "其中 / 外来人口"}, unit="人")
CARD = OriginCard(publisher="国家统计局", title="分省年度数据", status="official")
SURVEY = {
    "file": "f", "publisher": "p", "title": "t", "region": "region", "year": "year", "weight": "w",
    "clusters": "v", "minimum": 3, "missing": [-8, "x"],
    "series": {"a": {"mean": "q"}, "b": {"share": "q", "of": [1, 2]},
               "c": {"scale": ["q", "r"], "range": [1, 5]}},
}  # fmt: skip
_YEARS = {"name": "a", "indicators": ["A01"], "first": 2020, "last": 2021}
QUERIES = (
    BureauQuery.model_validate(_YEARS | {"interface": "old", "database": "fsnd"}),
    BureauQuery.model_validate(_YEARS | {"interface": "new", "catalog": "c", "root": "r"}),
)
PARTS = (
    "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml",
    "xl/_rels/workbook.xml.rels", "[Content_Types].xml",
)  # fmt: skip
LONGEST_TEXT = 20_000
"""Characters of one problem; more would push the others off the screen."""


def hold(problems: Iterable[Problem]) -> None:
    """A problem says four things, briefly, in text that every terminal and file can take."""
    for problem in problems:
        said = (problem.file, problem.expected, problem.found, problem.remedy)
        assert all(said), problem
        assert len(str(problem)) <= LONGEST_TEXT, f"{len(str(problem))} characters"
        str(problem).encode("utf-8")


def _hold(reading: Reading) -> None:
    hold(reading.problems)
    assert reading.problems or not reading.cells.is_empty()
    assert reading.cells["value"].drop_nulls().is_finite().all()


def plain(content: bytes) -> None:
    recognise(content)
    _hold(read(content, file="f"))


def tidy(content: bytes) -> None:
    for columns in (COLUMNS, LONG):
        _hold(read(content, file="f", columns=columns))


def yearbook(content: bytes) -> None:
    _hold(read(content, file="f", layout=LAYOUT))


def part(content: bytes) -> None:
    """A part of an otherwise sound .xlsx; the checksum of a zip would keep mutations out."""
    name = PARTS[content[0] % len(PARTS)] if content else PARTS[0]
    workbook = with_part(sound_workbook(), name, content[1:])
    for door in (plain, tidy, yearbook):
        door(workbook)


def whole(content: bytes) -> None:
    """A file with its card, as far as the observations."""
    loaded = LoadedCard(CARD, LinedYaml("card.yaml", {}))
    hold(read_file([content], loaded, catalogue(), "raw/a/b/f").problems)


def card(content: bytes) -> None:
    with tempfile.TemporaryDirectory(dir=_memory()) as name:
        (Path(name) / "card.yaml").write_bytes(content)
        (Path(name) / "a.csv.card.yaml").write_bytes(content)
        hold(load_cards(Path(name), "raw/a", ("a.csv", "b.csv")).problems)


def study(content: bytes) -> None:
    with tempfile.TemporaryDirectory(dir=_memory()) as name:
        path = Path(name) / "mini.yaml"
        path.write_bytes(content)
        try:
            hold(study_problems(read_study_file(path), catalogue(), {"gdp": "亿元"}))
        except InputError as error:
            hold(error.problems)


def expression(content: bytes) -> None:
    units = {"gdp": "亿元", "population": "万人", "area": None}
    with contextlib.suppress(ExpressionError):
        compile_expression(
            content.decode("utf-8", "surrogateescape"), units=units, complete=False,
            groups={"east": {"110000": "a"}}, codes={"北京": "110000"},
        )  # fmt: skip


def own_catalogue(content: bytes) -> None:
    """The catalogue files of a project, all with the same bytes."""
    with tempfile.TemporaryDirectory(dir=_memory()) as name:
        for file in FILES:
            (Path(name) / file).write_bytes(content)
        try:
            load_catalogue(Path(name))
        except InputError as error:
            hold(error.problems)


def respondents(content: bytes) -> None:
    """A file of respondents under each name that it may have, as far as the series."""
    survey = Survey.model_validate(SURVEY)
    with tempfile.TemporaryDirectory(dir=_memory()) as name:
        for suffix in SUFFIXES:
            path = Path(name) / f"f{suffix}"
            path.write_bytes(content)
            try:
                found = aggregated(survey, LinedYaml("rule.yaml", {}), read_respondents(path, None))
                assert found.rows["value"].is_finite().all()
            except InputError as error:
                hold(error.problems)


def rule(content: bytes) -> None:
    """The rule of a survey."""
    with tempfile.TemporaryDirectory(dir=_memory()) as name:
        path = Path(name) / "rule.yaml"
        path.write_bytes(content)
        try:
            load_survey(path)
        except InputError as error:
            hold(error.problems)


def sources(content: bytes) -> None:
    """What is to be fetched, as far as the requests."""
    with tempfile.TemporaryDirectory(dir=_memory()) as name:
        (Path(name) / "sources.yaml").write_bytes(content)
        try:
            found = load_sources(Project.at(Path(name)))
            for one in found.bureau if found is not None else ():
                unknown_regions(one, catalogue().regions)
                requests_of(one, catalogue().regions)
        except InputError as error:
            hold(error.problems)


def bureau(content: bytes) -> None:
    """An answer of the bureau's interface, in each of its forms."""
    for query in QUERIES:
        with contextlib.suppress(NotHad):
            answer_of(content, query)


ENTRY_POINTS: dict[str, Callable[[bytes], None]] = {
    door.__name__: door
    for door in (
        plain, tidy, yearbook, part, whole, card, study, expression, own_catalogue, respondents, rule,
        sources, bureau,
    )
}  # fmt: skip


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


@cache
def sound_workbook() -> bytes:
    return build_xlsx([["地区", "2019年", "2018年"], ["北京", 1.5, 2], ["天津", "3", None]])


def with_part(workbook: bytes, name: str, data: bytes) -> bytes:
    """The workbook with one part replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(buffer, "w") as new:
        for one in old.infolist():
            if one.filename != name:
                new.writestr(one.filename, old.read(one))
        new.writestr(name, data)
    return buffer.getvalue()


@cache
def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None

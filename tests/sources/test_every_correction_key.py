"""Every key of `corrections.yaml`: it changes what is corrected, or is refused at the line of its entry."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from nqpf_assets.catalog.catalogue import Catalogue, load_catalogue
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from nqpf_assets.sources.corrections import CorrectionFile, load_corrections
from nqpf_assets.stages.matched_corrections import applied
from tests.leaves import leaves
from tests.pages import CARD, page, write_files

ENTRY: dict[str, Any] = {
    "name": "one",
    "series": "gdp",
    "region": "北京市",
    "period": 2018,
    "expect": 10.0,
    "value": 100.0,
    "reason": "a digit is missing",
    "source": "the yearbook",
    "date": "2021-01-01",
}
VALUES: dict[str, list[Any]] = {
    "name": ["other", "Bad name", "second"],
    "series": ["地区生产总值", "population", "gpd", ""],
    "region": ["110000", "天津市", "Beijin", ""],
    "period": [2017, 18, "then"],
    "vintage": ["2019", "2031"],
    "publisher": ["Bureau", "Survey"],
    "expect": [11.0, "ten"],
    "value": [99.0, 10.0, "more"],
    "reason": ["it is so", ""],
    "source": ["a letter", ""],
    "date": ["2021-02-01", "2019-12-01", "soon"],
}
AS_IT_IS = {"series": "地区生产总值", "region": "110000", "publisher": "Bureau"}
"""Other words for what the entry says anyway."""


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """Two vintages that print the same of one cell, and a third, later one that prints another value."""
    files = {}
    for vintage, value in (("2019", 10), ("2020", 10), ("2018", 12)):
        card = CARD.format(publisher="Bureau", status="official", published=f"{vintage}-10",
                           unit="亿元", series="gdp", label="output")  # fmt: skip
        cells = (value, int(vintage))  # the second tells the files apart
        files[f"raw/bureau/{vintage}/a.csv"] = page(
            "output", ["北京市", "天津市"], [2018], lambda place, _, cells=cells: cells[place]
        )
        files[f"raw/bureau/{vintage}/a.csv.card.yaml"] = card
    return collect(write_files(tmp_path_factory.mktemp("raw"), files).raw, catalogue())


def read(
    root: Path, found: Collection, entry: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Rows of `source.correction`, and what is wrong."""
    second = ENTRY | {"name": "second", "vintage": "2018", "expect": 12.0}
    text = yaml.safe_dump({"corrections": [second, entry]}, allow_unicode=True, sort_keys=False)
    project = write_files(root, {"corrections.yaml": text})
    try:
        corrections = load_corrections(project)
    except InputError as error:
        return [], list(error.problems)
    return applied(corrections, found.observations.lazy(), found.files, catalogue())


def test_every_key_has_values() -> None:
    assert {path[-1] for path, _ in leaves(CorrectionFile)} == {*VALUES}


@pytest.mark.parametrize("key", VALUES)
def test_every_key_is_used_or_refused_at_its_line(
    tmp_path: Path, found: Collection, key: str
) -> None:
    bare, problems = read(tmp_path, found, ENTRY)
    assert problems == []
    assert len(bare) == 3
    refused = 0
    for value in VALUES[key]:
        rows, problems = read(tmp_path, found, ENTRY | {key: value})
        refused += bool(problems)
        for one in problems:
            assert one.file == "corrections.yaml"
            assert int(one.where.split(",")[0].removeprefix("line ")) >= 12, (key, value, str(one))
            assert one.remedy
        if not problems:
            assert (rows == bare) == (AS_IT_IS.get(key) == value), (key, value)
    # What names the cell finds it or not: another cell has no such value.
    assert refused < len(VALUES[key]) or key in ("period", "expect")

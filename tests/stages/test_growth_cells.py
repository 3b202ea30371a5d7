"""Which values a table of levels takes: one kind of thing in a row, one vintage under `single`."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.messages.problems import CheckFailed
from tests.pages import CARD, page, write_files
from tests.stages.mini import Walk, walk

pytestmark = pytest.mark.slow  # whole projects are built

REGIONS = ("北京市", "天津市")
STUDY = """\
study: mini
title: Levels of one region
units: {{level: province, only: [北京, 天津]}}
periods: {{first: {first}, last: 2020}}
sources: {{vintage: {vintage}}}
tables:
  levels:
    {{kind: growth, title: L, region: 北京, first: {first}, last: 2020, rows: [{{series: 自拟, title: A}}]}}
"""


def value(year: int, factor: float = 1.0) -> float:
    return round(factor * (100 + 1.25 * (year - 2000)), 2)


def levels(
    root: Path, older: tuple[range, str], newer: tuple[range, str], vintage: str = "latest"
) -> Walk:
    """A row of levels from two vintages, each with its years and the unit it is printed in."""
    files = {}
    for name, factor, (years, unit) in (("2021", 1.0, older), ("2022", 1.01, newer)):
        path = f"raw/bureau/{name}/levels.csv"
        files[path] = page("值", REGIONS, years, lambda _, year, by=factor: value(year, by))
        files[f"{path}.card.yaml"] = CARD.format(
            publisher="Bureau", status="official", published=f"{name}-10-01", unit=f'"{unit}"',
            series="自拟", label="值",
        )  # fmt: skip
    first = min(older[0].start, newer[0].start)
    files["studies/mini.yaml"] = STUDY.format(first=first, vintage=vintage)
    return walk(write_files(root, files), only=("mini.levels",))


@pytest.mark.parametrize(
    ("before", "after"),
    [("元", "美元"), ("人", "户"), ("上年=100", "2015年=100"), ("人", "%")],
    ids=["money", "counts", "indices", "share"],
)
def test_years_of_another_kind_are_no_row(tmp_path: Path, before: str, after: str) -> None:
    with pytest.raises(CheckFailed) as failed:
        levels(tmp_path, (range(2015, 2018), before), (range(2018, 2021), after))
    told = str(failed.value)
    assert f"自拟 of vintage 2021 in {before}" in told
    assert "levels, row A" in told


def test_years_in_other_units_of_one_kind_are_converted(tmp_path: Path) -> None:
    done = levels(tmp_path, (range(2015, 2018), "万元"), (range(2018, 2021), "亿元"))
    ((first, last, unit),) = done.query(
        'SELECT "2015", "2020", unit_measure FROM mini.levels'
    )  # fmt: skip
    assert (first, last, unit) == (pytest.approx(value(2015) / 1e4), value(2020, 1.01), "亿元")


@pytest.mark.parametrize(("missing", "taken"), [(1, "2022"), (2, "2021")])
def test_single_takes_the_newest_that_covers_as_the_panel_does(
    tmp_path: Path, missing: int, taken: str
) -> None:
    whole, part = range(2000, 2021), range(2000 + missing, 2021)
    done = levels(tmp_path, (whole, "亿元"), (part, "亿元"), vintage="single")
    assert done.query("SELECT vintages FROM mini.levels") == [(taken,)]

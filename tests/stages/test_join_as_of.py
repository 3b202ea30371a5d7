"""A series that changes its unit or its level between vintages, read as it was known before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.steps.execute import TablesFailed
from tests.pages import CARD
from tests.stages.mini import Walk, output, page, walk, walked, write_mini

BEFORE, AFTER = "2020-10-14", "2020-10-15"
NEWER = "raw/bureau/2020/output.csv"
TABLES = ("mini.series_join", "mini.reported_cell", "mini.series_caution", "mini.table_1")


def as_of(day: str, series: str = "") -> str:
    """A study that runs without the last year, which the newer vintage alone has, on a day."""
    return f"""\
study: mini
title: Output of four provinces
units: {{level: province, only: [北京, 天津, 河北, 山西]}}
periods: {{first: 2014, last: 2018}}
interpolation: {{method: none}}
sources:
  vintage: as_of
  as_of: {day}
  series: {{{series}}}
variables:
  log_output: {{expression: log(gdp)}}
  people: {{series: population}}
tables:
  table_1:
    title: Output and people
    columns: [{{label: (1), outcome: log_output, regressors: [people]}}]
"""


def in_two_vintages(factor: float, unit: str) -> dict[str, str]:
    """Output until 2017, and the next year by a vintage of its own, times a factor, in a unit."""
    return {
        "raw/bureau/2019/output.csv": page("output", lambda r, y: output(r, y) if y < 2018 else None),
        NEWER: page("output", lambda r, y: factor * (output(r, y) or 0) if y == 2018 else None),
        f"{NEWER}.card.yaml": CARD.format(publisher="Bureau", status="official", published=AFTER,
                                          unit=unit, series="gdp", label="output"),
    }  # fmt: skip


def never(root: Path, day: str, files: dict[str, str]) -> Walk:
    """The same project without the newer file."""
    older = {name: text for name, text in files.items() if not name.startswith(NEWER)}
    return walked(root, as_of(day), older, only=TABLES)


def tables(done: Walk) -> dict[str, list[tuple[object, ...]]]:
    return {name: sorted(done.query(f"FROM {name}"), key=repr) for name in TABLES}


def values_of_2018(done: Walk) -> list[float]:
    rows = done.query(
        "SELECT value FROM mini.reported_cell WHERE variable = 'gdp' AND period = 2018 ORDER BY unit"
    )
    return [value for (value,) in rows]


@pytest.mark.slow
def test_a_later_vintage_in_another_unit_is_as_if_it_had_never_come_until_its_day(
    tmp_path: Path,
) -> None:
    slip = in_two_vintages(1e4, "亿元")
    before = walked(tmp_path / "before", as_of(BEFORE), slip, only=TABLES)
    assert tables(before) == tables(never(tmp_path / "never", BEFORE, slip))
    assert values_of_2018(before) == []
    with pytest.raises(TablesFailed, match="gdp Bureau 2019 → Bureau 2020 2018"):
        walk(write_mini(tmp_path / "after", as_of(AFTER), slip), only=TABLES)


@pytest.mark.slow
def test_a_later_vintage_that_says_its_unit_is_converted_from_its_day_on(tmp_path: Path) -> None:
    said = in_two_vintages(1e4, "万元")
    after = walked(tmp_path / "after", as_of(AFTER), said, only=TABLES)
    assert values_of_2018(after) == pytest.approx([output(r, 2018) for r in range(4)], rel=1e-12)
    assert after.query("FROM mini.series_join") == []
    before = walked(tmp_path / "before", as_of(BEFORE), said, only=TABLES)
    assert tables(before) == tables(never(tmp_path / "never", BEFORE, said))


@pytest.mark.slow
def test_a_level_that_is_declared_to_change_is_told_from_its_day_on_only(tmp_path: Path) -> None:
    slip = in_two_vintages(1e3, "亿元")
    declared = "gdp: {breaks: {2018: counted whole}, rescaled: [2018]}"
    told = {
        day: walked(tmp_path / day, as_of(day, declared), slip, only=TABLES).query(
            "SELECT period, severity, note FROM mini.series_join"
        )
        for day in (BEFORE, AFTER)
    }  # fmt: skip
    # The catalogue knows a break of that year, too: both notes are kept.
    notes = "counted whole; fourth economic census"
    assert told == {BEFORE: [], AFTER: [(2018, "note", notes)]}

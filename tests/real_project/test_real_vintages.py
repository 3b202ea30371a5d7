"""Vintages of GDP as they were really published, under each policy that a study can choose.

The files are not part of the project; NQPF_SHARED names a folder that has them. What a value should be
stands in the files themselves: 天津 2018 is 13362.92 in the page of 2020, 18809.64 at EPS.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.steps.execute import TablesFailed
from nqpf_assets.user_input.project import Project
from tests.real_project.test_real_study import FOLDERS, HERE
from tests.stages.mini import Walk, walk

pytestmark = pytest.mark.slow

STUDY = """\
study: {name}
title: Vintages of GDP
units: {{level: province, expect: 31}}
periods: {{first: {first}, last: {last}}}
sources: {sources}
variables:
  ln_gdp: {{expression: log(gdp)}}
  ln_gdp_before: {{expression: "log(lag(gdp, 1))"}}
tables:
  growth:
    title: Growth
    model: {{outcome: ln_gdp, regressors: [ln_gdp_before]}}
    columns: [{{label: (1)}}]
"""
STUDIES = {
    "newest": (2013, 2022, "{vintage: latest}"),
    "long": (2001, 2022, "{vintage: latest}"),
    "in_2021": (2016, 2019, "{vintage: as_of, as_of: 2021-06-30}"),
    "in_2023": (2013, 2022, "{vintage: as_of, as_of: 2023-12-31}"),
    "in_2025": (2013, 2022, "{vintage: as_of, as_of: 2025-12-31}"),
    "one": (2013, 2022, "{vintage: single}"),
    "one_long": (2007, 2022, "{vintage: single}"),
    "eps": (2013, 2022, "{vintage: latest, publishers: [EPS DATA]}"),
}
BEFORE_2024 = {key: FOLDERS[key] for key in ("nbs_xls", "gdp_vintages")}


def built(shared: Path, root: Path, folders: dict[str, str], *names: str) -> Walk:
    for folder, place in folders.items():
        target = root / "raw" / place
        shutil.copytree(shared / "real" / folder, target, copy_function=shutil.copyfile)
        shutil.copy(HERE / "cards" / f"{folder}.yaml", target / "card.yaml")
    (root / "studies").mkdir()
    for name in names:
        first, last, sources = STUDIES[name]
        text = STUDY.format(name=name, first=first, last=last, sources=sources)
        (root / "studies" / f"{name}.yaml").write_text(text, "utf-8")
    done = walk(Project.at(root))
    done.publish()
    return done


@pytest.fixture(scope="module")
def gdp(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    folders = {key: place for key, place in FOLDERS.items() if key != "nbs_api"}
    return built(shared, tmp_path_factory.mktemp("gdp"), folders, *STUDIES)


@pytest.mark.parametrize(
    ("study", "region", "period", "value", "edition"),
    [
        ("newest", "440000", 2012, 58057.6, "国家统计局 2026-05"),
        ("newest", "120000", 2018, 13411.1, "国家统计局 2026-05"),
        ("in_2021", "120000", 2018, 13362.92, "国家统计局 2020-12"),
        ("in_2021", "120000", 2017, 18549.19, "国家统计局 2020-12"),
        ("in_2023", "120000", 2018, 13362.9, "国家统计局 2023-03"),
        ("in_2023", "440000", 2012, 57007.7, "国家统计局 2023-03"),
        ("in_2023", "110000", 2022, 41610.9, "国家统计局 2023-03"),
        ("in_2025", "120000", 2018, 18809.64, "EPS DATA 2025-06"),
        ("one", "440000", 2012, 58057.6, "国家统计局 2026-05"),
        ("one_long", "110000", 2022, 45222.4, "国家统计局 2026-03"),
        ("eps", "440000", 2012, 57067.92, "EPS DATA 2025-06"),
    ],
)
def test_which_value_of_which_vintage_a_study_takes(
    gdp: Walk, study: str, region: str, period: int, value: float, edition: str
) -> None:
    found = gdp.query(
        f"SELECT value, publisher || ' ' || vintage FROM {study}.reported_cell"
        f" WHERE variable = 'gdp' AND unit = '{region}' AND period = {period}"
    )
    assert found == [(value, edition)]


def test_the_vintages_that_each_study_uses_are_listed(gdp: Walk) -> None:
    """One for `single`, whatever the years; the newest of each year for `latest`."""
    used = gdp.query(
        "SELECT study, list(vintage ORDER BY vintage) FROM audit.vintage_mix GROUP BY 1"
    )
    of = dict(used)
    assert of["one"] == ["2026-05"]
    assert of["one_long"] == ["2026-03"]
    assert of["eps"] == ["2025-06"]
    assert of["newest"][-1] == "2026-05"
    assert of["in_2021"] == ["2020-12"]


def test_a_table_says_where_its_series_breaks_or_mixes_vintages(gdp: Walk) -> None:
    told = dict(gdp.query("SELECT study, caution FROM result.series_caution"))
    # The page of 2020 has 2018 revised and 2017 not: it departs from its own growth there, and what
    # `in_2023` takes, the page of 2023, does not.
    # Of the two others that were known in 2025 one grows as EPS does, which is no majority against it.
    assert set(told) == {"long", "eps"}
    # A gap of .0569 in log growth.
    assert told["eps"] == "departs from other vintages in 2019 (by 5.9 % in the median region)"
    assert told["long"].startswith(
        "mixes the vintages 国家统计局 2023-03 (2000–2005), 国家统计局 2026-03 (2006–2010),"
        " 国家统计局 2026-05 (2011–2022), which differ by "
    )
    found = gdp.query("SELECT file, place, found FROM audit.finding WHERE code = 'vintage_mix'")
    assert found == [("study long", "gdp", told["long"])]
    notes = [
        row for (row,) in gdp.query("SELECT row_label FROM eps.growth WHERE row_kind = 'note'")
    ]
    assert notes[-1] == f"gdp {told['eps']}."


def test_as_of_a_day_is_what_a_project_of_that_day_gives(
    gdp: Walk, shared: Path, tmp_path: Path
) -> None:
    then = built(shared, tmp_path, BEFORE_2024, "in_2021", "in_2023")
    tables = [key for key in then.opened.graph.tables if key[0] in ("in_2021", "in_2023")]
    assert len(tables) > 40
    for key in tables:
        now, before = (walked.opened.store.path(key) for walked in (gdp, then))
        assert pl.read_parquet(now).equals(pl.read_parquet(before)), key
        # How DuckDB encodes a column of equal numbers depends on what it was joined from.
        assert now.read_bytes() == before.read_bytes() or key[1] == "reported_cell", key


def test_vintages_are_of_one_size_and_honest_data_stop_nothing(gdp: Walk) -> None:
    rows = gdp.query("SELECT severity, count(*) FROM audit.magnitude GROUP BY 1 ORDER BY 1")
    assert rows == [("warning", 1), (None, 5)]
    (row,) = gdp.query("SELECT about, found FROM audit.magnitude WHERE severity = 'warning'")
    assert row[0] == "gdp EPS DATA 2025-06"
    assert "天津市 2016 by 55.8 %" in row[1]


def test_a_silent_change_of_unit_stops_the_refresh_with_the_lines_that_accept_it(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = shutil.copytree(HERE, tmp_path / "here")
    card = here / "cards" / "gdp_vintages.yaml"
    card.write_text(card.read_text("utf-8").replace("unit: 亿元", "unit: 万元"), "utf-8")
    monkeypatch.setattr("tests.real_project.test_real_vintages.HERE", here)
    with pytest.raises(TablesFailed) as caught:
        built(shared, tmp_path / "project", BEFORE_2024, "in_2023")
    told = str(caught.value)
    assert "check magnitude, gdp 国家统计局 2023-03" in told
    assert "cells are about 1/10000 times those of 国家统计局 2020-12, as in another unit" in told
    assert '- {check: magnitude, about: "gdp 国家统计局 2023-03", reason: "…"' in told

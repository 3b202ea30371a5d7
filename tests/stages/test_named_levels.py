"""Series of a lower level that a study cannot have: each is refused at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import nqpf
from tests.stages.crossing import STUDY, write_crossing

WRONG = {
    "unknown": ("level: county, rule: sum", "level: countie, rule: sum", "did you mean `county`"),
    "the same": ("level: county, rule: sum", "level: prefecture, rule: sum", "a level below `prefecture`"),
    "above": ("level: county, rule: sum", "level: province, rule: sum", "a level below `prefecture`"),
    "area": ("level: county, rule: sum", "level: area, rule: sum", "a level below `prefecture`"),
    "rule": ("level: county, rule: sum", "level: county, rule: median", "`median`"),
    "share": ("level: county, rule: sum", "level: county, rule: sum, least_share: 1.5", "1.5"),
    "no share": ("level: county, rule: sum", "level: county, rule: sum, least_share: 0", "a number above 0"),
    "of weight": ("level: county, rule: sum", "level: county, rule: sum, share_of: weight", "of: weight"),
    "no weight": (", weight: population", "", "`rule: weighted_mean` and a series in `weight` go together"),
    "needless": ("rule: sum", "rule: sum, weight: population", "and a series in `weight` go together"),
    "itself": ("weight: population", "weight: urban_share", "another series than the one that is weighed"),
    "no series": ("weight: population", "weight: populatoin", "did you mean `population`"),
    "no file": ("weight: population", "weight: rural_households", "that holds `rural_households`"),
    "no sum": ("rule: weighted_mean, weight: population", "rule: sum", "does not add up"),
    "borders": ("level: prefecture, only", "level: prefecture, borders: 1979, only", "catalogue: 1980 to"),
    "borders to come": ("level: prefecture, only", "level: prefecture, borders: 2099, only", "2099"),
    "unread": ("land: {from", "spending: {from", "a series that a formula of the study reads"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_is_refused_at_its_line(tmp_path: Path, kind: str) -> None:
    before, written, told = WRONG[kind]
    study = STUDY.replace(before, written, 1)
    assert study != STUDY
    ran = nqpf("check", project=write_crossing(tmp_path, study).root)
    assert ran.status == 2
    assert told in " ".join((ran.out + ran.err).split())
    line = next(n for n, one in enumerate(STUDY.splitlines(), 1) if before in one)
    assert f"line {line}" in ran.out + ran.err


def test_a_level_for_which_nothing_is_published_is_refused(tmp_path: Path) -> None:
    """Counties are there; of villages, a level of the project's own, no file has anything."""
    villages = "region_code,name,level,parent,valid_from\nv1,甲村,village,340402,2000\n"
    study = STUDY.replace("level: county, rule: mean", "level: village, rule: mean")
    files = {"catalog/regions.csv": villages}
    ran = nqpf("check", project=write_crossing(tmp_path, study, files).root)
    assert ran.status == 2
    words = " ".join((ran.out + ran.err).split())
    assert "values of regions of the level `village` in the study's units" in words
    line = next(n for n, one in enumerate(study.splitlines(), 1) if "village" in one)
    assert f"line {line}" in words


def test_a_table_of_levels_prints_what_is_published(tmp_path: Path) -> None:
    growth = (
        '  growth:\n    kind: growth\n    title: Growth\n    region: "340100"\n'
        "    first: 2013\n    last: 2018\n"
        "    rows:\n      - {series: gdp, title: Output}\n"
    )
    ran = nqpf("check", project=write_crossing(tmp_path, STUDY + growth).root)
    assert ran.status == 2
    words = " ".join((ran.out + ran.err).split())
    assert "a series that the study takes as it is published" in words
    assert f"line {len((STUDY + growth).splitlines())}" in words


def test_a_sound_one_passes(tmp_path: Path) -> None:
    ran = nqpf("check", project=write_crossing(tmp_path).root)
    assert (ran.status, "0 problems" in ran.out + ran.err) == (0, True)


def test_a_series_of_counties_alone_is_told_with_the_key_that_puts_it_together(
    tmp_path: Path,
) -> None:
    study = STUDY.replace("    gdp: {from_level: {level: county, rule: sum}}\n", "")
    ran = nqpf("check", project=write_crossing(tmp_path, study).root)
    words = " ".join((ran.out + ran.err).split())
    assert (
        "; no unit has gdp, which files have of the level county: `from_level` puts them together"
        in words
    )
    assert "no unit has land" not in words

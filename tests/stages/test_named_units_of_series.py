"""A formula that names a series with a unit has it in that unit, or is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import nqpf

pytestmark = pytest.mark.slow  # whole builds and publications

STUDY = """\
study: s
title: s
units: {level: province, only: [北京, 天津]}
periods: {first: 2020, last: 2021}
variables: {v: {ENTRY}}
"""
CARD = """\
publisher: x
title: x
status: survey
accessed: ACCESSED
columns: {region: 省份, period: 年份, values: [VALUES]}
"""


def project(root: Path, entry: str) -> Path:
    """Income in 万元 for a year, and the next year in a newer file in 元."""
    files = {
        "studies/s.yaml": STUDY.replace("ENTRY", entry),
        "raw/x/2026-01/a.csv": "省份,年份,收入（万元）\n北京,2020,10\n天津,2020,20\n",
        "raw/x/2026-01/a.csv.card.yaml": CARD.replace("VALUES", "收入（万元）"),
        "raw/x/2026-02/b.csv": "省份,年份,收入(元)\n北京,2021,100000\n天津,2021,200000\n",
        "raw/x/2026-02/b.csv.card.yaml": CARD.replace("VALUES", "收入(元)"),
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        day = "2026-01-26" if "2026-01" in name else "2026-02-26"
        path.write_text(text.replace("ACCESSED", day), "utf-8")
    return root


@pytest.mark.parametrize("entry", ['expression: "log(`收入（万元）`)"', "series: 收入（万元）"])
def test_another_unit_behind_a_name_is_refused(tmp_path: Path, entry: str) -> None:
    ran = nqpf("refresh", project=project(tmp_path, entry))
    assert ran.status != 0
    assert "`收入` named in 元, in which the study has it" in ran.err
    assert "in the formula of v" in ran.err
    assert "variables.v" in ran.err


def test_the_unit_of_the_study_or_none_is_taken(tmp_path: Path) -> None:
    entry = 'expression: "`收入（元）` - `收入`"'
    assert nqpf("refresh", project=project(tmp_path, entry)).status == 0

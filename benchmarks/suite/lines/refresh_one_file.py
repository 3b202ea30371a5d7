"""A refresh of the sample with one newer vintage of a series that a study reads."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from benchmarks.suite.line import OURS, Contestant, Line
from benchmarks.suite.projects import built, refresh

CARD = """\
publisher: 测试
title: 合成
status: synthetic
unit: 万人
series: {人口: population}
columns: {region: 地区, period: 年份, values: [人口]}
"""
_NUMBERS = count(2600)


def ours(project: Path) -> tuple[float, ...]:
    """Another number of inhabitants each time."""
    folder = project / "raw" / "benchmark" / "2091"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data.csv").write_text(f"地区,年份,人口\n北京市,2020,{next(_NUMBERS)}\n", "utf-8")
    (folder / "data.csv.card.yaml").write_text(CARD, "utf-8")
    refresh(project)
    return ()


LINE = Line(
    "Refresh of the sample project with one new file of a series that a study reads",
    "projects",
    (1,),
    (1,),
    built,
    1,
    {OURS: Contestant(ours, "nqpf-assets")},
)

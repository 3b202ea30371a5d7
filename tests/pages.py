"""Tables of made-up numbers with the cards beside them: what small projects of tests are written from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from nqpf_assets.user_input.project import Project

CARD = """\
publisher: {publisher}
title: Made up
status: {status}
published: {published}
unit: {unit}
series: {{{label}: {series}}}
columns: {{region: 地区, period: 年份, values: [{label}]}}
"""
"""Of a long table of one series."""


def page(
    label: str,
    regions: Iterable[str],
    years: Iterable[int],
    cell: Callable[[int, int], object],
) -> str:
    """A long table of one series; a cell is told by the place of its region and by its year."""
    lines, years = [f"地区,年份,{label}"], list(years)
    for place, name in enumerate(regions):
        for year in years:
            value = cell(place, year)
            lines.append(f"{name},{year},{'' if value is None else value}")
    return "\n".join(lines) + "\n"


def write_files(root: Path, files: Mapping[str, str]) -> Project:
    """A project of these files, by path in it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Project.at(root)

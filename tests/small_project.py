"""A project of a user's own, as small as one can be: four pages of the statistics bureau and a card.

Together with the study that `nqpf new-study` writes it can be built as it stands. The numbers are
drawn here from a fixed seed and mean nothing; the files say so.
"""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

import numpy as np

YEARS = range(2022, 2011, -1)
"""Newest first, as the bureau prints them."""

PAGES = {
    "地区生产总值(亿元)": (3000.0, 40000.0),
    "年末常住人口(万人)": (500.0, 9000.0),
    "城镇人口(万人)": (200.0, 480.0),
    "能源消费总量(万吨标准煤)": (1500.0, 30000.0),
}
"""Indicator as printed → where its levels lie."""

CARD = """\
publisher: 国家统计局（合成样例）
title: 分省年度数据（合成）
status: synthetic
published: "2026-02-20"
accessed: "2026-02-20"
licence: CC0-1.0
"""

MISSING = ("西藏自治区", 2016)
"""One cell of the first page is empty, so that something is interpolated."""


def write_raw_files(root: Path) -> Path:
    """Write the pages and their card under `root`/raw; gives their folder."""
    folder = root / "raw" / "nbs" / "2026-02-20"
    folder.mkdir(parents=True)
    (folder / "card.yaml").write_text(CARD, encoding="utf-8")
    draw = np.random.default_rng(20260220)
    for number, (indicator, levels) in enumerate(PAGES.items()):
        text = _page(indicator, levels, draw, has_gap=number == 0)
        (folder / f"分省年度数据 ({number}).csv").write_text(text, encoding="gb18030")
    return folder


def provinces() -> list[str]:
    """Full names of the provinces of the catalogue."""
    rows = files("nqpf_assets.catalog").joinpath("regions.csv").read_text("utf-8").splitlines()
    return [row["name"] for row in csv.DictReader(rows) if row["level"] == "province"]


def _page(
    indicator: str, levels: tuple[float, float], draw: np.random.Generator, *, has_gap: bool
) -> str:
    lines = ["数据库：分省年度数据", f"指标：{indicator}", "时间：2012-2022"]
    lines.append(",".join(["地区", *(f"{year}年" for year in YEARS)]))
    for name in provinces():
        values = draw.uniform(*levels) * np.cumprod(draw.uniform(0.9, 1.02, len(YEARS)))
        cells = [
            "" if has_gap and (name, year) == MISSING else f"{value:.2f}"
            for year, value in zip(YEARS, values, strict=True)
        ]
        lines.append(",".join([name, *cells]))
    lines += ["注：合成数据，仅供演示。", "数据来源：合成数据"]
    return "\r\n".join(lines) + "\r\n"

"""Grunfeld's panel of ten firms, 1935 to 1954, and what R says of it (`tests/reference/descriptive.R`)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

NAMES = ("invest", "value", "capital")
ELEVENTH = "American Steel"
"""A firm that statsmodels has and R's plm has not."""


@cache
def panel() -> pd.DataFrame:
    """All rows, firms numbered as in R's plm."""
    from statsmodels.datasets import grunfeld

    data = grunfeld.load_pandas().data
    data = data[data["firm"] != ELEVENTH].astype({"year": int})
    return data.assign(firm=pd.factorize(data["firm"])[0] + 1)


def panels() -> dict[str, pd.DataFrame]:
    """The whole panel, and one with gaps at an end, at the beginning and in the middle."""
    d = panel()
    gaps = (d.firm == 3) & (d.year > 1948) | (d.firm == 7) & (d.year < 1938)
    return {"whole": d, "gaps": d[~(gaps | (d.firm == 9) & (d.year == 1941))]}


@cache
def expected() -> Any:
    return json.loads((Path(__file__).parent / "reference" / "grunfeld.json").read_text())

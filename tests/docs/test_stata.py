"""Every line of the page for users of Stata: what it says instead is one study, built as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml

from nqpf_assets.catalog.catalogue import load_catalogue
from tests.docs.markdown import CHECKOUT
from tests.pages import write_files

pytestmark = pytest.mark.slow  # a study of every line

PAGE = (CHECKOUT / "docs" / "stata.md").read_text("utf-8")
SERIES = {
    "gdp": "亿元", "population": "万人", "price": "上年=100",
    **dict.fromkeys(("y", "x1", "x2", "x3", "z1", "z2", "m", "q", "s"), "无"),
}  # fmt: skip
DIMENSIONS = {
    "growth": [{"indicator": "i1", "expression": "x1"}, {"indicator": "i2", "expression": "x2"}],
    "people": [{"indicator": "i3", "expression": "x3", "direction": "negative"}],
}


@cache
def rows(section: str) -> list[tuple[str, str]]:
    """Stata's line and what stands for it, of a section's table."""
    (body,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    lines = [line.split(" | ") for line in body.splitlines() if line.startswith("| ")][1:]
    return [(left.removeprefix("| "), right.strip("`")) for left, right, *_ in lines]


def units() -> list[str]:
    regions = load_catalogue().regions.frame
    mainland = pl.col("region_code").str.slice(0, 1) < "7"
    return regions.filter((pl.col("level") == "province") & mainland)["region_code"].to_list()


def study() -> dict[str, Any]:
    """All lines of the page in one study file."""
    written = {name: [yaml.safe_load(right) for _, right in rows(name)]
               for name in ("Variables", "Columns", "Indices", "Tables")}  # fmt: skip
    codes = units()
    return {
        "study": "dofile",
        "title": "Lines of a do-file",
        "units": {"level": "province", "only": codes},
        "periods": {"first": 2012, "last": 2022},
        "interpolation": {"method": "linear", "ends": "trend"},
        "groups": {"areas": {"east": codes[:11], "west": codes[11:]}},
        "variables": {
            **{name: {"series": name} for name in SERIES if len(name) < 3},
            **{name: entry for block in written["Variables"] for name, entry in block.items()},
        },
        "indices": {f"idx{at or ''}": block | {"dimensions": named(at)}
                    for at, block in enumerate(written["Indices"])},
        "tables": {
            "table_1": {
                "title": "Columns",
                "model": {"outcome": "y", "regressors": ["x1", "x2"]},
                "columns": [{"label": f"({at})"} | block
                            for at, block in enumerate(written["Columns"], start=1)],
            },
            **{f"other_{at}": block for at, block in enumerate(written["Tables"])},
        },
    }  # fmt: skip


def named(at: int) -> dict[str, Any]:
    """The indicators of the at-th index, under names that no other has."""
    return {dimension: [one | {"indicator": f"{one['indicator']}_{at}"} for one in indicators]
            for dimension, indicators in DIMENSIONS.items()}  # fmt: skip


def raw_file() -> str:
    """Units and years of a made-up panel in which everything that is asked for can be estimated."""
    draw = np.random.default_rng(8)
    lines = ["地区,年份," + ",".join(SERIES)]
    for code in units():
        own = draw.normal(size=4)
        for year in range(2010, 2024):
            z1, z2, x2, q = draw.normal(size=4) + own
            x1 = 0.8 * z1 + 0.5 * z2 + 0.5 * x2 + draw.normal() * 0.5
            m = 0.6 * x1 + draw.normal()
            y = max(0.0, 3 + x1 * (1 + (q > 0.3)) + 0.5 * m - x2 + own[3] + draw.normal())
            positive = [abs(one) + 0.1 for one in (x1, x2)]
            values = [
                np.exp(own[0] + 8), draw.uniform(1000, 5000), 100 + draw.uniform(0, 4),
                y, *positive, draw.uniform(1, 9), abs(z1), z2, m, q, 1 / (1 + np.exp(-0.3 * q)),
            ]  # fmt: skip
            lines.append(f"{code},{year}," + ",".join(f"{one:.6f}" for one in values))
    return "\n".join(lines) + "\n"


def nqpf(root: Path, *words: str) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(Path(sys.executable).parent / "nqpf"), *words], cwd=root, capture_output=True,
        encoding="utf-8", timeout=900, check=False,
        env={**os.environ, "PATH": path, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    card = {
        "publisher": "Made up", "title": "Made up", "status": "synthetic", "published": "2024-01-01",
        "columns": {"region": "地区", "period": "年份", "values": [*SERIES], "units": SERIES},
    }  # fmt: skip
    root = tmp_path_factory.mktemp("dofile")
    write_files(root, {
        "raw/made/2024-01-01/panel.csv": raw_file(),
        "raw/made/2024-01-01/card.yaml": yaml.safe_dump(card, allow_unicode=True),
        "studies/dofile.yaml": yaml.safe_dump(study(), allow_unicode=True, sort_keys=False),
    })  # fmt: skip
    nqpf(root, "refresh")
    return root


def test_fifty_lines_are_told() -> None:
    told = [left for name in ("Variables", "Columns", "Indices", "Tables", "At the prompt")
            for left, _ in rows(name)]  # fmt: skip
    assert len(told) >= 50
    assert len(set(told)) == len(told)


def test_the_indicators_are_those_of_the_page() -> None:
    (said,) = re.findall(r"`(dimensions: \{.*\})`", PAGE)
    assert yaml.safe_load(said) == {"dimensions": DIMENSIONS}


@pytest.mark.timeout(900)
def test_every_line_gives_numbers(built: Path) -> None:
    def answer(query: str) -> pl.DataFrame:
        return pl.read_csv(nqpf(built, "query", "--format", "csv", query).encode())

    models = answer("SELECT column_label, count(estimate) AS told FROM result.estimate "
                    "WHERE table_name = 'table_1' GROUP BY ALL")  # fmt: skip
    asked_columns = {f"({at})" for at in range(1, len(rows("Columns")) + 1)}
    for _, right in rows("Columns"):
        asked_columns |= {one["label"] for one in yaml.safe_load(right).get("variants", [])}
    assert sorted(models["column_label"]) == sorted(asked_columns)
    assert (models["told"] > 0).all()
    asked = {name for _, right in rows("Variables") for name in yaml.safe_load(right)}
    filled = answer("SELECT variable, count(value) AS n FROM panel.cell WHERE study = 'dofile' "
                    "GROUP BY ALL")  # fmt: skip
    assert asked <= set(filled.filter(pl.col("n") > 250)["variable"])
    for at in range(len(rows("Tables"))):
        assert "made-up" not in nqpf(built, "show", f"dofile.other_{at}")


@pytest.mark.parametrize("line", [right for _, right in rows("At the prompt")])
def test_every_command_runs(built: Path, line: str) -> None:
    read = subprocess.run(["bash", "-n", "-c", line], capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr  # a shell takes parentheses for its own
    words = shlex.split(line.replace("STUDY", "dofile"))
    nqpf(built, *words[1:])

"""Rows for R, read back by R itself: values, what is missing, labels, text in Chinese."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.exports.formats.rds import _rds
from nqpf_assets.user_input.project import Project
from tests.exports.test_datasets import asked

needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R (Rscript) is not installed")

FRAME = pl.DataFrame(
    {
        "unit": ["北京", None, "NA"],
        "value": [1.5, None, float("nan")],
        "far": [float("inf"), -1e300, 5e-324],
        "n": [1, None, -(2**31) + 1],
        "large": [2**31, None, 2**53 - 1],
        "flag": [True, None, False],
        "day": [dt.date(2020, 2, 29), None, None],
        "listed": [[1], None, [2, 3]],
        "(1)": ["0.4***", "", "(7.40)"],
        "empty": pl.Series([None, None, None], dtype=pl.String),
    }
)


def _in_r(content: bytes, script: str, folder: Path) -> list[str]:
    path = folder / "rows.rds"
    path.write_bytes(content)
    done = subprocess.run(
        ["Rscript", "-e", f'x <- readRDS("{path}"); {script}'],
        capture_output=True, encoding="utf-8", check=False, env=os.environ | {"LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@needs_r
def test_r_reads_every_value_and_knows_what_is_missing(tmp_path: Path) -> None:
    content = _rds(FRAME, {"value": "数值", "unit": 'a "unit"'}, ["one", "合成"])
    assert content == _rds(FRAME, {"value": "数值", "unit": 'a "unit"'}, ["one", "合成"])
    said = _in_r(
        content,
        'for (n in names(x)) cat(n, class(x[[n]]), is.na(x[[n]]), is.nan(as.numeric(x$value)), "\\n");'
        'cat(x$unit[1], x[["(1)"]], x$day[1], x$listed[3], sep = "|"); cat("\\n");'
        'cat(sprintf("%.17g", c(x$value[1], x$far, x$n[c(1, 3)], x$large[c(1, 3)])), "\\n");'
        'cat(attr(x$value, "label"), attr(x$unit, "label"), comment(x), dim(x), rownames(x), sep = "|")',
        tmp_path,
    )
    kinds = {
        "value": "numeric",
        "far": "numeric",
        "n": "integer",
        "large": "numeric",
        "flag": "logical",
    }
    for line, column in zip(said, FRAME, strict=False):
        missing = column.is_null() | (column.is_nan() if column.name == "value" else False)
        words = [column.name, kinds.get(column.name, "character")]
        words += [str(one).upper() for one in missing] + ["FALSE", "FALSE", "TRUE"]
        assert line.split() == words
    assert said[10] == "北京|0.4***||(7.40)|2020-02-29|[2, 3]"
    numbers = [float(one) for one in said[11].split()]
    assert numbers == [1.5, float("inf"), -1e300, 5e-324, 1, -(2**31) + 1, 2**31, 2**53 - 1]
    assert said[12] == '数值|a "unit"|one|合成|3|10|1|2|3'


@needs_r
def test_r_reads_tables_without_rows_or_columns(tmp_path: Path) -> None:
    assert _in_r(_rds(FRAME.head(0), {"n": "n"}, ()), "cat(dim(x), is.integer(x$n))", tmp_path) == [
        "0 10 TRUE"
    ]
    assert _in_r(_rds(pl.DataFrame(), {}, ()), "cat(dim(x), class(x))", tmp_path) == [
        "0 0 data.frame"
    ]


@needs_r
@pytest.mark.slow
def test_a_panel_in_r_is_the_panel_that_is_published(built_sample: Project, tmp_path: Path) -> None:
    content = asked(built_sample, "province.panel", "rds")
    rows = pl.read_parquet(asked(built_sample, "province.panel", "parquet"))
    assert isinstance(content, bytes)
    target = tmp_path / "back.csv"
    said = _in_r(
        content,
        'cat(attr(x$patents, "label"), comment(x)[1], "\\n");'
        "y <- as.data.frame(lapply(x, function(v) if (is.double(v)) sprintf('%.17g', v) else v));"
        f'write.csv(y, "{target}", row.names = FALSE, na = "", fileEncoding = "UTF-8")',
        tmp_path,
    )
    assert "件" in said[0]
    assert "SYNTHETIC" in said[0]
    back = pl.read_csv(target, infer_schema=False)
    assert back.columns == rows.columns
    for column in rows:
        mine = back[column.name]
        if column.dtype.is_numeric():
            mine = mine.replace("NA", None).cast(pl.Float64)
            assert mine.to_list() == column.cast(pl.Float64).to_list(), column.name
        else:
            assert mine.to_list() == column.cast(pl.String).to_list(), column.name

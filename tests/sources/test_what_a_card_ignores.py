"""A row or indicator that a card ignores is not judged: its numbers are counted, nothing of it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.sources.collector import collect
from tests.sources.test_collection import CARD, CATALOGUE, TIDY, project

SOUND = "北京,2020,1.5\n天津,2020,2.5\n"
LONG = "数据集名称,指标名称,地区,年份,数值,单位\n甲,地区生产总值,北京,2020,1.5,亿元\n"


@pytest.mark.parametrize(
    ("rows", "n_numbers"),
    [
        ("西部样本,2020,约5\n", 0),
        ("西部样本,2020,1O5\n", 0),
        ("西部样本,2020,12.5%\n", 1),
        ("西部样本,2020,539.\n", 1),
        ("西部样本,2020,(12.3)\n", 0),
        ("西部样本,2020,nan\n", 0),
        ("西部样本,2020,12345678901234567890\n", 1),
        ("西部样本,2020,3①\n", 1),
        ("西部样本,2020,3\n西部样本,2020,4\n", 2),
        ("西部样本,2020,5\n", 1),
    ],
)
def test_an_ignored_row_is_counted_and_not_judged(
    tmp_path: Path, rows: str, n_numbers: int
) -> None:
    table = f"区县,年份,地区生产总值\n{SOUND}{rows}"
    card = CARD + TIDY + "ignore: [西部样本]\n"
    raw = project(tmp_path, {"cq/x/a.csv": table, "cq/x/a.csv.card.yaml": card})
    found = collect(raw, CATALOGUE)
    assert found.problems == ()
    assert found.observations["value"].to_list() == [1.5, 2.5]
    (file,) = found.files.iter_rows(named=True)
    assert file["n_cells_seen"] == file["n_cells_read"] + file["n_cells_ignored"]
    told = f"row 西部样本: {n_numbers}"
    assert (told in file["cells_ignored"]) == (n_numbers > 0)


def test_the_same_row_unignored_is_judged(tmp_path: Path) -> None:
    table = f"区县,年份,地区生产总值\n{SOUND}西部样本,2020,约5\n"
    raw = project(tmp_path, {"cq/x/a.csv": table, "cq/x/a.csv.card.yaml": CARD + TIDY})
    assert {one.code for one in collect(raw, CATALOGUE).problems} >= {"not_a_number"}


def test_an_ignored_indicator_is_not_judged(tmp_path: Path) -> None:
    text = LONG + "甲,怪指标,北京,2020,约2,捆\n甲,怪指标,天津,2020,7%,捆\n"
    card = CARD + "ignore: [怪指标]\n"
    raw = project(tmp_path, {"nbs/x/a.csv": text, "nbs/x/a.csv.card.yaml": card})
    found = collect(raw, CATALOGUE)
    assert found.problems == ()
    assert found.observations["series_id"].to_list() == ["gdp"]

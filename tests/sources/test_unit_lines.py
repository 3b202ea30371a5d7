"""A line of a table that states its unit is held to the card, and taken where nothing else says one."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.formats.statements import unit_of_notes
from nqpf_assets.projects.inspection import everything_wrong
from tests.stages.mini import CARD_OF_OUTPUT, STUDY, output, page, write_mini

TABLE = "raw/bureau/2019/output.csv"


def errors(root: Path, line: str, card: str = CARD_OF_OUTPUT) -> list[str]:
    files = {TABLE: f"{line}\n{page('output', output)}", f"{TABLE}.card.yaml": card}
    problems = everything_wrong(write_mini(root, STUDY, files)).problems
    return [one.found for one in problems if one.severity == "error"]


@pytest.mark.parametrize(
    "line", ["# 单位：万元", "# 计量单位:万元", "# unit: 万元", "#（单位：万元）"]
)
def test_a_unit_over_the_table_that_the_card_contradicts_is_told(tmp_path: Path, line: str) -> None:
    assert errors(tmp_path, line) == ["the file prints 万元"]


@pytest.mark.parametrize("line", ["# 单位：亿元", "# 单位：本省", "# 2019年", "# 单位变动见说明"])
def test_the_same_unit_and_other_lines_are_no_contradiction(tmp_path: Path, line: str) -> None:
    assert errors(tmp_path, line) == []


def test_it_is_the_unit_where_the_card_has_none(tmp_path: Path) -> None:
    assert errors(tmp_path, "# 单位：亿元", CARD_OF_OUTPUT.replace("unit: 亿元\n", "")) == []


def test_lines_that_state_several_units_state_none() -> None:
    assert unit_of_notes(["单位：万元", "单位：万元"]) == "万元"
    assert unit_of_notes(["单位：万元", "单位：人"]) is None

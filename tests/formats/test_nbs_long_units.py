"""Two spellings of one unit are no conflict, two units are; a text that is no unit is a part of the name."""

from __future__ import annotations

import pytest

from nqpf_assets.formats.recognise import read

HEADER = "数据集名称,指标名称,地区,年份,数值,单位\n"


@pytest.mark.parametrize(
    ("bracket", "unit", "n_conflicts"),
    [
        ("亿千瓦小时", "亿千瓦时", 0),
        ("千公顷", "千公顷", 0),
        ("艘", "台", 0),  # counters count alike
        ("万千瓦时", "亿千瓦时", 1),
        ("万元", "亿元", 1),
    ],
)
def test_units_are_compared_not_their_spelling(bracket: str, unit: str, n_conflicts: int) -> None:
    rows = "".join(
        f"年鉴,用电量 ({bracket}),{region},2020,1.5,{unit}\n" for region in ("北京", "天津")
    )
    reading = read((HEADER + rows).encode(), file="raw/a.csv")
    assert [p.code for p in reading.problems] == ["unit_conflict"] * n_conflicts
    assert all(p.severity == "warning" for p in reading.problems)
    assert set(reading.cells["unit_label"]) == {unit}

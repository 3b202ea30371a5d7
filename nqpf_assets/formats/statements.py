"""What a file says about itself: the block over a table, its source, the status of its data.

Only lines that state something are known here; where tables begin and end is for the readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nqpf_assets.formats import labels
from nqpf_assets.formats.labels import normalise

ROW_HEADS = ("地区", "指标", "时间")
SECOND_HEADS = frozenset((
    "地区", "地区名称", "地区代码", "省份", "省市", "省", "城市", "市", "县", "区县", "代码", "行政区划代码",
    "单位", "计量单位", "指标", "指标名称", "项目", "变量",
))  # fmt: skip
"""Headers of a column of labels, which a page of the bureau has but one of."""
BLOCK = {"数据库": "database", "指标": "indicator", "时间": "period", "地区": "region"}
NOTE = (
    r"^(?:注释?|附注|说明|备注)\s*(?:\d{1,2}|[①-⑳])?\s*(?:[:：.．、。]|\s|$)|^(?:数据|资料)?来源\s*[:：]"
    r"|^(?i:notes?|(?:data )?sources?)\s*[:：]"
)
"""How a note or a source begins; 注册护士 and 说明书 are none."""
NEXT_NOTE = (
    r"^(?:[0-9]{1,2}|[a-z]|[(（][0-9]{1,2}[)）])\s*[.．、:：)）]?\s*[^0-9a-zA-Z.．,\s]|^[①-⑳⑴-⒇]"
    r"|[。；]"
)
"""How a note goes on in a line below, which has no head: ``2.城镇单位数据不含私营单位。``."""
_SYNTHETIC = ("合成数据", "模拟数据", "示例数据", "synthetic")


def block_entry(cell: object) -> tuple[str, str] | None:
    """A line of the block, ``指标：地区生产总值(亿元)``, as the fact's name and text."""
    text = labels.strip(str(cell)).replace(":", "：", 1)
    key, colon, value = text.partition("：")
    name = BLOCK.get(labels.strip(key)) if colon else None
    return (name, labels.strip(value)) if name else None


def find_header(rows: Sequence[Sequence[Any]], limit: int = 30) -> int | None:
    """The header row: its first cell is one of `ROW_HEADS`, and more cells follow."""
    for number, row in enumerate(rows[:limit]):
        if row and labels.strip(str(row[0])) in ROW_HEADS and len(row) > 1:
            return number
    return None


def is_label(head: object) -> bool:
    """Whether a header is that of a second column of labels, where a page of the bureau has a period."""
    return isinstance(head, str) and normalise(head) in SECOND_HEADS


def status_of(*texts: str) -> dict[str, str]:
    """``{"status": "synthetic"}`` where a text of the file says so of its data."""
    said = any(word in text.lower() for text in texts for word in _SYNTHETIC)
    return {"status": "synthetic"} if said else {}


def source_of(cell: object) -> str | None:
    """The publisher in a line ``数据来源：国家统计局``; HTML of the export template is dropped."""
    text = labels.strip(str(cell)).replace(":", "：", 1)
    for head in ("数据来源：", "资料来源：", "来源："):
        if text.startswith(head):
            return labels.clean_markup(text[len(head) :])
    return None

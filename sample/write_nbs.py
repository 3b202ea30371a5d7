"""The statistics bureau's exports: text of the old and the new site, workbooks, interfaces.

How such files look stands in docs/formats.md. Every file says that its numbers are made up.
"""

from __future__ import annotations

import json
from typing import Any

from sample.pages import Page, region_name

DATABASE = "分省年度数据"
NOTE = "合成数据，仅供演示，并非国家统计局公布的数字。"
SOURCE = "数据来源：合成数据（nqpf-assets）"


def old_csv(page: Page) -> bytes:
    """The old site: GBK, indicator in line 2, newest year first."""
    lines = [
        f"数据库：{DATABASE}",
        f"指标：{page.label}({page.unit})",
        f"时间：最近{len(page.years)}年",
        *(",".join(row) for row in _rows(page)),
        f"注：1.{NOTE}",
        "　　　2.数据由程序生成，与任何地区的实际情况无关。",
        SOURCE,
    ]
    return ("\n".join(lines) + "\n").encode("gbk")


def new_csv(page: Page) -> bytes:
    """The new site: UTF-8 with a mark, a tab in every cell, and no word on the indicator."""
    lines = [f"数据库：{DATABASE} ", f"时间：{page.years[0]}年-{page.years[-1]}年 "]
    lines += ["".join(f"{cell}\t," for cell in row) for row in _rows(page)]
    lines += [f"注：1. {NOTE}", SOURCE]
    return b"\xef\xbb\xbf" + "\n".join(lines).encode()


def xls(page: Page) -> bytes:
    """The old site's workbook (BIFF8); where nothing is published, an empty text."""
    from sample.workbooks import xls_bytes

    return xls_bytes(DATABASE, _workbook_rows(page, has_block=True), has_empty_texts=True)


def xlsx(page: Page, *, has_block: bool = True) -> bytes:
    """The same as .xlsx; without the block, as people trim it, a note stays below."""
    from sample.workbooks import xlsx_bytes

    rows = _workbook_rows(page, has_block=has_block)
    return xlsx_bytes({DATABASE: rows})


def long_csv(title: str, pages: list[Page]) -> bytes:
    """A table scraped from the new interface, short names, a blank behind the indicator."""
    lines = ["数据集名称,指标名称,地区,年份,数值,单位"]
    page = pages[0]
    for row, unit in enumerate(page.units):
        for column in reversed(range(len(page.years))):
            for one in pages:
                place = f"{region_name(unit, is_short=True)},{one.years[column]}"
                label = f"{one.label} ({one.unit}) "
                lines.append(
                    f"{title}（合成数据）,{label},{place},{one.text(row, column)},{one.unit}"
                )
    return b"\xef\xbb\xbf" + ("\n".join(lines) + "\n").encode()


def old_json(page: Page, code: str) -> bytes:
    """A saved answer of the old interface; a missing value is ``hasdata: false`` and 0.0."""
    nodes: list[dict[str, Any]] = []
    for row, unit in enumerate(page.units):
        for column in reversed(range(len(page.years))):
            value, text = page.number(row, column), page.text(row, column)
            keys = {"zb": code, "reg": unit, "sj": str(page.years[column])}
            nodes.append(
                {
                    "code": "_".join(f"{key}.{value}" for key, value in keys.items()),
                    "data": {
                        "data": value or 0.0,
                        "dotcount": page.decimals,
                        "hasdata": value is not None,
                        "strdata": text,
                    },
                    "wds": [{"valuecode": v, "wdcode": k} for k, v in keys.items()],
                }
            )
    regions = [{"code": u, "cname": region_name(u), "name": region_name(u)} for u in page.units]
    years = [{"code": str(y), "cname": f"{y}年", "name": f"{y}年"} for y in reversed(page.years)]
    indicator = {
        "code": code,
        "cname": page.label,
        "name": page.label,
        "unit": page.unit,
        "exp": "",
        "memo": NOTE,
        "dotcount": page.decimals,
        "sortcode": 1,
    }
    dimensions = (("zb", "指标", [indicator]), ("reg", "地区", regions), ("sj", "时间", years))
    answer = {
        "returncode": 200,
        "returndata": {
            "datanodes": nodes,
            "freshsort": 0,
            "hasdatacount": sum(bool(node["data"]["hasdata"]) for node in nodes),
            "wdnodes": [{"wdcode": c, "wdname": n, "nodes": v} for c, n, v in dimensions],
        },
    }
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _rows(page: Page) -> list[list[str]]:
    newest_first = list(reversed(range(len(page.years))))
    head = ["地区", *(f"{page.years[column]}年" for column in newest_first)]
    body = [
        [region_name(unit), *(page.text(row, column) for column in newest_first)]
        for row, unit in enumerate(page.units)
    ]
    return [head, *body]


def _workbook_rows(page: Page, *, has_block: bool) -> list[list[Any]]:
    newest_first = list(reversed(range(len(page.years))))
    rows: list[list[Any]] = []
    if has_block:
        rows += [[f"数据库：{DATABASE}"], [f"指标：{page.label}({page.unit})"]]
        rows += [[f"时间：最近{len(page.years)}年"]]
    rows.append(_rows(page)[0])
    for row, unit in enumerate(page.units):
        numbers = (page.number(row, column) for column in newest_first)
        rows.append([region_name(unit), *("" if n is None else n for n in numbers)])
    return [*rows, [f"注：1.{NOTE}"], [SOURCE]]

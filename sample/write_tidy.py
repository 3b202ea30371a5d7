"""Tables of one's own: a CSV with a comment on top, a Stata file of a survey, and their card."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from sample.pages import Page, region_name
from sample.workbooks import CREATED


def tidy_csv(title: str, pages: Sequence[Page], status: str = "synthetic") -> bytes:
    """One row per region and year, one column per series under its id."""
    word = "合成数据 " if status == "synthetic" else ""
    lines = [f"# title: {word}{title}", f"# status: {status}"]
    lines.append(",".join(["region", "year", *(page.series for page in pages)]))
    first = pages[0]
    for row, unit in enumerate(first.units):
        for column, year in enumerate(first.years):
            cells = (page.text(row, column) for page in pages)
            lines.append(",".join([region_name(unit), str(year), *cells]))
    return ("\n".join(lines) + "\n").encode()


def tidy_card(title: str, pages: Sequence[Page], region: str = "region") -> dict[str, Any]:
    """What the origin card says of such a table: title, and which column is what."""
    return {
        "title": title,
        "columns": {
            "region": region,
            "period": "year",
            "values": [one.series for one in pages],
            "units": {one.series: one.unit for one in pages},
        },
    }


def stata(title: str, pages: Sequence[Page]) -> bytes:
    """The same as a .dta file; its data label says that the numbers are made up."""
    import pandas as pd

    first = pages[0]
    places = [
        (row, column) for row in range(len(first.units)) for column in range(len(first.years))
    ]
    data = {
        "code": [int(first.units[row]) for row, _ in places],
        "year": [first.years[column] for _, column in places],
    } | {page.series: [page.values[place] for place in places] for page in pages}
    buffer = io.BytesIO()
    pd.DataFrame(data).to_stata(
        buffer,
        write_index=False,
        version=118,
        data_label=f"synthetic: {title}",
        time_stamp=CREATED.replace(tzinfo=None),
    )
    return buffer.getvalue()

"""A table of levels and growth in Stata: its values typed in, as the panel need not have them."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.messages.shown_text import on_one_line
from nqpf_assets.replication.level_tables import LevelTable


def level_commands(table: LevelTable) -> Iterator[str]:
    """Levels side by side, then compound growth a year; none where an end is missing or not positive."""
    first, last = table.first, table.last
    for place, label in table.labels.items():
        yield f"* Row {place}: {on_one_line(label).replace('/*', '/ *')}"
    yield from ("clear", "input row period double value")
    cells = table.levels().select("row_position", "period", "value").rows()
    yield from (f"{place} {period} {value!r}" for place, period, value in cells)
    yield from ("end", "tabdisp row period, cell(value)")
    if {first, last} <= {period for _, period, _ in cells}:
        growth = f"100 * ((value{last} / value{first})^(1 / {last - first}) - 1)"
        yield "reshape wide value, i(row) j(period)"
        yield (f"generate double annual_growth = {growth} if value{first} > 0 & value{last} > 0")
        yield "list row annual_growth, noobs"

"""Tables on the terminal: rules above and below, numbers aligned, notes underneath."""

from __future__ import annotations

from rich import box
from rich.table import Table

from nqpf_assets.exports.printed.table import PrintedTable
from nqpf_assets.exports.terminal import out, plain, print_whole


def print_table(table: PrintedTable) -> None:
    """Draw a printed table; what stands in parentheses belongs to the line above."""
    drawn = Table(
        title=plain(f"{table.full_name}: {table.title}"),
        title_justify="left",
        box=box.HORIZONTALS,
        pad_edge=False,
    )
    drawn.add_column("")
    for place, head in enumerate(table.heads):
        is_left = place in table.left
        drawn.add_column(
            plain(head),
            justify="left" if is_left else "center" if table.is_regression else "right",
        )
    before = ""
    for line in table.lines:
        if line.kind == "fact" and before != "fact":
            drawn.add_section()
        before = line.kind
        drawn.add_row(plain(line.label), *(plain(cell.text) for cell in line.cells))
        if before == "heading":
            drawn.add_section()
    print_whole(drawn)
    console = out()
    for note in table.notes:
        console.print(plain(note), soft_wrap=False)

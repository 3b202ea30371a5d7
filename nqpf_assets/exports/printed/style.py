"""How a printed table looks: rules, fonts, caption. The styles themselves are data, in `styles.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from nqpf_assets.exports.printed.table import PrintedTable
from nqpf_assets.messages.problems import InputError, Problem, did_you_mean
from nqpf_assets.user_input.strict import Strict

DEFAULT = "three_line"


class Rules(Strict):
    """Widths of the lines of a table in points; none where 0."""

    top: float = Field(ge=0)
    head: float = Field(ge=0)
    section: float = Field(ge=0)
    bottom: float = Field(ge=0)


class TableStyle(Strict):
    """One style."""

    description: str
    caption: str
    caption_align: Literal["left", "center"]
    caption_bold: bool
    rules: Rules
    font: str
    font_east_asian: str
    size: float = Field(gt=0)
    notes_size: float = Field(gt=0)
    notes: str
    stars: Literal["raised", "level"]

    def caption_of(self, table: PrintedTable) -> str:
        """The caption of a table; its title alone where it has no number."""
        if table.number is None:
            return table.said_title
        return self.caption.format(number=table.number, title=table.said_title)


@cache
def styles() -> Mapping[str, TableStyle]:
    """All styles by name."""
    import yaml

    text = Path(__file__).with_name("styles.yaml").read_text("utf-8")
    return {name: TableStyle.model_validate(said) for name, said in yaml.safe_load(text).items()}


def style_named(name: str) -> TableStyle:
    """The style of that name.

    Raises:
        InputError: there is none.
    """
    known = styles()
    if name not in known:
        raise InputError(
            [
                Problem(
                    file="--style",
                    where="",
                    expected=f"one of {', '.join(known)}",
                    found=f"`{name}`",
                    remedy=did_you_mean(name, known) or f"leave it out for {DEFAULT}",
                    code="style",
                )
            ]
        )
    return known[name]

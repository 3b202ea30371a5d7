"""The page of a figure: its size, title, source, mark of synthetic data, and what all kinds draw with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nqpf_assets.figures.style import Style, Theme, style
from nqpf_assets.figures.words import Language, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture

    from nqpf_assets.explanations.published import Row
    from nqpf_assets.figures.request import FigureRequest

_MARGIN = 0.12
_LAYOUTS = 2
_LINE = 1.4 / 72
"""Height of a line in inches per point of its letters."""
_LETTER = 0.6 / 72
"""Width of a Latin letter in inches per point."""


@dataclass
class Page:
    """One figure while it is drawn.

    Attributes:
        theme: its colours.
        language: of its words.
        picture: matplotlib's.
        height: of what is between title and source, in inches.
        across: how many panels stand side by side.
    """

    theme: Theme
    language: Language
    picture: Picture
    height: float = 3.4
    across: int = 1
    look: Style = field(default_factory=style)

    def axes(
        self, rows: int = 1, columns: int = 1, *, height: float | None = None, **shared: Any
    ) -> list[Axes]:
        """Panels row by row, so high each that the page holds them.

        Args:
            height: of all panels together in inches.
            shared: ``sharex``, ``sharey``.
        """
        self.height = height if height is not None else max(3.4, 1.5 * rows)
        self.across = columns
        return list(self.picture.subplots(rows, columns, squeeze=False, **shared).flat)

    def head(self, axis: Axes, text: str) -> None:
        """The title of a panel, in as many lines as its width asks for."""
        axis.set_title("\n".join(self.head_lines(text)))

    def head_lines(self, text: str) -> list[str]:
        """Lines of the title of a panel; what stands left of the first panel is allowed for."""
        return wrapped(text, (self.look.width - 1.1) / self.across / (self.look.size * _LETTER))

    def colour(self, place: int) -> str:
        """Of the line, bar or group in that place, from 0."""
        return self.theme.series[place % len(self.theme.series)]

    def line(self, place: int) -> dict[str, Any]:
        """How the line in that place is drawn: colour, dashes."""
        dashes = self.look.dashes[place % len(self.look.dashes)]
        if isinstance(dashes, list):
            dashes = (dashes[0], tuple(dashes[1]))
        return {"color": self.colour(place), "linestyle": dashes}

    def mark(self, place: int) -> dict[str, Any]:
        """How the points in that place are drawn: colour, shape."""
        marks = self.look.marks
        return {"color": self.colour(place), "marker": marks[place % len(marks)]}

    def hatch(self, place: int) -> str:
        """Of the area in that place."""
        return self.look.hatches[place % len(self.look.hatches)]

    def scale(self, name: str = "sequence") -> Any:
        """The colours of a map from little to much, or around zero, as matplotlib's."""
        from matplotlib.colors import LinearSegmentedColormap

        colours = list(getattr(self.theme, name))
        return LinearSegmentedColormap.from_list(f"nqpf {name}", colours)

    def intervals(self, axis: Axes, rows: Iterable[Row], labels: list[str]) -> None:
        """Estimates as points with their intervals, each in the line of its ``column_label``."""
        axis.axvline(0, color=self.theme.soft, linewidth=0.8)
        for row in rows:
            place = labels.index(row["column_label"])
            ends = (row["conf_low"], row["conf_high"])
            if None not in ends:
                axis.plot(ends, (place, place), color=self.colour(0), gid=f"interval {place}")
            axis.plot(row["estimate"], place, linestyle="none", **self.mark(0))
        axis.margins(x=0.12)
        axis.locator_params(axis="x", nbins=3)
        axis.set_yticks(range(len(labels)), labels)

    def years(self, axis: Axes, years: list[int], most: int = 8) -> None:
        """Whole years on the x axis, no more than there is room for."""
        step = max(1, -(-len(years) // most))
        axis.set_xticks(years[::step])
        axis.set_xticklabels([str(year) for year in years[::step]])

    def finish(self, request: FigureRequest, is_bare: bool = False) -> None:
        """Title above, caption below, the page as high as all of it; bare, neither of them."""
        look, width = self.look, self.look.width - 2 * _MARGIN
        title, notes = (
            ([], [])
            if is_bare
            else (
                wrapped(request.title, width / (look.title_size * _LETTER * 1.08)),
                wrapped(request.caption, width / (look.notes_size * _LETTER)),
            )
        )
        marks = [said_synthetic(self.language)] if request.synthetic else []
        above = _MARGIN + _LINE * (len(title) * look.title_size + len(marks) * look.size) + 0.06
        below = _MARGIN + _LINE * len(notes) * look.notes_size + 0.06
        whole = above + self.height + below
        self.picture.set_size_inches(look.width, whole)
        top = 1 - _MARGIN / whole
        for text, size, colour in (
            *((line, look.title_size, self.theme.ink) for line in title),
            *((line, look.size, self.theme.warning) for line in marks),
        ):
            self.picture.text(
                _MARGIN / look.width, top, text, size=size, color=colour, va="top", weight="bold"
            )
            top -= size * _LINE / whole
        for place, line in enumerate(reversed(notes)):
            self.picture.text(
                _MARGIN / look.width,
                (_MARGIN + place * look.notes_size * _LINE) / whole,
                line,
                size=look.notes_size,
                color=self.theme.soft,
                va="bottom",
            )
        self.picture.set_layout_engine(
            "constrained", rect=(0.015, below / whole, 0.97, self.height / whole)
        )
        # Laid out so often that long labels find room, and then no more: every further time would move the
        # panels by a hair, and change the bytes.
        for _ in range(_LAYOUTS):
            self.picture.draw_without_rendering()
        self.picture.set_layout_engine("none")


def said_synthetic(language: Language) -> str:
    """The mark of a figure whose data were made up."""
    return "合成数据，不是证据" if language == "zh" else "SYNTHETIC DATA, no evidence"

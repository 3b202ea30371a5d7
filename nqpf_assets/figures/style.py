"""The one style of all figures, which is data (`style.yaml`), as settings of matplotlib."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any, cast

from nqpf_assets.user_input.strict import Strict

_ONE_AT_A_TIME = RLock()
"""Settings of matplotlib are the process's own."""


class Theme(Strict):
    """Colours."""

    paper: str
    ink: str
    soft: str
    grid: str
    warning: str
    empty: str
    series: tuple[str, ...]
    sequence: tuple[str, ...]
    diverging: tuple[str, ...]


class Style(Strict):
    """Sizes, fonts, and how lines are told apart."""

    width: float
    size: float
    title_size: float
    notes_size: float
    dashes: tuple[Any, ...]
    marks: tuple[str, ...]
    hatches: tuple[str, ...]
    latin: str
    elsewhere: tuple[str, ...]
    chinese: tuple[str, ...]
    themes: Mapping[str, Theme]


@cache
def style() -> Style:
    """The style."""
    import yaml

    text = Path(__file__).with_name("style.yaml").read_text("utf-8")
    return Style.model_validate(yaml.safe_load(text))


@cache
def chinese_font() -> str | None:
    """The first font of the style's that is installed and has Chinese characters."""
    from matplotlib.font_manager import fontManager

    installed = set(fontManager.get_font_names())
    return next((name for name in style().chinese if name in installed), None)


def families() -> str:
    """All fonts in the order in which a page that shows an SVG is to look for them."""
    look = style()
    first = [look.latin, *filter(None, [chinese_font()])]
    others = [one for one in (*look.elsewhere, *look.chinese) if one not in first]
    return ", ".join([*(f"'{one}'" for one in (*first, *others)), "sans-serif"])


@contextmanager
def styled(theme: Theme) -> Iterator[None]:
    """matplotlib with the settings of figures and no others, a user's own `matplotlibrc` left out."""
    import matplotlib as mpl

    with _ONE_AT_A_TIME, mpl.rc_context():
        mpl.rcParams.update(
            {key: value for key, value in mpl.rcParamsDefault.items() if key != "backend"}
        )
        mpl.rcParams.update(cast("Any", _settings(theme)))
        yield


def _settings(theme: Theme) -> dict[str, Any]:
    look = style()
    fonts = [look.latin, *filter(None, [chinese_font()])]
    return {
        "font.family": fonts,
        "font.size": look.size,
        "axes.titlesize": look.size,
        "axes.labelsize": look.size,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.grid": True,
        "axes.unicode_minus": True,
        "grid.color": theme.grid,
        "grid.linewidth": 0.6,
        "legend.frameon": False,
        "legend.fontsize": look.size - 1,
        "xtick.labelsize": look.size - 1,
        "ytick.labelsize": look.size - 1,
        "lines.linewidth": 1.4,
        "lines.markersize": 4,
        "figure.facecolor": theme.paper,
        "axes.facecolor": theme.paper,
        "savefig.facecolor": theme.paper,
        **dict.fromkeys(
            ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"),
            theme.ink,
        ),
        # Text is as wide in every resolution, so that what has room in one has it in all.
        "text.hinting": "none",
        # The same figure has the same bytes.
        "svg.hashsalt": "nqpf",
        "svg.fonttype": "none",
        # As Type 42 outlines of Noto Sans CJK are embedded as another kind, and Ghostscript leaves them out.
        "pdf.fonttype": 3,
    }

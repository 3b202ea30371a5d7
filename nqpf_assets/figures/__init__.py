"""Figures of a study, drawn from what is published: which there are, and each as SVG, PNG or PDF.

The door of the room: `available` lists them and `draw` draws one. A kind of figure is a module of `kinds`.
Nothing is estimated here: what is drawn are rows of published tables. matplotlib, of the extra `figures`, is
loaded when something is drawn, never before.
"""

from __future__ import annotations

from nqpf_assets.figures.drawing import Figure, draw
from nqpf_assets.figures.listing import available, find_figure
from nqpf_assets.figures.request import FigureRequest

__all__ = ["Figure", "FigureRequest", "available", "draw", "find_figure"]

"""A small study that is published once for all tests of figures, and a copy with results of all kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from nqpf_assets.figures import Figure, draw, find_figure
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.connection import Connection
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests.figures.more_rows import with_more_rows
from tests.stages.mini import walked


@pytest.fixture(scope="session")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return walked(tmp_path_factory.mktemp("figures"), is_published=True).project


@pytest.fixture(scope="session")
def more(mini: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_more_rows(mini.database, tmp_path_factory.mktemp("more"))


@pytest.fixture
def tables(more: Path) -> Iterator[Connection]:
    with open_closed(more) as connection:
        yield connection


@pytest.fixture
def drawn(tables: Connection) -> Callable[..., Figure]:
    """Draw a figure of the study by its name."""
    return lambda name, **said: draw(tables, find_figure(tables, "mini", name), **said)


def points_of(line: Line2D) -> list[tuple[float, float]]:
    """Where a drawn line or mark stands, as numbers of the axes."""
    return [(float(x), float(y)) for x, y in np.asarray(line.get_xydata())]


def named(axis: Axes, gid: str) -> list[tuple[float, float]]:
    """The points of the one line that bears this name."""
    (line,) = [one for one in axis.get_lines() if one.get_gid() == gid]
    return points_of(line)


def estimates(axis: Axes) -> dict[int, tuple[float, ...]]:
    """Line of an axis with estimates → estimate and ends of its interval."""
    found: dict[int, tuple[float, ...]] = {}
    for line in axis.get_lines():
        if (line.get_gid() or "").startswith("interval"):
            (low, place), (high, _) = points_of(line)
            found[int(place)] = (low, high)
    for line in axis.get_lines():
        if len(points_of(line)) == 1:
            ((value, place),) = points_of(line)
            found[int(place)] = (value, *found.get(int(place), ()))
    return found

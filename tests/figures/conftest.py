"""A small study that is published once for all tests of figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from matplotlib.lines import Line2D

from nqpf_assets.figures import Figure, draw, find_figure
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.connection import Connection
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests.stages.mini import walk, write_mini


@pytest.fixture(scope="session")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = write_mini(tmp_path_factory.mktemp("figures"))
    walk(project).publish()
    return project


@pytest.fixture
def tables(mini: Project) -> Iterator[Connection]:
    with open_closed(mini.database) as connection:
        yield connection


@pytest.fixture
def drawn(tables: Connection) -> Callable[..., Figure]:
    """Draw a figure of the study by its name."""
    return lambda name, **said: draw(tables, find_figure(tables, "mini", name), **said)


def points_of(line: Line2D) -> list[tuple[float, float]]:
    """Where a drawn line or mark stands, as numbers of the axes."""
    return [(float(x), float(y)) for x, y in np.asarray(line.get_xydata())]

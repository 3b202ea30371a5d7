"""The figures of a package: all that the study has, as SVG, where the library for them is installed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.figures import FigureRequest, available, draw
from nqpf_assets.figures.drawing import require_matplotlib
from nqpf_assets.messages.problems import InputError
from nqpf_assets.replication.package.facts import FigureFacts

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

FOLDER = "figures"


def write_figures(connection: Connection, study: str, folder: Path) -> list[FigureFacts]:
    """Draw all figures of a study; of one that cannot be drawn here, why.

    Maps are of tiles: boundaries of areas are the project's, with a licence of their own, and stay there.
    """
    return [
        FigureFacts(f"{study}.{one.full_name}", one.title, *_written(connection, one, folder))
        for one in available(connection, study)
    ]


def _written(connection: Connection, request: FigureRequest, folder: Path) -> tuple[str, str]:
    """Its path in the package, or why there is none."""
    try:
        require_matplotlib()
        content = draw(connection, request).svg()
    except InputError as error:
        (problem,) = error.problems
        return "", f"{problem.found}: {problem.remedy}"
    (folder / FOLDER).mkdir(exist_ok=True)
    path = f"{FOLDER}/{request.full_name}.svg"
    (folder / path).write_text(content, "utf-8")
    return path, ""

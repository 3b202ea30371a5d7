"""One table's coefficients over the publications that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.publications.archive import content_path, require_kept
from nqpf_assets.publications.manifest import Manifest
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import frame_of, in_memory, rows_of_file

if TYPE_CHECKING:
    import polars as pl

COLUMNS = (
    "publication",
    "published_at",
    "column_label",
    "term",
    "estimate",
    "std_error",
    "p_value",
    "n_obs",
    "data_status",
)


def estimates_over_time(
    project: Project, kept: list[Manifest], study: str, table: str
) -> pl.DataFrame:
    """Coefficients of one table in each publication that has it, oldest first; `COLUMNS`.

    A publication that has the same coefficients as the one before it is there too, so that a gap means
    that the table was not there.

    Raises:
        InputError: a content is missing or is not what it was.
    """
    import polars as pl

    frames = []
    with in_memory() as connection:
        for one in kept:
            named = [one.tables.get(f"result.{name}") for name in ("estimate", "model")]
            if None in named:
                continue
            require_kept(project, one, ("result.estimate", "result.model"))
            estimate, model = (
                rows_of_file(content_path(project, content.sha256))
                for content in named
                if content is not None
            )
            frame = frame_of(
                connection,
                f"""
                SELECT CAST(? AS INTEGER) AS publication, CAST(? AS VARCHAR) AS published_at,
                    e.column_label, e.term, e.estimate, e.std_error, e.p_value, m.n_obs, m.data_status
                FROM {estimate} AS e
                INNER JOIN {model} AS m ON m.study = e.study AND m.table_name = e.table_name
                    AND m.column_label = e.column_label
                WHERE e.study = ? AND e.table_name = ?
                ORDER BY m.column_position, e.term""",
                [one.number, one.published_at, study, table],
            )
            frames.append(frame)
    return pl.concat(frames) if frames else pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))

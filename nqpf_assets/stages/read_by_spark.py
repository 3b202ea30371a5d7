"""Apache Spark as what reads many new raw files: each by one of its workers, into the folder of readings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nqpf_assets.messages.problems import InputError
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import engine_problem, load_settings
from nqpf_assets.warehouse import spark_engine

if TYPE_CHECKING:
    from nqpf_assets.sources.read_ahead import ReadAhead, Unread

FROM_FILES = 200
"""A file of a yearbook takes 50 ms, and to begin takes Spark ten seconds."""


def reading_ahead(project: Project) -> ReadAhead | None:
    """Who reads new files before their turn: Spark, where `nqpf.yaml` names it; nobody otherwise."""
    if load_settings(project).engine != "spark":
        return None

    def ahead(read: Callable[[Unread], None], files: Sequence[Unread]) -> None:
        if len(files) < FROM_FILES:
            return
        try:
            spark_engine.for_each(read, files)
        except spark_engine.SparkStopped as error:
            found = f"of raw files, {error.found}"
            raise InputError([engine_problem(project, found, error.remedy)]) from None

    return ahead

"""Where Dagster keeps the events of runs, where that is PostgreSQL: connected to once per process.

Dagster's own storage connects for every event, which costs more than most of our steps. `dagster.yaml` names
this class where `nqpf.yaml` says `history: VARIABLE`; what is stored and asked is Dagster's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster_postgres import PostgresEventLogStorage

STATEMENT_MS = 60_000
RENEWED_SECONDS = 3600
"""Longest that a statement may take, and that a connection is kept."""


class RunHistoryInPostgres(PostgresEventLogStorage):
    """Dagster's storage of events in PostgreSQL, with a connection that stays open."""

    def __init__(self, postgres_url: str, inst_data: Any = None) -> None:
        super().__init__(postgres_url, inst_data=inst_data)
        self.optimize_for_webserver(STATEMENT_MS, RENEWED_SECONDS, max_overflow=4)

    @classmethod
    def from_config_value(
        cls, inst_data: Any, config_value: Mapping[str, Any]
    ) -> RunHistoryInPostgres:
        return cls(config_value["postgres_url"], inst_data)

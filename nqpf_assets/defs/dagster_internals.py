"""What is used of Dagster without being promised by it, each name once; no other module knows a private one.

Tried before: a run in an ephemeral instance whose materializations and checks are reported afterwards
(`report_runless_asset_event`). It leaves no run that the pages could show, and each event costs as much as in
Dagster's own storage. For the server of `dagster dev`, and for a coordinator and a log manager in
`dagster.yaml`, there is no public name at all.

Loads nothing of Dagster until a name is asked for: the command line reads the places alone.
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dagster._core.storage.event_log import (
        ConsolidatedSqliteEventLogStorage as ConsolidatedSqliteEventLogStorage,
    )
    from dagster._core.storage.event_log import SqlPollingEventWatcher as SqlPollingEventWatcher

    dev: Any

PLACES = {
    "DefaultRunCoordinator": "dagster._core.run_coordinator",
    "NoOpComputeLogManager": "dagster._core.storage.noop_compute_log_manager",
    "ConsolidatedSqliteEventLogStorage": "dagster._core.storage.event_log",
    "SqlPollingEventWatcher": "dagster._core.storage.event_log",
    "dev": "dagster._cli",
}
"""Name → the module that has it."""

MEMBERS = {
    "ConsolidatedSqliteEventLogStorage": ("_connect", "has_table", "watch", "end_watch", "dispose"),
    "SqlPollingEventWatcher": ("watch_run", "unwatch_run", "close"),
    "dev": (
        "open_ipc_subprocess",
        "setup_interrupt_handlers",
        "_SUBPROCESS_WAIT_TIMEOUT",
        "dev_command",
    ),
}
"""What is replaced in a class or module, or called: a replacement that nobody calls would be silent."""


def __getattr__(name: str) -> Any:
    """A name of Dagster's.

    Raises:
        ImportError: this release does not have it, or not what is replaced in it.
    """
    if name not in PLACES:
        raise AttributeError(name)
    try:
        found = getattr(import_module(PLACES[name]), name, None) or import_module(
            f"{PLACES[name]}.{name}"
        )
    except ImportError:
        raise ImportError(_moved(f"{PLACES[name]}.{name}")) from None
    gone = [one for one in MEMBERS.get(name, ()) if not hasattr(found, one)]
    if gone:
        raise ImportError(_moved(f"{', '.join(gone)} in {PLACES[name]}.{name}"))
    return found


def _moved(what: str) -> str:
    release = metadata.version("dagster")
    return f"Dagster {release} has no {what}; install the release that this one of nqpf-assets was made with"

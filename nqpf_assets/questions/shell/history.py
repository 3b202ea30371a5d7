"""Where what was typed is kept: in the user's own folder, never in a project that others read."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def history_file() -> Path | None:
    """The file, for the user alone to read; None where it cannot be made."""
    path = state_folder() / "query_history"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError:
        return None
    return path if os.access(path, os.R_OK | os.W_OK) else None


def state_folder() -> Path:
    """Where programs keep what they remember of a user."""
    if sys.platform == "win32":
        named = os.environ.get("LOCALAPPDATA")
        return (Path(named) if named else Path.home() / "AppData" / "Local") / "nqpf"
    named = os.environ.get("XDG_STATE_HOME")
    is_whole = named and Path(named).is_absolute()
    return (Path(named) if named and is_whole else Path.home() / ".local" / "state") / "nqpf"

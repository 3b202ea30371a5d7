"""The project's Dagster home: a folder with the history of runs, which `nqpf ui` shows.

Written without Dagster, so that the command line can ask for it at no cost.
"""

from __future__ import annotations

from pathlib import Path

from nqpf_assets.project import Project

DAGSTER_YAML = """\
# Written by nqpf; runs of `nqpf refresh` are kept here and shown by `nqpf ui`.
telemetry:
  enabled: false
event_log_storage:
  module: nqpf_assets.defs.history
  class: RunHistory
  config:
    base_dir:
      env: DAGSTER_HOME
"""


def dagster_home(project: Project) -> Path:
    """The project's Dagster home, made when it is not there."""
    home = project.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if not settings.exists():
        settings.write_text(DAGSTER_YAML, "utf-8")
    return home

"""The project's Dagster home: a folder with the history of runs, which `nqpf ui` shows.

Written without Dagster, so that the command line can ask for it at no cost.
"""

from __future__ import annotations

from pathlib import Path

from nqpf_assets.defs.dagster_internals import PLACES
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import replace_file

OURS = "# Written by nqpf;"
"""How the settings begin that may be written anew; without this line they are the user's own."""

DAGSTER_YAML = f"""\
{OURS} runs of `nqpf refresh` are kept here and shown by `nqpf ui`.
telemetry:
  enabled: false
nux:
  enabled: false
run_coordinator: # runs start at once: there is one refresh at a time anyway, and no queue to wait in
  module: {PLACES["DefaultRunCoordinator"]}
  class: DefaultRunCoordinator
compute_logs: # nothing prints while steps run; Dagster's usual choice starts processes that outlive a kill
  module: {PLACES["NoOpComputeLogManager"]}
  class: NoOpComputeLogManager
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
    text = settings.read_text("utf-8") if settings.exists() else OURS
    if text.startswith(OURS) and text != DAGSTER_YAML:
        replace_file(settings, lambda beside: beside.write_text(DAGSTER_YAML, "utf-8"))
    return home

"""The project's Dagster home: a folder with the history of runs, which `nqpf ui` shows.

Written without Dagster, so that the command line can ask for it at no cost.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from nqpf_assets.defs.dagster_internals import PLACES
from nqpf_assets.messages.problems import InputError
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import load_settings, project_document
from nqpf_assets.warehouse.durable import replace_file

OURS = "# Written by nqpf;"
"""How the settings begin that may be written anew; without this line they are the user's own."""

_COMMON = f"""\
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
"""

DAGSTER_YAML = f"""\
{_COMMON}event_log_storage:
  module: nqpf_assets.defs.history
  class: RunHistory
  config:
    base_dir:
      env: DAGSTER_HOME
"""
"""The history in a file of the project."""


def in_postgres(variable: str) -> str:
    """The history in the PostgreSQL database whose address an environment variable holds."""
    places = {
        "run_storage": ("dagster_postgres.run_storage", "PostgresRunStorage"),
        "event_log_storage": ("nqpf_assets.defs.history_in_postgres", "RunHistoryInPostgres"),
        "schedule_storage": ("dagster_postgres.schedule_storage", "PostgresScheduleStorage"),
    }
    blocks = (
        f"{name}:\n  module: {module}\n  class: {of}\n"
        f"  config:\n    postgres_url:\n      env: {variable}\n"
        for name, (module, of) in places.items()
    )
    return _COMMON + "".join(blocks)


def dagster_home(project: Project) -> Path:
    """The project's Dagster home, made when it is not there, with the history where `nqpf.yaml` says.

    A build that is made aside keeps its history beside itself, and none in a database.

    The variable with the address is changed for this process and its children: the driver is named.

    Raises:
        InputError: the history is in a database, whose address or client is not there.
    """
    home = project.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    text = settings.read_text("utf-8") if settings.exists() else OURS
    if text.startswith(OURS):
        history = "file" if project.aside else load_settings(project).history
        if history != "file":
            _require_database(project, history)
            os.environ[history] = _with_driver(os.environ[history])
        wanted = DAGSTER_YAML if history == "file" else in_postgres(history)
        if text != wanted:
            replace_file(settings, lambda beside: beside.write_text(wanted, "utf-8"))
    return home


def _with_driver(address: str) -> str:
    """The address with the driver that Dagster's queries are written for; SQLAlchemy takes another."""
    scheme, mark, rest = address.partition("://")
    return f"postgresql+psycopg2{mark}{rest}" if scheme in ("postgresql", "postgres") else address


def _require_database(project: Project, variable: str) -> None:
    """Stop where Dagster would, in its own words."""
    found, remedy = None, ""
    if not os.environ.get(variable):
        found = f"{variable}, which is not set"
        remedy = (
            f"set {variable} to postgresql://USER:PASSWORD@HOST/DATABASE, or say `history: file`"
        )
    elif find_spec("dagster_postgres") is None:
        found = "a database, but not what speaks with it"
        remedy = "pip install 'nqpf-assets[server]'"
    if found:
        document = project_document(project, "nqpf.yaml")
        assert document is not None, "it says where the history is"
        expected = "an environment variable with the address of a PostgreSQL database"
        raise InputError([document.problem(("history",), expected, found, remedy, "history")])

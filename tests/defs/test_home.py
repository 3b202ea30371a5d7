"""Settings of ours are kept up to date, settings of the user's are left alone, nothing asks the network."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from nqpf_assets.defs.history import RunHistory
from nqpf_assets.defs.home import DAGSTER_YAML, dagster_home
from nqpf_assets.defs.run import open_history
from nqpf_assets.user_input.project import Project


def test_settings_are_written_and_renewed_but_never_taken_from_the_user(tmp_path: Path) -> None:
    project = Project.at(tmp_path)
    settings = dagster_home(project) / "dagster.yaml"
    assert settings.read_text("utf-8") == DAGSTER_YAML
    settings.write_text("# Written by nqpf; long ago\n", "utf-8")
    dagster_home(project)
    assert settings.read_text("utf-8") == DAGSTER_YAML
    settings.write_text("telemetry: {enabled: false}\n", "utf-8")
    dagster_home(project)
    assert settings.read_text("utf-8") == "telemetry: {enabled: false}\n"


def test_the_history_is_ours_quiet_and_inside_the_project(tmp_path: Path) -> None:
    with open_history(Project.at(tmp_path)) as instance:
        assert isinstance(instance.event_log_storage, RunHistory)
        assert not instance.telemetry_enabled
        assert not instance.nux_enabled
        instance.report_runless_asset_event(dg.AssetMaterialization("a", metadata={"rows": 3}))
    assert not list(tmp_path.glob("*.db"))
    assert (tmp_path / ".dagster" / "event_log.db").is_file()
    with open_history(Project.at(tmp_path)) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey("a"))
        assert event is not None
        assert event.asset_materialization is not None
        assert event.asset_materialization.metadata["rows"].value == 3

"""Who owns the tables, and where the history is kept, as `nqpf.yaml` says it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from nqpf_assets.defs.home import dagster_home
from nqpf_assets.defs.owners import owners
from nqpf_assets.messages.problems import InputError
from nqpf_assets.projects.opened import open_project
from tests.stages.mini import write_mini


def test_owners_of_the_settings_stand_at_every_table(tmp_path: Path) -> None:
    project = write_mini(tmp_path)
    assert owners(open_project(project), "mini") == ["team:mini"]
    (tmp_path / "nqpf.yaml").write_text("owners: [desk@example.org, team:data]\n", "utf-8")
    assert owners(open_project(project), "mini") == ["desk@example.org", "team:data"]
    assert owners(open_project(project)) == ["desk@example.org", "team:data"]


def test_the_history_is_where_the_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("dagster_postgres")
    project = write_mini(tmp_path)
    (tmp_path / "nqpf.yaml").write_text("site: true\nhistory: RUNS\n", "utf-8")
    monkeypatch.setenv("RUNS", "postgresql://u:p@host/runs")
    written = yaml.safe_load((dagster_home(project) / "dagster.yaml").read_text("utf-8"))
    assert written["event_log_storage"]["config"] == {"postgres_url": {"env": "RUNS"}}
    monkeypatch.delenv("RUNS")
    with pytest.raises(InputError) as caught:
        dagster_home(project)
    (problem,) = caught.value.problems
    assert (problem.file, problem.where) == ("nqpf.yaml", "line 2, column 1")

"""A refresh that does not publish leaves its reasons: for `nqpf status`, and for Dagster's pages."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest

from nqpf_assets.defs.assets import PUBLISHED
from nqpf_assets.defs.run import open_history
from nqpf_assets.publications.held_back import held_back, note_path
from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.publications.revisions import WIDE, add_vintage, revised
from tests.refreshed import refreshed
from tests.stages.mini import output, page, write_mini

pytestmark = pytest.mark.slow  # each test builds a project of its own


def status(project: Project) -> str:
    ran = nqpf("status", project=project.root)
    assert ran.status == 0, ran.err
    return ran.out


def test_a_bad_file_is_told_until_it_is_mended(tmp_path: Path) -> None:
    project = refreshed(write_mini(tmp_path))
    assert "held back" not in status(project)
    path = project.raw / "bureau/2019/output.csv"
    good = path.read_text("utf-8")
    path.write_text(good.replace("北京市", "北京是"), "utf-8")
    assert nqpf("refresh", project=tmp_path).status == 2
    told = status(project)
    assert "held back: 2" in told
    assert "raw/bureau/2019/output.csv: line 2" in told
    path.write_text(good, "utf-8")
    assert nqpf("refresh", project=tmp_path).out.startswith("nothing new")
    assert "held back" not in status(project)


def test_a_study_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    project = write_mini(tmp_path)
    study = project.root / "studies" / "mini.yaml"
    study.write_text(study.read_text("utf-8") + "nonsense: 1\n", "utf-8")
    assert nqpf("refresh", project=tmp_path).status == 2
    stopped = held_back(project)
    assert stopped is not None
    assert [(p.file, "nonsense" in p.found) for p in stopped.problems] == [
        ("studies/mini.yaml", True)
    ]


def test_what_departs_from_the_last_publication_is_told_in_dagster_too(tmp_path: Path) -> None:
    project = refreshed(write_mini(tmp_path))
    add_vintage(project, "2020", revised(30.0))
    stopped = nqpf("refresh", project=tmp_path)
    assert stopped.status == 1
    assert "check weights: mini wealth people" in stopped.err
    assert "check weights: mini wealth people" in status(project)
    assert "published: " in status(project), "the one before stays"
    again = nqpf("refresh", project=tmp_path)
    assert again.status == 1, "and it stays held back until somebody has looked"
    with open_history(project) as instance:
        run = instance.get_runs(limit=1)[0]
        assert run.status is dg.DagsterRunStatus.FAILURE
        logged = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    told = [entry.get_dagster_event().event_specific_data for entry in logged]
    found = {one.check_name: one for one in told if one.asset_key == PUBLISHED}
    assert not found["weights"].passed
    assert found["weights"].severity is dg.AssetCheckSeverity.ERROR
    assert "mini wealth people" in found["weights"].metadata["found"].value
    assert found["coverage"].passed


def test_a_check_of_a_table_is_told(tmp_path: Path) -> None:
    project = refreshed(write_mini(tmp_path))

    def other_unit(region: int, year: int) -> float | None:
        value = output(region, year)
        return None if value is None else value * 1e9

    (project.raw / "bureau/2019/output.csv").write_text(page("output", other_unit), "utf-8")
    assert nqpf("refresh", project=tmp_path).status == 1
    assert "studies/mini.yaml: line 12, column 3: check ranges, output_per_person" in status(
        project
    )


def test_a_damaged_note_is_no_note(tmp_path: Path) -> None:
    project = write_mini(tmp_path)
    for text in ("", "{", "[]", '{"at": "x"}', '{"at": "x", "problems": [{"a": 1}]}'):
        note_path(project).parent.mkdir(exist_ok=True)
        note_path(project).write_text(text, "utf-8")
        assert held_back(project) is None


def test_what_was_held_back_is_compared_with_what_is_published(tmp_path: Path) -> None:
    project = write_mini(tmp_path)
    assert nqpf("diff", "--held-back", project=tmp_path).status == 2
    refreshed(project)
    none = nqpf("diff", "--held-back", project=tmp_path)
    assert none.status == 2
    assert "none is held back" in none.err
    add_vintage(project, "2020", revised(30.0))
    assert nqpf("refresh", project=tmp_path).status == 1
    shown = nqpf("diff", "--held-back", project=tmp_path)
    assert shown.status == 0
    assert "held back on" in shown.out
    assert "because   check weights: mini wealth people" in shown.out
    assert "file      added: raw/bureau/2020/output.csv" in shown.out
    assert "mini gdp: 1 revised, the most 山西 2017" in shown.out
    assert "weight    mini wealth per_person" in shown.out
    assert "--shares" not in shown.out, "shares are told of publications"
    as_data = json.loads(nqpf("diff", "--held-back", "--format", "json", project=tmp_path).out)
    assert [row["series_id"] for row in as_data["cell"]] == ["gdp"]
    assert "compare: nqpf diff --held-back" in status(project)
    path = project.raw / "bureau/2020/output.csv"
    path.write_text(path.read_text("utf-8").replace("北京市", "北京是"), "utf-8")
    assert nqpf("refresh", project=tmp_path).status == 2
    assert nqpf("diff", "--held-back", project=tmp_path).status == 0


def test_status_repeats_the_warnings_of_what_is_published(tmp_path: Path) -> None:
    project = refreshed(write_mini(tmp_path, files={"nqpf.yaml": WIDE}))
    add_vintage(project, "2020", revised(1.7))
    assert "1 of 19 cells differ by more than 50 %" in nqpf("refresh", project=tmp_path).err
    told = status(project)
    assert "warnings:  " in told
    assert "1 of 19 cells differ by more than 50 %" in told


def test_a_run_that_failed_is_told_by_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_mini(tmp_path)
    monkeypatch.setattr("nqpf_assets.defs.session.publish", _fails)
    assert nqpf("refresh", project=tmp_path).status == 1
    assert "failed:    2" in status(project)
    assert "step publication: RuntimeError: the machine is at fault" in status(project)
    monkeypatch.undo()
    assert nqpf("refresh", project=tmp_path).status == 0
    assert "failed:" not in status(project)


def _fails(*_: object) -> None:
    raise RuntimeError("the machine is at fault")

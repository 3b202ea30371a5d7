"""Changes of a project's files are seen once they stand still, and none is lost."""

from __future__ import annotations

import itertools
import threading
import time
from pathlib import Path

from nqpf_assets.projects.watched import changes, seen
from nqpf_assets.user_input.project import Project


def _project(root: Path) -> Project:
    for folder in ("studies", "catalog", "raw/nbs"):
        (root / folder).mkdir(parents=True)
    (root / "studies" / "mine.yaml").write_text("one", "utf-8")
    return Project.at(root)


def test_what_a_refresh_reads_is_seen_and_nothing_else(tmp_path: Path) -> None:
    project = _project(tmp_path)
    (tmp_path / "warehouse").mkdir()
    places = [
        "studies/mine.yaml",
        "catalog/a.yaml",
        "raw/nbs/a.csv",
        "nqpf.yaml",
        "corrections.yaml",
    ]
    for place in [*places, "warehouse/nqpf.duckdb", "note.txt"]:
        (tmp_path / place).write_text("x", "utf-8")
    assert seen(project).keys() == {str(project.root / place) for place in places}


def test_a_change_before_the_first_look_is_given_and_each_is_given_once(tmp_path: Path) -> None:
    project = _project(tmp_path)
    study, data = tmp_path / "studies" / "mine.yaml", tmp_path / "raw" / "nbs" / "a.csv"
    known = seen(project)
    study.write_text("other", "utf-8")
    found = changes(project, known, pause=0.02)
    assert next(found) == (str(study),)
    data.write_text("1", "utf-8")
    assert next(found) == (str(data),)
    data.unlink()
    study.write_text("again", "utf-8")
    assert set(next(found)) == {str(data), str(study)}


def test_a_file_that_still_grows_is_waited_for(tmp_path: Path) -> None:
    project = _project(tmp_path)
    data = tmp_path / "raw" / "nbs" / "a.csv"
    known = seen(project)

    def grow() -> None:
        for n in range(1, 9):
            data.write_text("x" * n, "utf-8")
            time.sleep(0.02)

    writer = threading.Thread(target=grow)
    data.write_text("", "utf-8")
    writer.start()
    given = list(itertools.islice(changes(project, known, pause=0.2), 1))
    writer.join()
    assert given == [(str(data),)]
    assert data.read_text("utf-8") == "x" * 8

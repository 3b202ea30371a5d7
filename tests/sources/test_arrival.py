"""What arrives in raw/: half-written files are left out, whole ones read, and all who look see one plan."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from nqpf_assets.commands.common.planned import plan_lines
from nqpf_assets.definitions import build_defs
from nqpf_assets.defs.refresh import refresh
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.projects.opened import open_project
from nqpf_assets.publications.outlook import outlook_of
from nqpf_assets.publications.publish import current
from nqpf_assets.sources import collector as collecting
from nqpf_assets.sources import hashed_content as taken
from nqpf_assets.sources import unfinished_files as arriving
from nqpf_assets.sources.raw_files import RawFile
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.sources import collection
from nqpf_assets.user_input.project import Project, sql_root
from nqpf_assets.warehouse import code_hash as source_code
from tests.small_project import CARD

pytestmark = pytest.mark.slow  # each test builds a project of its own

PAGE = "分省年度数据 (1).csv"
NEW = "raw/nbs/2026-08-20"


@pytest.fixture
def small(built_small: Project, tmp_path: Path) -> Project:
    return Project.at(shutil.copytree(built_small.root, tmp_path / "small"))


def page_of(project: Project) -> Path:
    return project.raw / "nbs" / "2026-02-20" / PAGE


def add_vintage(project: Project, name: str = PAGE, end: int | None = None) -> Path:
    """A newer vintage of one page, with its card; `end` cuts it off as a copy under way is."""
    folder = project.root / NEW
    folder.mkdir(exist_ok=True)
    (folder / "card.yaml").write_text(CARD.replace("2026-02-20", "2026-08-20"), "utf-8")
    text = page_of(project).read_text("gb18030")
    path = folder / name
    path.write_bytes(re.sub(r"(\.\d\d)", r"\g<1>1", text).encode("gb18030")[:end])
    return path


def rename(project: Project) -> None:
    page = page_of(project)
    page.rename(page.with_name("renamed.csv"))


def change_card(project: Project, notes: str = "a remark") -> None:
    card = page_of(project).with_name("card.yaml")
    card.write_text(f"{CARD}notes: {notes}\n", "utf-8")


def change_study(project: Project) -> None:
    study = project.root / "studies" / "first.yaml"
    text = study.read_text("utf-8")
    assert "expression: gdp / population" in text
    study.write_text(text.replace("gdp / population", "2 * gdp / population"), "utf-8")


def change_query(project: Project) -> None:
    file = project.root.parent / "sql" / "study" / "variable_cell.sql"
    file.write_text(file.read_text("utf-8").replace("d.reason\n", "lower(d.reason) AS reason\n"))


def change_module(_: Project) -> None:
    """Done by `other_module`, which changes the hash of one module instead of the module."""


def other_module(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    hash_of = source_code._hash_of_file

    def other(path: Path) -> str:
        return "0" * 64 if path.name == "interpolation.py" else hash_of(path)

    monkeypatch.setattr(source_code, "_hash_of_file", other)
    source_code.source_of.cache_clear()
    request.addfinalizer(source_code.source_of.cache_clear)


def lose_the_publication(project: Project) -> None:
    project.database.unlink()


def nothing(_: Project) -> None:
    """As it was built."""


def half_written(project: Project) -> None:
    add_vintage(project, end=300)


CASES: list[tuple[Callable[[Project], object], str | None]] = [
    (nothing, None),
    (add_vintage, f"raw files: {NEW}/{PAGE} new"),
    (rename, "raw files: renamed raw/nbs/2026-02-20/分省年度数据 (1).csv → raw/nbs/2026-02-20/renamed.csv"),
    (change_card, "raw files: raw/nbs/2026-02-20/card.yaml changed"),
    (change_study, "study file: variables.gdp_per_capita changed"),
    (change_query, "query: first.variable_cell changed"),
    (change_module, "program: nqpf_assets/stages/interpolation.py changed"),
    (lambda project: page_of(project).unlink(), "gone"),
    (half_written, None),
    (lose_the_publication, "publish: all tables stand"),
]  # fmt: skip
IDS = [
    "nothing", "new", "renamed", "card", "study", "query", "module", "removed", "half written", "lost",
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), CASES, ids=IDS)
def test_command_and_sensor_and_schedule_come_to_the_same_plan(
    small: Project,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    change: Callable[[Project], object],
    words: str | None,
) -> None:
    shutil.copytree(sql_root(), small.root.parent / "sql")
    monkeypatch.setattr("nqpf_assets.stages.sql.sql_root", lambda: small.root.parent / "sql")
    monkeypatch.setattr(
        arriving,
        "_writers",
        lambda paths: dict.fromkeys(paths, 7) if change is half_written else {},
    )
    defs = build_defs(small)
    change(small)
    if change is change_module:
        other_module(monkeypatch, request)
    seen = outlook_of(open_project(small))
    lines = list(plan_lines(seen))
    assert seen.is_news == (words is not None)
    assert (words or "nothing to build") in "\n".join(lines)
    with dg.DagsterInstance.ephemeral() as instance:
        asked = defs.resolve_sensor_def("new_raw_files")(dg.build_sensor_context(instance))
    tick = defs.resolve_schedule_def("yearbook_look").evaluate_tick(dg.build_schedule_context())
    assert isinstance(asked, dg.SensorResult) == bool(tick.run_requests) == (words is not None)
    if isinstance(asked, dg.SensorResult):
        assert asked.cursor == seen.content
    else:
        assert isinstance(asked, dg.SkipReason)
        assert asked.skip_message == tick.skip_message
        assert (f"{NEW}/{PAGE}: a file that process 7" in asked.skip_message) == (
            change is half_written
        )


def test_a_file_under_way_is_left_out_and_taken_by_the_next_refresh(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest goes on: a changed study is built while a page arrives."""
    before = current(small)
    add_vintage(small, end=300)
    change_study(small)
    monkeypatch.setattr(arriving, "_writers", lambda paths: dict.fromkeys(paths, 7))
    done = refresh(small)
    assert [one.code for one in done.warnings].count("arriving") == 1
    assert done.publication != before
    assert "source__file" not in {one.step.name for one in done.planned}
    monkeypatch.undo()
    arriving.MOMENT = 0.0
    add_vintage(small)
    done = refresh(small)
    files = done.opened.store.scan(("source", "file")).collect()
    assert f"{NEW}/{PAGE}" in files["path"].to_list()
    assert not [one for one in done.warnings if one.code == "arriving"]
    again = refresh(small)
    assert not again.planned


def test_only_a_file_under_way_is_told_and_nothing_is_built(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_vintage(small, f"{PAGE}.crdownload")
    before = current(small)
    (small.root / NEW / "card.yaml").unlink()
    done = refresh(small)
    assert not done.planned
    assert [one.file for one in done.warnings] == [f"{NEW}/{PAGE}.crdownload"]
    assert current(small) == before


def test_a_built_file_that_is_written_over_stays_as_it_was(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its reading is kept, and so another new file can be built beside it."""
    known = page_of(small)
    rows = open_project(small).store.scan(("source", "observation")).collect()
    add_vintage(small)
    known.write_bytes(known.read_bytes()[:200])
    monkeypatch.setattr(
        arriving, "_writers", lambda paths: {path: 7 for path in paths if path == known}
    )
    done = refresh(small)
    now = done.opened.store.scan(("source", "observation")).collect()
    assert now.filter(now["vintage"] == "2026-02-20").equals(rows)
    assert now["vintage"].n_unique() == 2
    (warning,) = [one for one in done.warnings if one.code == "arriving"]
    assert warning.file.endswith(PAGE)


@pytest.mark.parametrize("lost", ["readings", "."])
def test_a_built_file_whose_reading_is_lost_stops_the_refresh(
    small: Project, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    """Rather than that it goes missing from what is published; whatever else of the cache is lost."""
    known, before = page_of(small), current(small)
    add_vintage(small)
    shutil.rmtree(small.warehouse / "cache" / lost)
    known.write_bytes(known.read_bytes()[:200])
    monkeypatch.setattr(
        arriving, "_writers", lambda paths: {path: 7 for path in paths if path == known}
    )
    with pytest.raises(InputError, match="what was read from it before is no longer kept"):
        refresh(small)
    assert current(small) == before


def test_what_changes_between_look_and_reading_is_never_built_under_the_old_hash(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time the file is opened for reading it is another one: three looks, and it is left out."""
    path = add_vintage(small)
    whole = path.read_bytes()
    read, n_read = taken.Content.read, []

    def moving(self: taken.Content) -> bytes:
        if self.file.path == path:
            n_read.append(1)
            path.write_bytes(whole + b"\r\n" * len(n_read))
        return read(self)

    monkeypatch.setattr(taken.Content, "read", moving)
    seen = RawState.of(small)
    shown = f"{NEW}/{PAGE}"
    found = collection(small, seen)
    assert len(n_read) == 3
    assert found.state is not None
    assert shown in found.state.arriving
    assert shown not in found.state.hashes
    assert shown not in found.files["path"].to_list()
    monkeypatch.undo()
    found = collection(small, seen)
    assert found.state is not None
    assert found.state.hashes[shown] != seen.hashes[shown], "looked at anew"
    assert (
        found.files.filter(found.files["path"] == shown)["sha256"].item()
        == (found.state.hashes[shown])
    )


def test_a_file_that_goes_while_it_is_read_is_gone(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = add_vintage(small)
    shown = f"{NEW}/{PAGE}"
    seen = RawState.of(small)
    path.unlink()
    found = collection(small, seen)
    assert found.state == RawState.of(small)
    assert shown not in found.state.hashes


def test_a_card_that_is_saved_while_files_are_read_is_read_again(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect, calls = collecting.collect, []

    def saving(*given: object, **named: object) -> collecting.Collection:
        found = collect(*given, **named)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) <= n_saved:
            change_card(small, f"remark {len(calls)}")
        return found

    monkeypatch.setattr(collecting, "collect", saving)
    n_saved = 1
    found = collection(small, RawState.of(small))
    assert len(calls) == 2
    assert found.state == RawState.of(small)
    assert set(found.files["notes"].str.contains("remark 1")) == {True}
    calls.clear()
    n_saved = 9
    card = page_of(small).with_name("card.yaml")
    card.write_text(CARD, "utf-8")
    with pytest.raises(InputError, match="a file that stays as it is while it is read"):
        collection(small, RawState.of(small))
    assert len(calls) == 3


def test_bytes_are_read_once_and_only_of_new_files(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_vintage(small)
    opened: list[str] = []
    read = taken.read_own

    def noted(path: Path, shown: str, **how: Any) -> tuple[bytes, Problem | None]:
        opened.append(shown)
        return read(path, shown, **how)

    monkeypatch.setattr(taken, "read_own", noted)
    collection(small, RawState.of(small))
    assert opened == [f"{NEW}/{PAGE}"]


def test_a_content_knows_whether_it_is_at_hand(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("x", "utf-8")
    content = taken.Content(RawFile("raw/x.csv", path, None), "0" * 64)
    with pytest.raises(taken.Moved):
        content.read()
    path.unlink()
    with pytest.raises(taken.Moved):
        content.read()


def test_a_copy_is_told_and_changes_no_table_of_a_study(small: Project) -> None:
    page = page_of(small)
    shutil.copy2(page, page.with_name("copy.csv"))
    (change,) = outlook_of(open_project(small)).planned[0].changes
    assert str(change) == (
        "copied raw/nbs/2026-02-20/分省年度数据 (1).csv → raw/nbs/2026-02-20/copy.csv"
    )
    done = refresh(small)
    assert {one.code for one in done.warnings} >= {"same_content"}
    assert not [one.key for one in done.made if one.is_rebuilt and one.key[0] == "first"]


def test_a_renamed_file_changes_no_table_of_a_study(small: Project) -> None:
    rename(small)
    done = refresh(small)
    assert ("source", "file") in {one.key for one in done.made if one.is_rebuilt}
    assert not [one.key for one in done.made if one.is_rebuilt and one.key[0] == "first"]

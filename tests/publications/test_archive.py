"""Every publication that is kept can be read as it was; what is not kept leaves nothing behind."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.messages.problems import InputError
from nqpf_assets.publications import archive
from nqpf_assets.publications.archive import content_path
from nqpf_assets.publications.manifest import (
    chosen,
    history_folder,
    manifest_path,
    manifests,
    numbers,
)
from nqpf_assets.publications.publish import current, record_path
from nqpf_assets.publications.recall import recalled
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import Keep
from nqpf_assets.warehouse.durable import sha256_of
from nqpf_assets.warehouse.store import Store
from tests.publications.revisions import (
    WIDE,
    add_vintage,
    published,
    published_again,
    published_twice,
    revised,
)
from tests.stages.mini import walk

pytestmark = pytest.mark.slow  # each test builds a project of its own


def rows(path: Path) -> dict[str, list[tuple]]:
    """Every table of a published file but those that speak of the publication itself."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE table_name NOT IN"
            " ('publication', 'publication_input', 'check_finding') ORDER BY ALL"
        ).fetchall()
        return {
            f"{schema}.{table}": connection.execute(f'FROM "{schema}"."{table}"').fetchall()
            for schema, table in names
        }


def test_an_earlier_publication_reads_as_it_was(tmp_path: Path) -> None:
    before = rows(published(tmp_path / "before").project.database)
    project = published_twice(tmp_path / "mini")
    assert rows(project.database) != before
    first, second = manifests(project)
    assert (first.number, second.number) == (1, 2)
    for one, expected in ((first, before), (second, rows(project.database))):
        with recalled(project, one) as path:
            assert rows(path) == expected
            with duckdb.connect(str(path), read_only=True) as connection:
                listed = connection.execute("SELECT publication FROM audit.publication").fetchall()
                comments = connection.execute(
                    "SELECT count(*) FROM duckdb_tables() WHERE comment IS NULL"
                ).fetchone()
        assert listed == [(number,) for number in range(1, one.number + 1)]
        assert comments == (0,)
    assert not list(project.warehouse.glob(".recalled*"))


def test_the_account_says_what_it_was_made_from(tmp_path: Path) -> None:
    project = published(tmp_path).project
    (account,) = manifests(project)
    assert account.inputs["raw/bureau/2019/output.csv"] == sha256_of(
        project.raw / "bureau" / "2019" / "output.csv"
    )
    assert {"studies/mini.yaml", "nqpf.yaml", "raw/bureau/2019/output.csv.card.yaml"} <= set(
        account.inputs
    )
    assert account.versions["duckdb"] == duckdb.__version__
    assert "mini__model" in account.steps


def test_contents_that_two_publications_share_are_kept_once(tmp_path: Path) -> None:
    project = published_twice(tmp_path)
    first, second = manifests(project)
    shared = [n for n, t in second.tables.items() if first.tables[n] == t]
    assert shared
    kept = list((history_folder(project) / "tables").iterdir())
    contents = {t.sha256 for one in (first, second) for t in one.tables.values()}
    assert {path.stem for path in kept} == contents
    name = "catalog.region"  # not made again; a table made again with the same rows is a file of its own
    assert name in shared
    schema, table = name.split(".")
    here = Store(project.warehouse).path((schema, table))
    assert not here.samefile(content_path(project, second.tables[name].sha256))


def test_a_content_that_an_earlier_release_linked_becomes_a_file_of_its_own(tmp_path: Path) -> None:
    project = published(tmp_path).project
    (account,) = manifests(project)
    sha256 = account.tables["catalog.region"].sha256
    kept, here = content_path(project, sha256), Store(project.warehouse).path(("catalog", "region"))
    kept.unlink()
    kept.hardlink_to(here)
    add_vintage(project, "2020", revised())
    published_again(project)
    assert not here.samefile(kept)
    assert sha256_of(kept) == sha256


def test_the_same_content_is_the_same_publication(tmp_path: Path) -> None:
    project = published(tmp_path).project
    published_again(project)
    record_path(project).unlink()
    published_again(project)
    assert numbers(project) == [1]
    add_vintage(project, "2020", revised())
    published_again(project)
    done = current(project)
    assert done is not None
    assert done.number == 2


def test_what_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    project = published_twice(tmp_path)
    (tmp_path / "nqpf.yaml").write_text(f"{WIDE}keep: {{publications: 2}}\n", "utf-8")
    add_vintage(project, "2021", revised(1.15))
    published_again(project)
    assert numbers(project) == [2, 3]
    named = {t.sha256 for one in manifests(project) for t in one.tables.values()}
    there = {path.stem for path in (history_folder(project) / "tables").iterdir()}
    assert there == named
    with recalled(project, manifests(project)[0]) as path:
        assert rows(path)


def test_recent_days_are_kept_whatever_their_number(tmp_path: Path) -> None:
    project = published_twice(tmp_path)
    day = manifests(project)[0].day
    assert archive.prune(project, Keep(publications=1, days=30), day) == []
    assert archive.prune(project, Keep(publications=1, days=30), day + dt.timedelta(30)) == [1]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Three publications, and the tables of a fourth, which is not published."""
    project = published_twice(tmp_path_factory.mktemp("three") / "mini")
    add_vintage(project, "2021", revised(1.15))
    published_again(project)
    add_vintage(project, "2022", revised(1.4))
    walk(project)
    return project


@pytest.mark.parametrize(
    ("number", "how"), [(1, "cut"), (2, "cut"), (2, "bit"), (2, "gone"), (3, "gone")]
)
def test_an_account_that_is_damaged_or_lost_stops_what_would_take_its_place(
    three: Project, tmp_path: Path, number: int, how: str
) -> None:
    project = Project.at(shutil.copytree(three.root, tmp_path / "mini"))
    first = manifests(project)[0]
    path = manifest_path(project, number)
    content = path.read_text("utf-8")
    if how == "gone":
        path.unlink()
    else:
        path.write_text(
            "{"
            if how == "cut"
            else content.replace("2019-10", "2019-11", 1)
            if "2019-10" in content
            else content.replace("a1", "a2", 1),
            "utf-8",
        )
    before = {one: one.read_bytes() for one in history_folder(project).glob("*.json")}
    published_bytes = project.database.read_bytes()
    with pytest.raises(InputError) as caught:
        published_again(project)
    (problem,) = caught.value.problems
    assert problem.file == f"warehouse/history/{number:06}.json"
    assert problem.found == ("none" if how == "gone" else "one that cannot be read")
    assert {one: one.read_bytes() for one in history_folder(project).glob("*.json")} == before
    assert project.database.read_bytes() == published_bytes
    assert all(content_path(project, t.sha256).exists() for t in first.tables.values())


def test_a_damaged_content_is_named(tmp_path: Path) -> None:
    project = published(tmp_path).project
    (account,) = manifests(project)
    path = content_path(project, account.tables["mini.panel"].sha256)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.unlink()
    path.write_bytes(content)
    with pytest.raises(InputError) as caught, recalled(project, account):
        pass
    (problem,) = caught.value.problems
    assert (problem.where, problem.found) == ("mini.panel", "another one")


def test_publications_are_named_by_number_or_day(tmp_path: Path) -> None:
    project = published(tmp_path).project
    day = manifests(project)[0].day
    assert chosen(project, "1").number == 1
    assert chosen(project, day.isoformat()).number == 1
    for name, words in (
        ("2", "kept are 1"),
        ((day - dt.timedelta(1)).isoformat(), "kept are 1"),
        ("yesterday", "a number or a day"),
    ):
        with pytest.raises(InputError, match=words):
            chosen(project, name)

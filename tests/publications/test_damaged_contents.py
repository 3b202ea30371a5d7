"""No cached content is trusted unseen: one flipped bit in a table, a reading or the archive is never
published.

Content that was written by nobody is made again; where it cannot be, it is named.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.messages.problems import CheckFailed, InputError
from nqpf_assets.publications.archive import content_path
from nqpf_assets.publications.manifest import manifest_path, manifests
from nqpf_assets.publications.stored import stored_problems
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.store import Store
from tests.publications.revisions import WIDE, add_vintage, published, revised
from tests.stages.mini import Walk, walk

pytestmark = pytest.mark.slow  # each test builds a project of its own

TABLES = [
    ("source", "observation"),
    ("mini", "panel"),
    ("catalog", "region_group"),
    ("result", "estimate"),
]


def flip(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    with path.open("r+b") as stream:
        stream.write(content)


def rot(project: Project, path: Path, bit: int) -> None:
    """Flip a bit as a disk does: neither size nor time tell of it."""
    store, key = Store(project.warehouse), (path.parent.name, path.stem)
    record = store.record(key) if path.is_relative_to(project.warehouse / "tables") else None
    flip(path, bit)
    if record is not None:
        store.write_record(key, record)  # which remembers the time of the change


def refreshed(project: Project) -> Walk:
    """What `nqpf refresh` does, without Dagster."""
    damaged = Store(project.warehouse).heal(walkable(project))
    done = walk(project)
    done.publish()
    assert not Store(project.warehouse).heal(walkable(project)), damaged
    return done


def walkable(project: Project) -> list[tuple[str, str]]:
    folder = project.warehouse / "tables"
    return [(path.parent.name, path.stem) for path in sorted(folder.rglob("*.parquet"))]


def rows(project: Project) -> dict[str, list[tuple]]:
    """All rows but those that speak of the publication itself."""
    with duckdb.connect(str(project.database), read_only=True) as connection:
        names = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE table_name NOT IN"
            " ('publication', 'publication_input', 'check_finding') ORDER BY ALL"
        ).fetchall()
        return {f"{s}.{t}": connection.execute(f'FROM "{s}"."{t}"').fetchall() for s, t in names}


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, dict[str, list[tuple]]]:
    """A publication with something left to do, and what must be published then."""
    project = published(tmp_path_factory.mktemp("a") / "mini", WIDE).project
    add_vintage(project, "2020", revised())
    other = Project.at(shutil.copytree(project.root, tmp_path_factory.mktemp("b") / "mini"))
    refreshed(other)
    return project, rows(other)


def any_bit(path: Path) -> int:
    """One of the file, the same every time; that the store sees each bit is held below."""
    return random.Random(20261126).randrange(path.stat().st_size * 8)


def hold(calm: tuple[Project, dict], tmp_path: Path, relative: Path, bit: int) -> None:
    """Flip a bit of a file of the built project and refresh: the rows are the right ones."""
    project, expected = calm
    copy = Project.at(shutil.copytree(project.root, tmp_path / "mini"))
    rot(copy, copy.root / relative, bit)
    refreshed(copy)
    assert rows(copy) == expected, (relative, bit)
    shutil.rmtree(copy.root)


@pytest.mark.parametrize("key", TABLES, ids=".".join)
def test_a_flipped_bit_of_a_table_is_not_published(
    calm: tuple[Project, dict], tmp_path: Path, key: tuple[str, str]
) -> None:
    path = Store(calm[0].warehouse).path(key)
    hold(calm, tmp_path, path.relative_to(calm[0].root), any_bit(path))


def test_a_flipped_bit_of_a_reading_is_not_published(
    calm: tuple[Project, dict], tmp_path: Path
) -> None:
    for path in sorted((calm[0].warehouse / "cache" / "readings").iterdir()):
        hold(calm, tmp_path, path.relative_to(calm[0].root), any_bit(path))


def test_a_flipped_bit_of_the_archive_is_healed_or_named(
    calm: tuple[Project, dict], tmp_path: Path
) -> None:
    project, _ = calm
    (account,) = manifests(project)
    path = content_path(project, account.tables["catalog.region"].sha256)
    copy = Project.at(shutil.copytree(project.root, tmp_path / "mini"))
    flip(copy.root / path.relative_to(project.root), 99)
    with pytest.raises(InputError, match=r"catalog\.region"):
        refreshed(copy)  # it is compared with the last publication, which nobody can read


@pytest.mark.parametrize("what", ["table", "archive", "account", "rows"])
def test_verify_names_what_is_not_what_was_written(
    calm: tuple[Project, dict], tmp_path: Path, what: str
) -> None:
    project = Project.at(shutil.copytree(calm[0].root, tmp_path / "mini"))
    assert stored_problems(project) == []
    (account,) = manifests(project)
    if what == "table":
        rot(project, Store(project.warehouse).path(("mini", "panel")), 4000)
    elif what == "archive":
        flip(content_path(project, account.tables["mini.panel"].sha256), 4000)
    elif what == "account":
        flip(manifest_path(project, 1), 4000)
    else:
        with duckdb.connect(str(project.database)) as connection:
            connection.execute("UPDATE source.observation SET value = value + 1 WHERE value > 1000")
    (problem,) = stored_problems(project)
    file, place = {
        "table": ("warehouse/tables/mini/panel.parquet", ""),
        "archive": ("publication 1", "mini.panel"),
        "account": ("warehouse/history/000001.json", ""),
        "rows": ("warehouse/nqpf.duckdb", "source.observation"),
    }[what]
    assert (problem.file, problem.where) == (file, place)


@pytest.mark.slow
@pytest.mark.parametrize("key", TABLES, ids=".".join)
def test_every_flipped_bit_of_a_table_is_seen(
    calm: tuple[Project, dict], tmp_path: Path, key: tuple[str, str]
) -> None:
    project = Project.at(shutil.copytree(calm[0].root, tmp_path / "mini"))
    store = Store(project.warehouse)
    path = store.path(key)
    for bit in range(path.stat().st_size * 8):
        flip(path, bit)
        assert not store.is_sound(key), bit
        flip(path, bit)
    assert store.is_sound(key)


def test_a_table_of_zeros_heals(calm: tuple[Project, dict], tmp_path: Path) -> None:
    project, expected = calm
    copy = Project.at(shutil.copytree(project.root, tmp_path / "mini"))
    for key in TABLES:
        path = Store(copy.warehouse).path(key)
        path.write_bytes(bytes(path.stat().st_size))
    refreshed(copy)
    assert rows(copy) == expected


def test_what_reads_a_damaged_table_stops_before_it_does(
    calm: tuple[Project, dict], tmp_path: Path
) -> None:
    """As a run from Dagster's pages does, which plans nothing: the next refresh makes the table again."""
    project, expected = calm
    copy = Project.at(shutil.copytree(project.root, tmp_path / "mini"))
    store = Store(copy.warehouse)
    rot(copy, store.path(("catalog", "region")), 999)
    with pytest.raises(CheckFailed, match="another one"):
        walk(copy).publish()
    assert store.record(("catalog", "region")) is None
    refreshed(copy)
    assert rows(copy) == expected

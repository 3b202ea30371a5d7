"""Publications in object storage: what comes there, in which order, and what becomes of it in trouble."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from nqpf_assets.publications.archive import content_path, prune
from nqpf_assets.publications.manifest import manifests, read_manifest
from nqpf_assets.publications.publish import current
from nqpf_assets.publications.storage import identity, keeping, pruning
from nqpf_assets.publications.storage.identity import identity_of
from nqpf_assets.publications.storage.keeping import keep_storage, listening
from nqpf_assets.publications.storage.layout import (
    NEWEST,
    account_key,
    manifest_key,
    parsed,
    table_key,
    written,
)
from nqpf_assets.publications.storage.ownership import NotOurs
from nqpf_assets.site.keep import keep_site
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import Keep
from nqpf_assets.warehouse import object_store, storage_words
from nqpf_assets.warehouse.object_store import ObjectStore, Patience
from nqpf_assets.warehouse.sealed_json import sealed
from tests.command import nqpf
from tests.conftest import CHECKOUT
from tests.crash.refreshes import finish, start
from tests.once import once
from tests.publications.object_storage import (
    PREFIX,
    Misbehaving,
    asked_at,
    emptied,
    misbehaving,
    moto,
    objects,
    with_storage,
)
from tests.publications.revisions import add_vintage, published_again, published_twice, revised
from tests.publications.test_archive import rows

pytestmark = pytest.mark.slow  # a server in a process of its own, and projects that are built


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with moto() as address:
        yield address


@pytest.fixture
def storage(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """An empty prefix, asked with little patience."""
    hasty = Patience(connect=1, answer=2, retries=1, first_pause=0.01)
    monkeypatch.setattr(object_store, "PATIENCE", hasty)
    with asked_at(server):
        yield emptied(server)


@pytest.fixture
def between(server: str, storage: ObjectStore) -> Iterator[Misbehaving]:
    """What is asked goes through a server that can misbehave."""
    with misbehaving(server) as proxy, asked_at(proxy.address):
        yield proxy


def _build(folder: Path) -> None:
    """A project that is published twice and names its storage, and what it is after the third time."""
    two = published_twice(folder / "two")
    with_storage(two.root)
    identity_of(two)
    three = Project.at(shutil.copytree(two.root, folder / "three"))
    add_vintage(three, "2021", revised(1.2, (2, 2016)))
    published_again(three)
    keep_site(three, current(three))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Published twice; its storage is named and has nothing yet."""
    return Project.at(shutil.copytree(once("stored", _build) / "two", tmp_path / "mini"))


@pytest.fixture
def later(project: Project, storage: ObjectStore, tmp_path: Path) -> Project:
    """The project once more, published a third time since the storage got the first two."""
    assert kept(project) == ()
    made = Project.at(shutil.copytree(once("stored", _build) / "three", tmp_path / "later"))
    shutil.copyfile(project.warehouse / "storage.json", made.warehouse / "storage.json")
    return made


def kept(project: Project) -> tuple:
    """Bring what is published to the storage, as every refresh does."""
    return keep_storage(project, current(project))


def names_only_what_is_there(store: ObjectStore) -> None:
    """Every manifest can be read, and everything that it names has the size that it says."""
    there = store.sizes()
    for key in {NEWEST, *objects(store, "publications/")} & set(there):
        content = store.read(key)
        assert content is not None
        manifest = parsed(content.data, key)
        sizes = {table.key: table.bytes for table in manifest.tables.values()}
        assert {name: there.get(name) for name in sizes} == sizes
        assert manifest.account in there


def newest(store: ObjectStore) -> int:
    content = store.read(NEWEST)
    assert content is not None
    return parsed(content.data, NEWEST).publication


def test_a_refresh_brings_what_is_published_and_then_only_what_is_new(
    project: Project, storage: ObjectStore, between: Misbehaving, tmp_path: Path
) -> None:
    seen: list[tuple[int, int, int, int]] = []
    with listening(lambda *far: seen.append(far)):
        assert kept(project) == ()
    first, second = manifests(project)
    contents = {(n, t.sha256) for one in (first, second) for n, t in one.tables.items()}
    assert len(objects(storage, "tables/")) == len(contents)
    names_only_what_is_there(storage)
    last = [far for far in seen if far[0] == far[1]]  # of each publication
    assert sum(far[0] for far in last) == len(contents) + 2
    assert all(far[2] == far[3] > 0 for far in last)
    newest_at = [path for method, path in between.asked if method == "PUT"].index(
        f"/bucket/desk/mini/{NEWEST}"
    )
    puts = [path for method, path in between.asked if method == "PUT"][:newest_at]
    assert sum("/tables/" in path for path in puts) == len(second.tables)
    between.asked.clear()
    assert kept(project) == ()
    assert {method for method, _ in between.asked} == {"GET"}
    project = Project.at(shutil.copytree(once("stored", _build) / "three", tmp_path / "three"))
    ran = nqpf("refresh", project=project.root)
    assert (ran.status, ran.err) == (0, "")
    assert f"storage: {PREFIX} has publication 3\n" in ran.out
    sent = [path for method, path in between.asked if method == "PUT" and "/tables/" in path]
    third = manifests(project)[-1]
    changed = {(n, t.sha256) for n, t in third.tables.items()} - contents
    assert len(sent) == len(changed) < len(third.tables) / 2
    assert newest(storage) == 3


@pytest.mark.parametrize("address", ["", "nonsense", "http://", "http://127.0.0.1:none"])
def test_an_address_that_is_none_is_told_and_ends_no_refresh(
    address: str, project: Project, storage: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library panics over some of them, which no `except Exception` sees."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    (problem,) = kept(project)
    assert problem.found == "AWS_ENDPOINT_URL is no address of http or https"
    monkeypatch.setattr(storage_words, "_is_address", lambda text: True)
    (problem,) = kept(project)
    assert problem.severity == "warning"


def test_a_server_that_cannot_compare_is_written_to_without(
    storage: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONDITIONAL_PUT", "disabled")
    for content in (b"1", b"2"):
        storage.replace(NEWEST, content, storage.read(NEWEST))
        found = storage.read(NEWEST)
        assert found is not None
        assert found.data == content


def test_an_object_that_changed_meanwhile_is_not_replaced(storage: ObjectStore) -> None:
    storage.replace(NEWEST, b"1", None)
    former = storage.read(NEWEST)
    storage.replace(NEWEST, b"2", former)
    for seen in (former, None):
        with pytest.raises(storage_words.Overtaken, match="by another process meanwhile"):
            storage.replace(NEWEST, b"3", seen)
    storage.replace(NEWEST, b"2", former)  # the answer to the first try was lost
    content = storage.read(NEWEST)
    assert content is not None
    assert content.data == b"2"


def test_the_whole_is_recalled_without_the_project(
    project: Project, storage: ObjectStore, tmp_path: Path
) -> None:
    assert kept(project) == ()
    own = tmp_path / "own_1.duckdb"
    assert nqpf("recall", "1", "--output", own, project=project.root).status == 0
    for number, named, expected in ((2, [], project.database), (1, ["1"], own)):
        output = tmp_path / f"{number}.duckdb"
        ran = nqpf("recall", *named, "--from", f"{PREFIX}/", "--output", output)
        assert (ran.status, ran.err) == (0, "")
        assert f"publication {number} of" in ran.out
        assert rows(output) == rows(expected)
        with duckdb.connect(str(output), read_only=True) as connection:
            listed = connection.execute("SELECT publication FROM audit.publication").fetchall()
        assert listed == [(n,) for n in range(1, number + 1)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("7", "--from", PREFIX), "no publication `7`; kept are 1 ("),
        (("2020-01-01", "--from", PREFIX), "no publication `2020-01-01`; kept are"),
        (("soon", "--from", PREFIX), "name a number or a day"),
        (("--from", f"{PREFIX}/elsewhere"), "no publication.json"),
        (("--from", "s3://other/x"), "the storage answered 404 Not Found (NoSuchBucket)"),
        (("--from", "gs://bucket/x"), "write it as s3://BUCKET/PREFIX"),
        ((), "name a publication, by number or day"),
    ],
)
def test_what_is_not_there_is_told(
    words: tuple[str, ...], told: str, project: Project, storage: ObjectStore, tmp_path: Path
) -> None:
    if words[:1] in (("7",), ("2020-01-01",), ("soon",)):
        assert kept(project) == ()
    ran = nqpf("recall", *words, "--output", tmp_path / "x.duckdb")
    assert ran.status == 2
    assert told in ran.err
    assert not (tmp_path / "x.duckdb").exists()


def test_the_page_s_example_reads_single_tables(
    project: Project, storage: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept(project) == ()
    page = (CHECKOUT / "docs" / "storage.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    found: dict[str, Any] = {}
    exec(code.replace('"s3://bucket/prefix"', repr(PREFIX)), found)
    tables = found["manifest"]["tables"]
    cells = found["cells"].collect()
    scores, estimates = (pl.from_pandas(found[name]) for name in ("scores", "estimates"))
    for name, frame in (
        ("panel.cell", cells), ("index.score", scores), ("result.estimate", estimates)
    ):  # fmt: skip
        assert (frame.height, frame.columns) == (tables[name]["rows"], [*tables[name]["columns"]])
        assert frame.height > 0


@pytest.mark.parametrize("fault", ["403", "500", "cut", "slow", "lost", "no keys", "not installed"])
def test_a_storage_that_fails_costs_no_publication_and_gets_it_later(
    fault: str, later: Project, storage: ObjectStore, between: Misbehaving,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    project = later
    is_table = "/tables/result.estimate/"
    with monkeypatch.context() as at:
        found = {
            "403": "the storage answered 403 Forbidden (Told)",
            "500": "the storage answered 500 Internal Server Error (Told)",
            "cut": "the storage did not answer",
            "slow": "the storage did not answer",
            "lost": "lists it otherwise or not at all",
            "no keys": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set",
            "not installed": "obstore, which speaks to object storage, is not installed",
        }[fault]
        if fault in ("403", "500"):
            between.before = lambda method, path: (
                int(fault) if method == "PUT" and is_table in path else None
            )
        if fault == "cut":
            between.after = lambda method, path, body: body if method == "PUT" else None
        if fault == "slow":
            between.before = lambda method, path: time.sleep(2.5)
        if fault == "lost":
            between.after = lambda method, path, body: _removed(storage, method, path, body)
        if fault == "no keys":
            at.delenv("AWS_SECRET_ACCESS_KEY")
        if fault == "not installed":
            at.setattr(storage_words, "find_spec", lambda name: None)
        ran = nqpf("refresh", project=project.root)
        assert ran.status == 0
        assert ran.err.count("warning:") == 1
        assert f"nqpf.yaml: line {_line(project)}, column 1" in ran.err
        assert f"expected: publication 3 in {PREFIX}" in ran.err
        assert found in ran.err
        assert "then `nqpf refresh` sends what is missing" in ran.err
        assert "127.0.0.1" not in ran.err
    told = nqpf("status", project=project.root).out
    assert f"storage:   {PREFIX} has publication 2\n" in told
    assert found in told
    assert "not sent: 1 publication, 3; nqpf refresh sends them" in told
    between.before, between.after = lambda method, path: None, lambda method, path, body: body
    assert newest(storage) == 2
    names_only_what_is_there(storage)
    again = nqpf("refresh", project=project.root)
    assert (again.status, again.err) == (0, "")
    assert newest(storage) == 3
    names_only_what_is_there(storage)
    assert "not sent" not in nqpf("status", project=project.root).out


def _line(project: Project) -> int:
    lines = (project.root / "nqpf.yaml").read_text("utf-8").splitlines()
    return 1 + next(n for n, line in enumerate(lines) if line.startswith("storage:"))


def _removed(storage: ObjectStore, method: str, path: str, body: bytes) -> bytes:
    """Of a storage that says that it has a table, and has it not."""
    if method == "PUT" and "/tables/result.estimate/" in path:
        with asked_at(_behind[0]):
            ObjectStore(PREFIX).remove([path.removeprefix("/bucket/desk/mini/")])
    return body


_behind: list[str] = []


@pytest.fixture(autouse=True)
def _server_behind(server: str) -> None:
    _behind[:] = [server]


def test_other_bytes_are_refused_and_nothing_is_written(
    project: Project, storage: ObjectStore, between: Misbehaving, tmp_path: Path
) -> None:
    assert kept(project) == ()
    output = tmp_path / "w.duckdb"
    for place, told in (
        ("/tables/panel.cell/", "is not what was published: another hash"),
        ("/accounts/", "is not what was published"),
        (NEWEST, "is no manifest of a publication, or not what was written"),
    ):
        between.after = lambda method, path, body, place=place: (
            body.replace(b"a", b"b") if place in path else body
        )
        ran = nqpf("recall", "--from", PREFIX, "--output", output)
        assert ran.status == 2
        assert told in ran.err
        assert not output.exists()
        assert [path.name for path in tmp_path.iterdir()] == ["mini"]


def test_what_a_later_release_has_written_is_told_as_such(
    project: Project, storage: ObjectStore, tmp_path: Path
) -> None:
    assert kept(project) == ()
    manifest = parsed(_data(storage), NEWEST)
    account = b'{"of": "another release"}'
    key = account_key(hashlib.sha256(account).hexdigest())
    storage.put(key, account)
    for other, told in (
        (replace(manifest, account=key, release="9.1"), "to do:    install nqpf-assets 9.1"),
        (replace(manifest, format=2), f"{NEWEST} was written by a later release of nqpf-assets"),
    ):
        storage.put(NEWEST, written(other))
        ran = nqpf("recall", "--from", PREFIX, "--output", tmp_path / "x.duckdb")
        assert ran.status == 2
        assert told in ran.err
    (problem,) = kept(project)
    assert "was written by a later release" in problem.found


def test_a_killed_process_leaves_the_manifest_that_was_there(
    later: Project, storage: ObjectStore, between: Misbehaving
) -> None:
    project, before = later, storage.read(NEWEST)
    running: list[subprocess.Popen[str]] = []
    puts: list[str] = []

    def kill(method: str, path: str) -> None:
        puts.extend([path] if method == "PUT" else [])
        if len(puts) == 6:
            running[0].send_signal(signal.SIGKILL)

    between.before = kill
    running.append(start(project))
    status, _, _ = finish(running[0])
    assert status == -signal.SIGKILL
    now = storage.read(NEWEST)
    assert now is not None
    assert before is not None
    assert now.data == before.data
    names_only_what_is_there(storage)
    between.before = lambda method, path: None
    between.asked.clear()
    assert kept(project) == ()
    assert newest(storage) == 3
    names_only_what_is_there(storage)
    sent = {path for method, path in between.asked if method == "PUT"}
    assert len(sent & set(puts[:4])) == 0


def test_ctrl_c_is_heard_while_the_storage_is_silent(later: Project, between: Misbehaving) -> None:
    is_asked, is_over = threading.Event(), threading.Event()

    def wait(method: str, path: str) -> None:
        if method == "PUT":
            is_asked.set()
            is_over.wait(30)

    between.before = wait
    running = start(later)
    assert is_asked.wait(60)
    running.send_signal(signal.SIGINT)
    clock = time.perf_counter()
    status, _, errors = finish(running)
    took = time.perf_counter() - clock
    is_over.set()
    assert status == 130, errors
    assert "what is published is whole" in errors
    assert took < 20


def test_another_project_another_history_and_other_files_are_not_written_over(
    project: Project, later: Project, storage: ObjectStore, tmp_path: Path
) -> None:
    twin = Project.at(shutil.copytree(project.root, tmp_path / "twin"))
    (twin.warehouse / "history" / "project.json").unlink()
    was = {key: storage.read(key) for key in storage.sizes()}
    (problem,) = kept(twin)
    assert f"{NEWEST} is that of another project" in problem.found
    # A copy of the project with its mark, which goes on by itself.
    copy = Project.at(shutil.copytree(project.root, tmp_path / "copy"))
    add_vintage(copy, "2021", revised(1.3, (1, 2015)))
    published_again(copy)
    assert kept(copy) == ()
    for one in (later, project):  # of the same number, and of one that is not here yet
        (problem,) = kept(one)
        assert "which is not of this history" in problem.found
    storage.put(NEWEST, b"<html>something else</html>")
    for one in (project, later, copy, twin):
        (problem,) = kept(one)
        assert "is no manifest of a publication" in problem.found
    assert set(was) <= objects(storage)


def test_two_projects_that_begin_at_once_cannot_both_have_a_prefix(
    project: Project, storage: ObjectStore, between: Misbehaving, tmp_path: Path
) -> None:
    twin = Project.at(shutil.copytree(project.root, tmp_path / "twin"))
    (twin.warehouse / "history" / "project.json").unlink()
    first: list[tuple] = []

    def other_first(method: str, path: str) -> None:
        if method == "PUT" and path.endswith(NEWEST) and not first:
            first.append(())
            with asked_at(between.storage):
                first.append(kept(twin))

    between.before = other_first
    (problem,) = kept(project)
    assert first[1] == ()
    assert f"{NEWEST} was written by another process meanwhile" in problem.found
    content = storage.read(NEWEST)
    assert content is not None
    mark = json.loads((twin.warehouse / "history" / "project.json").read_text("utf-8"))
    assert parsed(content.data, NEWEST).project == mark["project"]


def test_what_the_history_forgets_leaves_the_storage_and_nothing_that_is_named(
    later: Project, storage: ObjectStore
) -> None:
    project = later
    storage.put("tables/notes.txt", b"somebody's own")
    storage.put("tables/panel.cell/mine.parquet", b"somebody's own")
    assert prune(project, Keep(publications=1), dt.date(2026, 1, 1)) == [1, 2]
    assert kept(project) == ()
    assert objects(storage, "publications/") == {manifest_key(3)}
    assert len(objects(storage, "accounts/")) == 1
    last = read_manifest(project, 3)
    assert last is not None
    own = {"tables/notes.txt", "tables/panel.cell/mine.parquet"}
    assert len(objects(storage, "tables/") - own) == len(last.tables)
    assert own <= objects(storage)
    names_only_what_is_there(storage)
    assert kept(project) == ()


def test_an_object_that_was_removed_comes_again_and_damage_here_is_passed_over(
    project: Project, storage: ObjectStore
) -> None:
    assert kept(project) == ()
    lost = sorted(objects(storage, "tables/panel.cell/"))
    storage.remove(lost)
    assert kept(project) == ()
    names_only_what_is_there(storage)
    first, second = manifests(project)
    only_first = first.tables["panel.cell"].sha256
    assert only_first not in {table.sha256 for table in second.tables.values()}
    content_path(project, only_first).write_bytes(b"damaged")
    storage.remove(lost)
    (problem,) = kept(project)
    assert "publication 1 is not in the archive as it was published" in problem.found
    assert newest(storage) == 2
    names = {table.key for table in parsed(_data(storage), NEWEST).tables.values()}
    assert names <= objects(storage)


def _data(storage: ObjectStore) -> bytes:
    content = storage.read(NEWEST)
    assert content is not None
    return content.data


def test_what_somebody_made_up_is_refused_and_does_nothing(
    project: Project, storage: ObjectStore, tmp_path: Path
) -> None:
    """Whoever may write to the bucket can seal what he likes."""
    assert kept(project) == ()
    manifest = parsed(_data(storage), NEWEST)
    of = manifest.tables["panel.cell"]
    content = storage.read(manifest.account)
    assert content is not None
    account = json.loads(content.data)
    del account["seal"]
    ran_here, junk = tmp_path / "ran_here.csv", b"no Parquet"
    of_junk = hashlib.sha256(junk).hexdigest()
    storage.put(table_key("panel.cell", of_junk), junk)

    def with_table(**other: Any) -> bytes:
        return written(
            replace(manifest, tables={**manifest.tables, "panel.cell": replace(of, **other)})
        )

    def with_account(**other: Any) -> bytes:
        data = sealed(account | other).encode()
        key = account_key(hashlib.sha256(data).hexdigest())
        storage.put(key, data)
        return written(replace(manifest, account=key))

    in_archive = {"sha256": of_junk, "n_rows": 1, "description": "", "releases": {}}
    junk_table = replace(of, key=table_key("panel.cell", of_junk), sha256=of_junk, bytes=len(junk))
    junk_account = sealed(
        account | {"tables": account["tables"] | {"panel.cell": in_archive}}
    ).encode()
    junk_key = account_key(hashlib.sha256(junk_account).hexdigest())
    storage.put(junk_key, junk_account)
    no_manifest, runs = "is no manifest of a publication", f"COPY (SELECT 1) TO '{ran_here}'"
    for made_up, told in (
        (b"[" * 100_000, no_manifest),
        (with_table(key="../../elsewhere"), no_manifest),
        (with_table(bytes="5"), no_manifest),
        (with_table(bytes=-5), no_manifest),
        (with_table(bytes=10**15), "is not there with the 1,000,000,000,000,000 bytes"),
        (written(replace(manifest, publication="2")), no_manifest),  # type: ignore[arg-type]
        (written(replace(manifest, published_at="soon")), no_manifest),
        (written(replace(manifest, tables={})), "is the account of another publication"),
        (with_account(number=7), "is the account of another publication"),
        (with_account(views={"panel.v": f"SELECT 1; {runs}; SELECT 1"}), "that is no query"),
        (with_account(views={"panel.v": runs}), "that is no query"),
        (with_account(views={"panel.v": "nonsense"}), "that is no query"),
        (with_account(views={"panel.v": "FROM nowhere"}), "no file can be made of publication 2"),
        (
            written(replace(
                manifest, account=junk_key, tables={**manifest.tables, "panel.cell": junk_table}
            )),
            "no file can be made of publication 2",
        ),
    ):  # fmt: skip
        storage.put(NEWEST, made_up)
        ran = nqpf("recall", "--from", PREFIX, "--output", tmp_path / "x.duckdb")
        assert ran.status == 2, told
        assert told in ran.err
        assert {path.name for path in tmp_path.iterdir()} == {"mini"}


def test_an_object_that_memory_may_not_hold_is_not_read(
    storage: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.put(NEWEST, b"12345")
    monkeypatch.setattr(object_store, "MOST_AT_ONCE", 4)
    with pytest.raises(storage_words.StorageStopped, match="has 5 bytes, more than any"):
        storage.read(NEWEST)


def test_what_another_machine_writes_meanwhile_is_not_removed(
    project: Project, storage: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept(project) == ()
    on_its_way = table_key("panel.cell", "0" * 64)
    storage.put(on_its_way, b"of a publication whose manifest comes next")
    assert kept(project) == ()
    assert on_its_way in storage.sizes()
    storage.put(manifest_key(3), _data(storage))  # since this one looked
    with pytest.raises(NotOurs, match=r"publications/000003\.json is not of this history"):
        pruning.prune(storage, identity_of(project), manifests(project))
    assert {on_its_way, manifest_key(3)} <= objects(storage)
    storage.remove([manifest_key(3)])
    monkeypatch.setattr(pruning, "LEFTOVER", dt.timedelta(days=-1))  # two days later
    assert kept(project) == ()
    assert on_its_way not in storage.sizes()
    names_only_what_is_there(storage)


def test_a_note_that_cannot_be_kept_and_settings_written_anew_end_no_refresh(
    project: Project, storage: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as at:
        at.setattr(keeping, "write_sealed", full)
        assert kept(project) == ()
    assert newest(storage) == 2
    (project.root / "nqpf.yaml").write_text("storage: [", "utf-8")
    assert kept(project) == ()


def test_a_mark_that_the_disk_does_not_give_now_is_not_drawn_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = identity_of(Project(tmp_path))

    def broken(text: str) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as at:
        at.setattr(identity, "unsealed", broken)
        with pytest.raises(OSError, match="Input/output"):
            identity_of(Project(tmp_path))
    assert identity_of(Project(tmp_path)) == mark


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_a_key_with_a_line_break_is_told_without_it(
    name: str, project: Project, storage: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "of nobody's business\n")
    (problem,) = kept(project)
    assert problem.found.startswith(f"{name} holds a line break")
    assert "business" not in str(problem)

"""Links out of the project, pipes, sockets, devices and folders where files are expected."""

from __future__ import annotations

import json
import os
import socket
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.command import nqpf
from tests.hostile.project import CARD, PAGE, Place

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Put:
    """Something put into the project, how `nqpf check` ends, and words that it says."""

    name: str
    what: Callable[[Place], object]
    status: int
    told: tuple[str, ...]


def link(where: str, target: str) -> Callable[[Place], object]:
    """A link in the project to a file or folder outside."""

    def put(place: Place) -> None:
        (place.root / where).symlink_to(place.outside / target)
        if where.endswith("a.csv"):
            (place.new / "a.csv.card.yaml").write_text(CARD, "utf-8")
        elif "card" in where:
            (place.new / "a.csv").write_text(PAGE, "utf-8")

    return put


def pipe(where: str) -> Callable[[Place], object]:
    def put(place: Place) -> None:
        os.mkfifo(place.root / where)
        if "card" in where:
            (place.new / "a.csv").write_text(PAGE, "utf-8")

    return put


def listening(place: Place) -> None:
    here = Path.cwd()
    os.chdir(place.new)  # the name of a socket has at most a hundred characters
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind("a.csv")
    finally:
        os.chdir(here)


def device(place: Place) -> None:
    try:
        os.mknod(place.new / "a.csv", 0o600 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero
    except PermissionError:
        pytest.skip("only root makes devices")


def folder(name: str) -> Callable[[Place], object]:
    def put(place: Place) -> None:
        (place.root / name).mkdir()
        if "card" in name:
            (place.new / "a.csv").write_text(PAGE, "utf-8")

    return put


RAW = "raw/bureau/2020"
NOT_READ = ("a file inside", "which was not read", "copy the file here")
PUTS = [
    Put("raw file", link(f"{RAW}/a.csv", "page.csv"), 0, NOT_READ),
    Put("raw folder", link("raw/bureau/2021", ""), 0, NOT_READ),
    Put("link to itself", lambda p: (p.new / "a.csv").symlink_to("a.csv"), 2, ("a file that can be read",)),
    Put("link to nothing", lambda p: (p.new / "a.csv").symlink_to("nothing"), 2,
        ("a file that can be read", "No such file")),
    Put("card", link(f"{RAW}/a.csv.card.yaml", "secret.yaml"), 2, NOT_READ),
    Put("card of a folder", link(f"{RAW}/card.yaml", "secret.yaml"), 2, NOT_READ),
    Put("study", link("studies/s.yaml", "secret.yaml"), 2, NOT_READ),
    Put("series of the catalogue", link("catalog/series.yaml", "secret.yaml"), 2, NOT_READ),
    Put("regions of the catalogue", link("catalog/regions.csv", "secret.csv"), 2, NOT_READ),
    Put("groups of the catalogue", link("catalog/region_groups.csv", "secret.csv"), 2, NOT_READ),
    Put("neighbours", link("catalog/neighbours.csv", "secret.csv"), 2, NOT_READ),
    Put("settings", link("nqpf.yaml", "secret.yaml"), 2, NOT_READ),
    Put("pipe", pipe(f"{RAW}/a.csv"), 2, ("a file", "a pipe", "remove it")),
    Put("pipe for a card", pipe(f"{RAW}/a.csv.card.yaml"), 2, ("a pipe",)),
    Put("pipe for the card of a folder", pipe(f"{RAW}/card.yaml"), 2, ("a pipe",)),
    Put("pipe for a study", pipe("studies/x.yaml"), 2, ("a study file", "a pipe")),
    Put("pipe for series", pipe("catalog/series.yaml"), 2, ("a pipe",)),
    Put("pipe for coordinates", pipe("catalog/coordinates.csv"), 2, ("a pipe",)),
    Put("pipe for settings", pipe("nqpf.yaml"), 2, ("a pipe",)),
    Put("socket", listening, 2, ("a file that can be read", "No such device")),
    Put("device", device, 2, ("a file", "a device")),
    Put("folder named as a workbook", folder(f"{RAW}/x.xlsx"), 0, ()),
    Put("folder named as a card", folder(f"{RAW}/card.yaml"), 2, ("a folder", "remove it")),
    Put("folder named as a study", folder("studies/x.yaml"), 2, ("a study file", "a folder")),
]  # fmt: skip


@pytest.mark.parametrize("put", PUTS, ids=[put.name for put in PUTS])
def test_what_is_no_file_of_the_project_is_not_read(put: Put, place: Place) -> None:
    put.what(place)
    ran = place.run("check")
    said = " ".join((ran.out + ran.err).split())
    assert ran.status == put.status, said
    assert [words for words in put.told if words not in said] == []
    assert place.run("refresh", "--plan").status in (0, put.status)


def test_names_in_a_card_cannot_leave_the_folder(place: Place) -> None:
    names = ["../2019/output.csv", "/etc/passwd", "../../../../outside/page.csv", ".."]
    card = CARD + "files:\n" + "".join(f"  {name}: {{unit: 亿元}}\n" for name in names)
    (place.new / "card.yaml").write_text(card, "utf-8")
    place.put("a.csv", PAGE, card=None)
    ran = place.run("check")
    assert ran.status == 2
    for name in names:
        assert f"found:    {name}" in ran.err
    assert ran.err.count("the name of a file in this folder") == len(names)


@pytest.mark.parametrize("name", ["../../x", "/tmp/x", "x/../../y", "a b", "x;y", 'x".y', "x'--"])
def test_a_study_has_no_name_that_is_a_path_or_a_query(name: str, place: Place) -> None:
    text = (place.root / "studies/mini.yaml").read_text("utf-8")
    quoted = "'" + name.replace("'", "''") + "'"
    changed = text.replace("study: mini", f"study: {quoted}")
    (place.root / "studies/mini.yaml").write_text(changed, "utf-8")
    ran = place.run("check")
    assert ran.status == 2
    assert "a name of small letters" in ran.err
    assert place.run("new-study", name).status == 2


def test_folders_may_lie_on_another_disk(place: Place) -> None:
    """Whoever makes raw/ or warehouse/ a link has the room there; what is inside must not lead out."""
    for name in ("raw", "studies", "warehouse"):
        elsewhere = place.root.parent / f"disk-{name}"
        (place.root / name).rename(elsewhere)
        (place.root / name).symlink_to(elsewhere)
    assert place.run("check").status == 0
    assert place.run("refresh", "--plan").status == 0
    assert place.run("query", "SELECT 1").status == 0
    place.put("a.csv", PAGE)
    (place.new / "b.csv").symlink_to(place.outside / "page.csv")
    ran = place.run("check")
    assert ran.status == 0
    assert "which was not read" in ran.err


FOLDERS = [
    "国家统计局",
    "a b",
    "$(touch pwned)",
    "<script>alert(1)",
    "a'b\"c",
    "=1+1",
    "\u202ez",
    "a-b",
    "a.b",
    "x" * 200,
]


def test_a_publisher_may_have_any_name(place: Place) -> None:
    """Folders are assets in Dagster, whose names for inputs may hold letters and digits only."""
    for number, name in enumerate(FOLDERS):
        folder = place.root / "raw" / name / name
        folder.mkdir(parents=True)
        (folder / "a.csv").write_text(PAGE.replace("7269.8", str(number)), "utf-8")
        (folder / "a.csv.card.yaml").write_text(CARD, "utf-8")
    ran = nqpf("refresh", project=place.root)
    assert ran.status == 0, ran.err
    ran = place.run("query", "SELECT vintage FROM source.file", "-f", "json")
    assert {row["vintage"] for row in json.loads(ran.out)} >= set(FOLDERS)
    assert not list(place.root.rglob("pwned"))


def test_a_lock_that_is_a_link_overwrites_nothing(place: Place) -> None:
    lock = place.root / "warehouse/.lock"
    lock.unlink(missing_ok=True)
    lock.symlink_to(place.outside / "page.csv")
    place.put("a.csv", PAGE)
    ran = place.run("refresh")
    assert ran.status == 1
    assert ".lock" in ran.err


def test_a_new_study_writes_through_no_link(place: Place) -> None:
    schema = place.root / "studies/study.schema.json"
    schema.unlink(missing_ok=True)
    schema.symlink_to(place.outside / "new.json")
    place.run("new-study", "second")
    assert not (place.outside / "new.json").exists()

"""A replication package: built again from itself alone, nothing given away, nothing overwritten."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import duckdb
import polars as pl
import pytest

from nqpf_assets.figures import FigureRequest, drawing
from nqpf_assets.messages.problems import InputError
from nqpf_assets.replication.package import figure_files
from nqpf_assets.replication.package.data_package import FILE, MARK
from nqpf_assets.replication.package.licence import passing_on
from nqpf_assets.replication.package.target import put, require_target, write_checksums
from nqpf_assets.replication.r.run import is_there
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import sha256_of
from tests.command import nqpf
from tests.stages.mini import CARD_OF_OUTPUT, CARD_OF_PEOPLE, walk, write_mini

PEOPLE = "raw/survey/2019/people.csv"
SOLD = "licence: 仅供课题组内部使用，不得转发\nurl: https://survey.example/people\n"
OPEN = "licence: CC-BY-4.0\ncitation: Bureau (2019). Output.\n"


@pytest.mark.slow
def test_a_package_gives_the_published_numbers_from_itself_alone(tmp_path: Path) -> None:
    cards = {
        f"{PEOPLE}.card.yaml": CARD_OF_PEOPLE + SOLD,
        "raw/bureau/2019/output.csv.card.yaml": CARD_OF_OUTPUT + OPEN,
    }
    project = write_mini(tmp_path / "project", files=cards)
    walk(project).publish()
    package = tmp_path / "package"
    ran = nqpf("package", "mini", "-o", package, "--author", "Li, Mei", project=project.root)
    assert ran.status == 0, ran.err
    assert "left out: 1 file of Survey, 2019: 仅供课题组内部使用" in ran.out
    assert "SYNTHETIC DATA" in ran.out
    assert not (package / PEOPLE).exists()
    assert not list((project.warehouse).glob(".package*"))
    _described(package, project)
    wanted = nqpf("verify", project=package)
    assert (wanted.status, PEOPLE in wanted.err) == (2, True)

    fresh = tmp_path / "elsewhere" / "fresh"
    shutil.copytree(package, fresh)
    shutil.copy(project.root / PEOPLE, fresh / PEOPLE)  # as its README asks
    for command in ("refresh", "verify"):
        ran = nqpf(command, project=fresh)
        assert ran.status == 0, ran.out + ran.err
    assert "the lock holds" in ran.out
    for table in ("table_1", "estimate", "panel", "index_score"):
        query = f"FROM mini.{table} ORDER BY ALL"
        theirs, ours = (
            nqpf("query", query, "--format", "csv", "--exact", project=root).out
            for root in (fresh, project.root)
        )
        assert theirs == ours != ""
    if is_there():
        ran = nqpf("crosscheck", "mini", project=fresh)
        assert (ran.status, "0 missing, 0 left out; standard errors" in ran.out) == (0, True)
    ran = nqpf("package", "mini", "-o", package, project=project.root)
    assert (ran.status, "--overwrite" in ran.err) == (2, True)


def _described(package: Path, project: Project) -> None:
    """README, list of files, codebook and metadata say what is there."""
    text = (package / "README.md").read_text("utf-8")
    hashed = sha256_of(project.root / PEOPLE)
    for words in (
        "Li, Mei",
        "SYNTHETIC DATA",
        "仅供课题组内部使用，不得转发",
        "https://survey.example/people",
        f"`{PEOPLE}` {hashed}",
        "[x] Some data **cannot be made** publicly available",
        "Bureau (2019). Output.",
        "mini.table_1: Output and people",
        "`r/tables.R`",
        "`stata/tables.do` (not run)",
        "## List of tables and programs",
        "`nqpf plot mini.",
    ):
        assert words in text, words
    drawn = sorted(path.name for path in (package / "figures").iterdir())
    assert len(drawn) == text.count("`figures/") > 2
    for name in drawn:
        picture = (package / "figures" / name).read_text("utf-8")
        assert "synthetic" in picture.lower(), name
        assert f"`nqpf plot mini.{name.removesuffix('.svg')}`" in text
    described = json.loads((package / FILE).read_text("utf-8"))
    assert described[MARK]["synthetic"] is True
    names = [one["name"] for one in described["resources"]]
    assert len(names) == len(set(names))
    for one in described["resources"]:
        path = package / one["path"]
        assert one["hash"] == f"sha256:{sha256_of(path)}"
        if one["type"] == "table":
            header = path.read_text("utf-8").splitlines()[0].split(",")
            assert header == [field["name"] for field in one["schema"]["fields"]]
            assert all(field["description"] for field in one["schema"]["fields"])
    listed = {line.partition("  ")[2] for line in _lines(package / "checksums.txt")}
    there = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    assert listed == there - {"checksums.txt"}
    panel = pl.read_csv(package / "data" / "panel.csv")
    assert panel.columns == pl.read_csv(package / "data" / "codebook.csv")["variable"].to_list()
    assert panel.shape == pl.read_parquet(package / "data" / "panel.parquet").shape
    for name in ("datacite.json", "zenodo.json", "dataverse.json", "schema.org.jsonld"):
        metadata = (package / "metadata" / name).read_text("utf-8")
        assert json.loads(metadata)
        assert "SYNTHETIC DATA" in metadata
        assert "Li, Mei" in metadata
        assert "仅供课题组内部使用，不得转发" in metadata


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def test_a_figure_that_cannot_be_drawn_is_listed_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = FigureRequest("mini", "table_1", "effects", True, "Effects", "mini.table_1", "n", False)
    monkeypatch.setattr(figure_files, "available", lambda *_: [asked])
    monkeypatch.setattr(drawing, "find_spec", lambda _: None)
    with duckdb.connect() as nothing:
        (one,) = figure_files.write_figures(nothing, "mini", tmp_path)
    assert (one.name, one.file) == ("mini.table_1.effects", "")
    assert "nqpf-assets[figures]" in one.why_not
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("said", "licence", "passing"),
    [
        (None, "CC0-1.0; made up by a program, no publisher's data", "allowed"),
        (None, "CC BY-NC-ND 4.0", "allowed"),
        (None, "政府统计数据，注明来源后可用", "allowed"),
        (None, "Public domain", "allowed"),
        (None, "Public domain, without restrictions", "allowed"),
        (None, "CC-BY for the page; the data may not be redistributed", "forbidden"),
        (None, "You may not, without consent, share it", "forbidden"),
        (None, None, "not said"),
        (None, "see the web site", "not said"),
        (None, "仅供学术研究使用", "forbidden"),
        (None, "未经许可不得转载", "forbidden"),
        (None, "版权所有", "forbidden"),
        (None, "For research use only", "forbidden"),
        (None, "may not be redistributed", "forbidden"),
        (None, "Must not be passed on to third parties", "forbidden"),
        (None, "No redistribution", "forbidden"),
        (None, "EPS subscription", "forbidden"),
        (None, "All Rights Reserved", "forbidden"),
        (None, "available on request", "forbidden"),
        (None, "confidential", "forbidden"),
        (True, "All rights reserved", "allowed"),
        (False, "CC0-1.0", "forbidden"),
    ],
)
def test_whether_a_file_goes_along(said: bool | None, licence: str | None, passing: str) -> None:
    assert passing_on(said, licence) == passing


def _fill(folder: Path, text: str = "content") -> None:
    (folder / "raw").mkdir()
    (folder / "raw" / "file.csv").write_text(text, "utf-8")
    (folder / FILE).write_text(json.dumps({MARK: {}}), "utf-8")
    write_checksums(folder)


@pytest.mark.parametrize("name", ["package", "package.zip"])
def test_a_crash_leaves_what_was_there(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    put(target, _fill)
    before = sorted(tmp_path.rglob("*"))

    def stop(folder: Path) -> None:
        _fill(folder, "other")
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        put(target, stop)
    assert sorted(tmp_path.rglob("*")) == before
    require_target(target, may_replace=True)


def test_only_a_package_as_it_was_made_is_replaced(tmp_path: Path) -> None:
    package, other, file = tmp_path / "package", tmp_path / "other", tmp_path / "package.zip"
    put(package, _fill)
    with pytest.raises(InputError, match="--overwrite"):
        require_target(package, may_replace=False)
    require_target(package, may_replace=True)
    (package / "warehouse").mkdir()
    (package / "warehouse" / "nqpf.duckdb").write_text("built from it", "utf-8")
    require_target(package, may_replace=True)
    (package / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(InputError, match=r"an added file: notes\.txt"):
        require_target(package, may_replace=True)
    (package / "notes.txt").unlink()
    (package / "raw" / "file.csv").write_text("edited", "utf-8")
    with pytest.raises(InputError, match=r"a changed file: raw/file\.csv"):
        require_target(package, may_replace=True)
    other.mkdir()
    require_target(other, may_replace=False)
    (other / "thesis.tex").write_text("mine", "utf-8")
    file.write_text("mine", "utf-8")
    for place in (other, file, other / "thesis.tex"):
        with pytest.raises(InputError):
            require_target(place, may_replace=True)


def test_the_same_content_gives_the_same_zip(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        put(tmp_path / name / "package.zip", _fill)
    one, two = (tmp_path / name / "package.zip" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert "package/raw/file.csv" in archive.namelist()


def test_bad_input_is_one_message(tmp_path: Path) -> None:
    ran = nqpf("package", "mini", "-o", tmp_path / "package", project=tmp_path)
    assert (ran.status, "run `nqpf refresh` first" in ran.err) == (2, True)
    ran = nqpf("package", "mini", "-o", tmp_path / "raw" / "package", project=tmp_path)
    assert (ran.status, "a place in raw/" in ran.err) == (2, True)
    assert not list(tmp_path.iterdir())

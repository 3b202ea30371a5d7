"""Room of the engine: what the environment allows is set, and what is more than that is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.messages.problems import InputError
from nqpf_assets.warehouse.duckdb_engine import engine_error, in_memory
from nqpf_assets.warehouse.room import told_of_lack

SORTED = "SELECT max(hash(h)) > 0 FROM (SELECT hash(i) AS h FROM range(2000000) AS t(i) ORDER BY h)"
"""Some 30 MB, which can be put aside."""
LISTED = "SELECT len(list(i)) FROM range(4000000) AS t(i)"
"""The same in one cell, which cannot."""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for temporary files, and another one as the current folder."""
    for name in ("beside", "here"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "beside"))
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("NQPF_THREADS", "1")
    return tmp_path / "beside"


def test_limits_are_those_of_the_environment(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NQPF_MEMORY", " 512MiB ")
    monkeypatch.setenv("NQPF_DISK", "2 gib")
    with in_memory() as connection:
        settings = ("memory_limit", "max_temp_directory_size", "temp_directory")
        asked = ", ".join(f"current_setting('{name}')" for name in settings)
        memory, disk, folder = connection.execute(f"SELECT {asked}").fetchall()[0]
    assert (memory, disk) == ("512.0 MiB", "2.0 GiB")
    assert Path(folder).parent == temporary


@pytest.mark.parametrize("variable", ["NQPF_MEMORY", "NQPF_DISK"])
@pytest.mark.parametrize("size", ["much", "10", "-1GB", "0GB", "80%", "1MB", "4GB; x", "４GB"])
def test_what_is_no_size_is_refused(
    variable: str, size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB itself takes `-1GB` and `80%` for no limit at all."""
    monkeypatch.setenv(variable, size)
    with pytest.raises(InputError) as refused:
        in_memory()
    (problem,) = refused.value.problems
    assert (problem.where, problem.found) == (variable, repr(size))


def test_what_memory_cannot_hold_goes_to_the_temporary_folder_and_is_taken_away(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NQPF_MEMORY", "20MB")
    with in_memory() as connection:
        assert connection.execute(SORTED).fetchall() == [(True,)]
        assert [one.name[:5] for one in temporary.iterdir()] == ["nqpf-"]
    assert not list(temporary.iterdir())
    assert not list(Path.cwd().iterdir())


def test_what_finds_no_room_is_told_with_its_limits(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NQPF_MEMORY", "20MB")
    monkeypatch.setenv("NQPF_DISK", "16MB")
    with in_memory() as connection, pytest.raises(engine_error()) as raised:
        connection.execute(LISTED).fetchall()
    told = told_of_lack(raised.value)
    assert told is not None
    (problem,) = told.problems
    assert "NQPF_MEMORY is 20MB and NQPF_DISK is 16MB" in problem.expected
    assert "NQPF_MEMORY" in problem.remedy
    assert "\n" not in problem.found
    assert told_of_lack(ValueError("Out of Memory Error")) is None

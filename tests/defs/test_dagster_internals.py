"""What is used of Dagster's inside is there; where a release moved it, the words say what."""

from __future__ import annotations

import inspect
from importlib import import_module, metadata
from pathlib import Path

import pytest
import yaml

from nqpf_assets.defs import dagster_internals
from nqpf_assets.defs.dagster_internals import MEMBERS, PLACES
from nqpf_assets.defs.home import dagster_home
from nqpf_assets.defs.pages import guarded_command
from nqpf_assets.user_input.project import Project


@pytest.mark.parametrize("name", PLACES)
def test_every_name_is_in_this_release(name: str) -> None:
    assert getattr(dagster_internals, name) is not None


def test_what_is_replaced_is_called_by_dagster() -> None:
    """A replacement is in vain where Dagster's own code no longer goes through it."""
    storage = dagster_internals.ConsolidatedSqliteEventLogStorage
    for caller in (storage.run_connection, storage.index_connection):
        assert "self._connect()" in inspect.getsource(caller)
    dev = inspect.getsource(dagster_internals.dev)
    for name in MEMBERS["dev"][:3]:
        assert dev.count(name) > 1, f"{name} is defined or imported, and not used"
    assert '"dagster_webserver"' in dev


@pytest.mark.parametrize(
    ("name", "member"), [(name, one) for name, of in MEMBERS.items() for one in of]
)
def test_what_moved_is_named(name: str, member: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Moved:
        pass

    for one in MEMBERS[name]:
        if one != member:
            setattr(Moved, one, None)
    monkeypatch.setattr(import_module(PLACES[name]), name, Moved)
    words = (
        f"Dagster {metadata.version('dagster')} has no {member} in {PLACES[name]}.{name}; install"
    )
    with pytest.raises(ImportError, match=words):
        getattr(dagster_internals, name)


@pytest.mark.parametrize("name", PLACES)
def test_a_name_that_is_gone_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PLACES, name, "dagster._elsewhere")
    with pytest.raises(ImportError, match=rf"has no dagster\._elsewhere\.{name}; install"):
        getattr(dagster_internals, name)


def test_settings_of_the_home_name_what_is_there(tmp_path: Path) -> None:
    settings = yaml.safe_load((dagster_home(Project(tmp_path)) / "dagster.yaml").read_text("utf-8"))
    named = [one for one in settings.values() if "module" in one]
    assert len(named) == 3
    for one in named:
        assert hasattr(import_module(one["module"]), one["class"])


def test_a_server_is_never_started_without_its_guard() -> None:
    ours = guarded_command(["python", "-m", "dagster_webserver", "--port", "1"])
    assert ours == ["python", "-m", "nqpf_assets.defs.pages", "--port", "1"]
    daemon = ["python", "-m", "dagster._daemon", "run"]
    assert guarded_command(daemon) == daemon
    with pytest.raises(RuntimeError, match="no guard"):
        guarded_command(["dagster-webserver", "--port", "1"])
    with pytest.raises(RuntimeError, match="no guard"):
        guarded_command(["python", "-Im", "dagster_webserver"])

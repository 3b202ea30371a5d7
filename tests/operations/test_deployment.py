"""Container, compose file and units name what is there: commands, options, variables, extras."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from nqpf_assets.defs.home import in_postgres
from tests.command import nqpf

CHECKOUT = Path(__file__).parents[2]
DEPLOY = CHECKOUT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("nqpf-*"))


def _compose() -> dict[str, dict[str, object]]:
    services = yaml.safe_load((DEPLOY / "container/compose.yaml").read_text("utf-8"))["services"]
    return dict(services)


def _words() -> list[list[str]]:
    """Every call of our command in the compose file and in the units."""
    found = []
    for service in _compose().values():
        if service.get("image") == "nqpf-assets":
            test = service["healthcheck"]["test"]  # type: ignore[index]
            found += [list(service["command"]), test[2:]]  # type: ignore[call-overload]
    for unit in UNITS:
        lines = re.findall(r"^ExecStart\w*=.*?/opt/nqpf/bin/nqpf (.*)$", unit.read_text(), re.M)
        found += [shlex.split(line.rstrip("'")) for line in lines]
    return found


def test_every_call_is_one_that_the_command_knows() -> None:
    calls = _words()
    assert len(calls) >= 9
    for words in calls:
        helped = nqpf(words[0], "--help")
        assert helped.status == 0, words
        options = [word for word in words if word.startswith("--")]
        assert all(option in helped.out for option in options), words


def test_services_are_closed_as_the_page_says() -> None:
    for name, service in _compose().items():
        ports = service.get("ports", [])
        assert all(str(port).startswith("127.0.0.1:") for port in ports), name  # type: ignore[attr-defined]
        assert "healthcheck" in service, name
        if service.get("image") == "nqpf-assets":
            assert service["read_only"] is True
            assert service["cap_drop"] == ["ALL"]
    assert "USER nqpf" in (DEPLOY / "container/Containerfile").read_text("utf-8")


def test_the_image_installs_extras_that_exist() -> None:
    text = (DEPLOY / "container/Containerfile").read_text("utf-8")
    asked = re.search(r"/checkout\[([a-z,]+)\]", text)
    assert asked is not None
    extras = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    assert set(asked[1].split(",")) <= set(extras)


def test_variables_of_the_compose_file_stand_in_the_example() -> None:
    text = (DEPLOY / "container/compose.yaml").read_text("utf-8")
    asked = set(re.findall(r"\$\{(\w+)", text))
    shown = set(re.findall(r"^(\w+)=", (DEPLOY / "container/env.example").read_text(), re.M))
    assert asked == shown


def test_the_history_in_a_database_is_valid_yaml() -> None:
    settings = yaml.safe_load(in_postgres("NQPF_HISTORY"))
    assert settings["telemetry"] == {"enabled": False}
    for storage in ("run_storage", "event_log_storage", "schedule_storage"):
        assert settings[storage]["config"] == {"postgres_url": {"env": "NQPF_HISTORY"}}


@pytest.mark.slow
def test_systemd_reads_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/nqpf/bin/nqpf", "/bin/true")
        (tmp_path / unit.name).write_text(text, "utf-8")
    read = subprocess.run(
        ["systemd-analyze", "verify", *sorted(map(str, tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (read.returncode, read.stderr) == (0, "")

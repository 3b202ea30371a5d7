"""The four services of the compose file at once, as plain processes: history, pages, daemon, site."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from nqpf_assets.user_input.project import Project
from tests.operations.test_deployment import DEPLOY
from tests.serving import PATIENCE, end, free_port
from tests.stages.mini import write_mini

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not POSTGRES, reason="PostgreSQL is not installed"),
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]
RUNS = "{runsOrError {... on Runs {results {status jobName}}}}"
WELL = "{instance {daemonHealth {allDaemonStatuses {daemonType healthy}}}}"


@dataclass(frozen=True)
class Running:
    """What the services are asked by."""

    project: Project
    environment: dict[str, str]
    web: int
    site: int

    def nqpf(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "nqpf_assets.cli", *words, "--project", str(self.project.root)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.site}{path}", timeout=10) as got:
                return int(got.status)
        except urllib.error.HTTPError as refused:
            return refused.code

    def told(self, query: str) -> str:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.web}/graphql",
            json.dumps({"query": query}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE) as got:
            return str(got.read().decode())


@contextlib.contextmanager
def _process(log: Path, command: list[str], **more: object) -> Iterator[None]:
    with log.open("w") as stream:
        process = subprocess.Popen(
            command, stdout=stream, stderr=stream, start_new_session=True, **more
        )  # type: ignore[call-overload]
    try:
        yield
        assert process.poll() is None, log.read_text("utf-8")
    finally:
        end(process)


def _until(true: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 2 * PATIENCE
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.3)


def _as_database(*command: str) -> list[str]:
    """A command of PostgreSQL's, which root may not run."""
    if os.geteuid():
        return [str(POSTGRES[-1] / command[0]), *command[1:]]
    who = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    return [*who, str(POSTGRES[-1] / command[0]), *command[1:]]


def _call(*command: str) -> str:
    done = subprocess.run(
        _as_database(*command), check=False, capture_output=True, text=True, cwd="/"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty database, in a folder of its own: others may not look into pytest's."""
    base = Path(f"/tmp/nqpf-history-{os.getpid()}")
    base.mkdir(mode=0o700)
    if not os.geteuid():
        shutil.chown(base, "postgres")
    port = str(free_port())
    try:
        _call("initdb", "-D", f"{base}/data", "-U", "nqpf", "--auth=trust", "--no-sync")
        command = ["postgres", "-D", f"{base}/data", "-k", str(base), "-p", port]
        with _process(
            tmp_path_factory.mktemp("log") / "log", _as_database(*command, "-F"), cwd="/"
        ):
            ready = _as_database("pg_isready", "-q", "-h", "127.0.0.1", "-p", port)
            _until(lambda: subprocess.run(ready, check=False).returncode == 0, "no database")
            address = f"postgresql://nqpf@127.0.0.1:{port}"
            _call("createdb", f"--maintenance-db={address}/postgres", "nqpf")
            yield f"{address}/nqpf"
    finally:
        shutil.rmtree(base)


@pytest.fixture
def running(tmp_path: Path, database: str) -> Iterator[Running]:
    """All four, as the compose file starts them; ports apart, of which this machine may have others open."""
    pytest.importorskip("dagster_postgres")
    services = yaml.safe_load((DEPLOY / "container/compose.yaml").read_text("utf-8"))["services"]
    project = write_mini(tmp_path / "panel")
    (project.root / "nqpf.yaml").write_text("history: NQPF_HISTORY\n", "utf-8")
    project.warehouse.mkdir(exist_ok=True)
    environment = os.environ | {"NQPF_HISTORY": database, "DAGSTER_DISABLE_TELEMETRY": "yes"}
    web, site = free_port(), free_port()
    command = [sys.executable, "-m", "nqpf_assets.cli"]
    at = ["--project", str(project.root)]
    words = {name: [str(one) for one in services[name]["command"]] for name in ("web", "daemon")}
    words["web"] = [*words["web"][:-1], "localhost", "--port", str(web)]
    with contextlib.ExitStack() as stack:
        for name, said in words.items():
            stack.enter_context(
                _process(tmp_path / f"{name}.log", [*command, *said, *at], env=environment)
            )
        settings = _settings_of_nginx(tmp_path, project, site)
        stack.enter_context(
            _process(
                tmp_path / "site.log",
                [str(NGINX), "-p", str(tmp_path), "-c", str(settings), "-e", "stderr"],
            )
        )
        yield Running(project, environment, web, site)


def _settings_of_nginx(folder: Path, project: Project, port: int) -> Path:
    """The site's settings as they stand, but for place and port, in what the image has around them."""
    site = (DEPLOY / "container/site.conf").read_text("utf-8")
    assert "listen 8080;" in site
    site = site.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    (folder / "site.conf").write_text(
        site.replace("/warehouse/site", f"{project.warehouse}/site"), "utf-8"
    )
    paths = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    lines = [f"{name}_temp_path {folder}/{name};" for name in paths]
    who = "" if os.geteuid() else "user root;"
    text = f"{who} daemon off; pid {folder}/pid; events {{}}\n"
    text += "http { access_log off; " + " ".join(lines) + " include site.conf; }"
    (folder / "nginx.conf").write_text(text, "utf-8")
    return folder / "nginx.conf"


def test_all_four_serve_one_publication(running: Running, database: str) -> None:
    _until(lambda: running.nqpf("serve", "web", "--check", "--port", str(running.web)).returncode == 0,
           "no pages")  # fmt: skip
    assert running.status("/health") == 204, "the server is well before there are pages"
    assert running.status("/") == 404

    done = running.nqpf("refresh")
    assert done.returncode == 0, done.stderr
    assert running.status("/") == 200
    assert running.status("/mini/tables/table_1.html") == 200
    assert running.status("/%2e%2e/nqpf.duckdb") == 400, "nothing of the warehouse but the site"

    assert json.loads(running.told(RUNS))["data"]["runsOrError"]["results"] == [
        {"status": "SUCCESS", "jobName": "refresh"}
    ]
    _until(lambda: running.nqpf("serve", "daemon", "--check").returncode == 0, "no daemon")
    daemons = json.loads(running.told(WELL))["data"]["instance"]["daemonHealth"]
    assert all(one["healthy"] for one in daemons["allDaemonStatuses"])
    assert not list((running.project.root / ".dagster").rglob("*.db")), "no history in files"

    counted = ["--no-align", "--tuples-only", "--command", "SELECT count(*) FROM event_logs"]
    again = f"{database.removesuffix('nqpf')}again"
    dump = f"/tmp/nqpf-history-{os.getpid()}/history.dump"
    _call("pg_dump", "--format", "custom", "--file", dump, database)
    _call("createdb", f"--maintenance-db={database}", "again")
    _call("pg_restore", "--dbname", again, dump)
    assert int(_call("psql", database, *counted)) > 50
    assert _call("psql", again, *counted) == _call("psql", database, *counted)

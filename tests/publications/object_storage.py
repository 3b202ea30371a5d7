"""Object storage for tests: moto's server in a process of its own, and a server that does not behave."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import mock

import requests

from nqpf_assets.warehouse.object_store import ObjectStore

KEYS = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_REGION": "us-east-1",
}
PREFIX = "s3://bucket/desk/mini"


@contextlib.contextmanager
def moto() -> Iterator[str]:
    """A server that speaks S3 and forgets everything at its end; its address."""
    command = [sys.executable, "-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        try:
            found = None
            while found is None and (line := server.stderr.readline()):
                found = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert found is not None, "moto did not start"
            # Its log would fill the pipe.
            threading.Thread(target=server.stderr.read, daemon=True).start()
            yield found[0]
        finally:
            server.terminate()


@contextlib.contextmanager
def asked_at(address: str) -> Iterator[None]:
    """The environment of somebody who uses the storage at an address."""
    with mock.patch.dict(os.environ, KEYS | {"AWS_ENDPOINT_URL": address}):
        yield


def emptied(address: str) -> ObjectStore:
    """The prefix of a bucket in which nothing is."""
    requests.post(f"{address}/moto-api/reset", timeout=20)
    requests.put(f"{address}/bucket", timeout=20)
    return ObjectStore(PREFIX)


class Misbehaving(ThreadingHTTPServer):
    """Between a client and a storage: hands everything on, unless it is told otherwise.

    Attributes:
        storage: address of the server behind it.
        asked: method and path of every request.
        before: called with method and path; the status that is answered instead of asking the storage.
        after: called with method, path and the answer of the storage; gives the answer, or None for one that
            is cut off in its middle.
    """

    daemon_threads = True

    def __init__(self, storage: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.storage = storage
        self.asked: list[tuple[str, str]] = []
        self.before: Callable[[str, str], int | None] = lambda method, path: None
        self.after: Callable[[str, str, bytes], bytes | None] = lambda method, path, body: body

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no failure of the test."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Misbehaving

    def log_message(self, *_: object) -> None:
        """Silent."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server, method, path = self.server, self.command, self.path
        server.asked.append((method, path))
        refused = server.before(method, path)
        if refused is not None:
            self._say(refused, {}, b"<Error><Code>Told</Code></Error>")
            return
        kept = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
        behind = server.storage.removeprefix("http://")
        got = requests.request(
            method, f"http://{behind}{path}", data=body, headers=kept | {"Host": behind}, timeout=20
        )
        answer = server.after(method, path, got.content)
        names = ("ETag", "Last-Modified", "Content-Range", "Content-Type")
        headers = {name: got.headers[name] for name in names if name in got.headers}
        if answer is None:  # more was promised than comes
            self._say(
                got.status_code, headers, got.content[: len(got.content) // 2], len(got.content)
            )
            self.close_connection = True
            return
        n_bytes = int(got.headers["Content-Length"]) if method == "HEAD" else len(answer)
        self._say(got.status_code, headers, answer, n_bytes)

    def _say(self, status: int, headers: dict[str, str], body: bytes, n_bytes: int = -1) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(n_bytes if n_bytes >= 0 else len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _answer  # noqa: N815 — names of the library's


@contextlib.contextmanager
def misbehaving(storage: str) -> Iterator[Misbehaving]:
    """Such a server before a storage, while this is open."""
    with Misbehaving(storage) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def objects(store: ObjectStore, below: str = "") -> set[str]:
    return {key for key in store.sizes() if key.startswith(below)}


def with_storage(root: Path, address: str = PREFIX) -> None:
    """Name the storage in a project's `nqpf.yaml`."""
    path = root / "nqpf.yaml"
    before = path.read_text("utf-8") if path.exists() else ""
    path.write_text(f"{before}storage: {address}\n", "utf-8")

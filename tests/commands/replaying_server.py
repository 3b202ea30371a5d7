"""A server on this machine that replays answers and misbehaves on demand: silent, cut off, busy, slow."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


@dataclass
class Place:
    """What stands at a path, and how it is given.

    Attributes:
        content: the bytes; or of a POST what is answered to its fields or JSON.
        misbehaves: each request takes one: a status, an address to go to, `cut`, `silent`, `drips` (a byte at
            a time), `folded` (unasked), `short` (less of the rest than there is); then all is well.
        etag: whether the content is marked by its hash.
        asks_to_wait: what a busy server says of it.
    """

    content: bytes | Callable[[Any], bytes]
    misbehaves: list[int | str] = field(default_factory=list)
    etag: bool = True
    asks_to_wait: str = ""


@dataclass
class Server:
    """Places by path, and every request that came."""

    address: str
    places: dict[str, Place] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)


@contextmanager
def replaying() -> Iterator[Server]:
    """Start it on a free port; it stops with the block."""
    http = _Http(("127.0.0.1", 0), _Handler)
    http.daemon_threads = True
    server = Server(f"http://127.0.0.1:{http.server_port}")
    http.known = server  # type: ignore[attr-defined]
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


class _Http(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A guest that closes its connection is no error."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        is_json = "json" in self.headers["Content-Type"]
        self._answer(json.loads(text) if is_json else {k: v[0] for k, v in parse_qs(text).items()})

    def _answer(self, body: Any) -> None:
        server: Server = self.server.known  # type: ignore[attr-defined]
        server.connections.add(self.client_address)
        server.asked.append((self.command, self.path, dict(self.headers), body))
        place = server.places.get(self.path)
        if place is None:
            return self._send(404, b"no such page")
        wrong = place.misbehaves.pop(0) if place.misbehaves else None
        if isinstance(wrong, int):
            wait = {"Retry-After": place.asks_to_wait} if place.asks_to_wait else {}
            return self._send(wrong, b"<html>busy</html>", wait)
        if wrong and ":" in wrong:
            return self._send(302, b"", {"Location": wrong})
        if wrong == "silent":
            threading.Event().wait(1.5)
            self.close_connection = True
            return None
        content = place.content(body) if callable(place.content) else place.content
        marks = {"ETag": f'"{hashlib.sha256(content).hexdigest()[:12]}"'} if place.etag else {}
        mark = marks.get("ETag")
        if mark and self.headers.get("If-None-Match") == mark:
            return self._send(304, b"", marks)
        wanted = self.headers.get("Range", "")
        if mark and wanted and self.headers.get("If-Range") == mark:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            end = start + 30 if wrong == "short" else len(content)
            marks["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
            return self._send(206, content[start:end], marks, drips=wrong == "drips")
        if wrong == "folded":
            content = gzip.compress(content)
            marks["Content-Encoding"] = "gzip"
        return self._send(200, content, marks, cut=wrong == "cut", drips=wrong == "drips")

    def _send(
        self,
        status: int,
        content: bytes,
        headers: dict[str, str] | None = None,
        *,
        cut: bool = False,
        drips: bool = False,
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        for byte in content if drips else ():
            self.wfile.write(bytes([byte]))
            threading.Event().wait(0.05)
        if drips:
            return
        self.wfile.write(content[: len(content) // 2] if cut else content)
        if cut:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

"""Servers that keep what they are sent: one of HTTP, and as much of one of SMTP as a client needs."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any


@dataclass
class Kept:
    """Where a server listens, and what it was sent."""

    port: int
    requests: list[dict[str, Any]] = field(default_factory=list)
    mails: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


@contextlib.contextmanager
def http_server(status: int = 204) -> Iterator[Kept]:
    """A server that answers every POST with this status."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    kept = Kept(server.server_address[1])
    with _running(server):
        yield kept


@contextlib.contextmanager
def smtp_server() -> Iterator[Kept]:
    """A server that takes every mail, unencrypted, without a password."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper().strip()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    body = b"".join(iter(self.rfile.readline, b".\r\n"))
                    kept.mails.append(message_from_bytes(body, policy=default))
                elif word == b"RCPT":
                    kept.recipients.append(line.decode().split(":")[1].strip("<> \r\n"))
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 yes\r\n")
                if word == b"QUIT":
                    return

    server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept = Kept(server.server_address[1])
    with _running(server):
        yield kept


@contextlib.contextmanager
def _running(server: Any) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

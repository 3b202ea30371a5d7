"""Dagster's pages as `nqpf ui` serves them: for their own page only, and ended together.

`dagster dev` starts a server and a daemon. Its server answers whoever asks, and a page of somebody else's in
the same browser can ask; here it is started with a guard before it. Run as a module with `dev` and its
arguments it is the whole; as `dagster dev` starts the server, it is the server.
"""

from __future__ import annotations

import signal
import sys
import warnings
from types import FrameType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nqpf_assets.defs.page_names import page_names

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PATIENCE = 10
"""Seconds that server and daemon have to end; then they are killed."""


class OnlyOwnPage:
    """Lets requests through that come from the pages themselves, or from no page at all.

    A browser says in `Origin` which page asks, and in `Host` which name it looked up: another name may lead
    here too. A GET and a form can be sent without either, so neither may carry a query of GraphQL's.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reason = refusal(scope) if scope["type"] in ("http", "websocket") else None
        if reason is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": reason})
        else:
            from starlette.responses import PlainTextResponse

            await PlainTextResponse(f"refused: {reason}\n", 403)(scope, receive, send)


def refusal(scope: Scope) -> str | None:
    """Why a request is not answered; None where it is."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get("host", "")
    if _name(host) not in page_names():
        return "these pages are asked by the names 127.0.0.1 and localhost, and those of --name"
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return "another page asks"
    method = scope.get("method", "GET")
    if method not in ("GET", "HEAD") and headers.get("sec-fetch-site") in (
        "cross-site",
        "same-site",
    ):
        return "another page asks"
    if scope["type"] == "http" and scope["path"].rstrip("/").endswith("/graphql"):
        if method == "GET" and scope.get("query_string"):
            return "a query is sent by POST"
        if method == "POST" and "application/json" not in headers.get("content-type", ""):
            return "a query is sent as JSON"
    return None


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def serve_pages() -> None:
    """Dagster's server with the guard before everything else."""
    from dagster_webserver import cli
    from dagster_webserver.webserver import DagsterWebserver
    from starlette.middleware import Middleware

    build = DagsterWebserver.build_middleware

    def guarded(self: Any) -> list[Middleware]:
        return [Middleware(OnlyOwnPage), *build(self)]

    DagsterWebserver.build_middleware = guarded  # type: ignore[method-assign]
    cli.main()  # type: ignore[no-untyped-call]


def serve_all(arguments: list[str]) -> None:
    """`dagster dev` with our server; a signal to end ends server, daemon and what they started."""
    from nqpf_assets.defs.dagster_internals import dev

    start = dev.open_ipc_subprocess

    def with_our_server(parts: list[str], **options: Any) -> Any:
        return start(guarded_command(parts), **options)

    dev.open_ipc_subprocess = with_our_server
    dev._SUBPROCESS_WAIT_TIMEOUT = PATIENCE
    signals = (signal.SIGTERM, signal.SIGHUP)
    # The command sets its own handlers first; ours hold from then on.
    setup = dev.setup_interrupt_handlers

    def handlers() -> None:
        setup()
        for one in signals:
            signal.signal(one, _end)

    dev.setup_interrupt_handlers = handlers
    # It advises programs that are no part of this project.
    warnings.filterwarnings("ignore", message="Function `dev_command` is superseded")
    dev.dev_command.main(arguments, prog_name="dagster dev")


def guarded_command(parts: list[str]) -> list[str]:
    """How a process of `dagster dev` is started: the server as ours, others as they are.

    Raises:
        RuntimeError: it is a server, started in a way that is not known; it would answer anybody.
    """
    if parts[1:3] == ["-m", "dagster_webserver"]:
        return [parts[0], "-m", __spec__.name, *parts[3:]]
    if any("webserver" in part for part in parts[:3]):
        raise RuntimeError(
            f"Dagster starts its server by {' '.join(parts[:3])}, which has no guard"
        )
    return parts


def _end(_signal: int, _frame: FrameType | None) -> None:
    for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(one, signal.SIG_IGN)  # a second one must not leave half of it running
    raise KeyboardInterrupt


if __name__ == "__main__":
    if sys.argv[1:2] == ["dev"]:
        serve_all(sys.argv[2:])
    else:
        serve_pages()

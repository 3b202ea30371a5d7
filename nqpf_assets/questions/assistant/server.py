"""The tools as a server of the Model Context Protocol, by its official library, over stdin and stdout."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from nqpf_assets.questions.assistant.asked import Asked, Refused
from nqpf_assets.questions.assistant.tools import tools_of

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

INSTRUCTIONS = (
    "A published warehouse of Chinese statistical yearbooks: harmonised panels, composite indices, "
    "regression tables. Answer from these tools, never from memory. Every answer has `provenance`: cite the "
    "publication and its fingerprint, and for a single number the file and cell that explain_number names. "
    "If `provenance.warning` says SYNTHETIC, say so with every number. Begin with list_studies or describe."
)


def server_of(asked: Asked) -> MCPServer[Any]:
    """A server whose tools read, and do nothing else.

    Raises:
        ImportError: the extra `mcp` is not installed.
    """
    from mcp import types
    from mcp.server.mcpserver import MCPServer

    server: MCPServer[Any] = MCPServer("nqpf", instructions=INSTRUCTIONS, log_level="WARNING")
    reading = types.ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    for tool in tools_of(asked):
        server.tool(annotations=reading)(_in_words(tool))
    return server


def _in_words(tool: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """A tool whose refusals reach the assistant as they are worded."""
    from mcp.server.mcpserver.exceptions import ToolError

    @wraps(tool)
    def answered(*arguments: Any, **named: Any) -> dict[str, Any]:
        try:
            return tool(*arguments, **named)
        except Refused as refused:
            raise ToolError(str(refused)) from None

    return answered

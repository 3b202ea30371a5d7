"""Let an assistant ask the published warehouse, read-only, over the Model Context Protocol.

An assistant starts this command itself and talks to it over stdin and stdout; nqpf help mcp says how it is
registered. Its tools find series, answer queries, describe and show tables, explain a number, and compare
publications; every answer names the publication, its fingerprint, and files or cells. What `nqpf query`
refuses is refused; an answer has at most 1,000 rows and takes at most 30 seconds.
"""

from __future__ import annotations

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import open_published
from nqpf_assets.exports.terminal import err
from nqpf_assets.user_input.project import Project

MISSING = (
    "nqpf mcp needs the official library of the protocol, the extra `mcp`: "
    "python -m pip install 'nqpf-assets[mcp]'"
)


def run(project: ProjectOption = None) -> int:
    """Answer until the assistant ends; the exit status."""
    from nqpf_assets.questions.assistant.asked import Asked
    from nqpf_assets.questions.assistant.server import server_of

    opened = Project.at(project)
    try:
        server = server_of(Asked(opened, lambda named: open_published(opened, named)))
    except ImportError:
        err().print(MISSING, soft_wrap=True)
        return 2
    server.run("stdio")
    return 0


COMMAND = Command("mcp", run)

"""Print the JSON schema of study files, for editors that check YAML while you type."""

from __future__ import annotations

import typer

from nqpf_assets.commands.common.command import Command


def run() -> int:
    """Print it; the exit status."""
    from nqpf_assets.studies.schema import schema_text

    typer.echo(schema_text(), nl=False)
    return 0


COMMAND = Command("schema", run)

"""The `nqpf` command: a word in, a module of `commands` called, an exit status out.

A command's module is loaded when it is asked for, so that help is quick. Exit status: 0 published or
answered, 1 a check stopped it, 2 the user's input was wrong.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, MutableMapping
from functools import cached_property
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

ROOM = Path(__file__).with_name("commands")


class Modules(MutableMapping[str, Any]):
    """Name → command, loaded when somebody asks for it."""

    @cached_property
    def summaries(self) -> dict[str, str]:
        """Name → first line of the help, read from the text of the module, which is not loaded."""
        found = {}
        for path in sorted(ROOM.glob("[a-z]*.py")):
            with path.open(encoding="utf-8") as lines:
                found[path.stem.replace("_", "-")] = next(lines).strip().strip('"')
        return found

    def __getitem__(self, name: str) -> Any:
        if name not in self.summaries:
            raise KeyError(name)
        module = importlib.import_module(f"nqpf_assets.commands.{name.replace('-', '_')}")
        alone = typer.Typer(
            add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
        )
        command = module.COMMAND
        alone.command(command.name, help=command.help)(command.ending)
        return typer.main.get_command(alone)

    def __iter__(self) -> Iterator[str]:
        return iter(self.summaries)

    def __len__(self) -> int:
        return len(self.summaries)

    def __setitem__(self, name: str, command: Any) -> None:
        raise TypeError("a command is a module of `commands`")

    __delitem__ = __setitem__  # type: ignore[assignment]


class Commands(TyperGroup):
    """The group of all commands, which lists them without loading any."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.modules = Modules()
        self.commands = self.modules

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of the commands."""
        return list(self.modules)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of commands in the help."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.modules.summaries.items()))


app = typer.Typer(
    name="nqpf",
    cls=Commands,
    help="From a published cell to a regression table: build, check, publish and query a warehouse of "
    "yearbook panels.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def _commands() -> None:
    """Makes a group of what has no command of its own."""


def main() -> None:
    """Run the command; mistakes of the user's end in words and an exit status."""
    from nqpf_assets.exports.terminal import write_in_any_encoding
    from nqpf_assets.messages.problems import CheckFailed, InputError
    from nqpf_assets.warehouse.durable import DISK_ERRORS
    from nqpf_assets.warehouse.freed_memory import give_back_soon
    from nqpf_assets.warehouse.lock import WarehouseBusy
    from nqpf_assets.warehouse.threads import one_for_linear_algebra

    one_for_linear_algebra()
    give_back_soon()
    write_in_any_encoding()
    try:
        app(prog_name="nqpf")
    except InputError as error:
        _tell(error)
        raise SystemExit(2) from None
    except (CheckFailed, WarehouseBusy) as error:
        _tell(error)
        raise SystemExit(1) from None
    except OSError as error:
        if error.filename is None and error.errno not in DISK_ERRORS:
            raise
        place = error.filename or "the disk"  # a write to an open file does not say which
        typer.echo(f"{place}: {error.strerror}; the published warehouse is as it was", err=True)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        _stopped()
    except Exception as error:
        from nqpf_assets.publications.damaged_file import told_of_damage
        from nqpf_assets.publications.earlier_release import told_of_earlier_release
        from nqpf_assets.warehouse.duckdb_engine import is_interruption
        from nqpf_assets.warehouse.room import told_of_lack

        if is_interruption(error):
            _stopped()
        if (lack := told_of_lack(error)) is not None:
            _tell(lack)
            raise SystemExit(1) from None
        if (told := told_of_damage(error) or told_of_earlier_release(error)) is None:
            raise
        _tell(told)
        raise SystemExit(2) from None


def _stopped() -> None:
    typer.echo("stopped; the published warehouse is as it was", err=True)
    raise SystemExit(130) from None


def _tell(error: Exception) -> None:
    from nqpf_assets.exports.told_problems import tell

    tell(error)


if __name__ == "__main__":
    main()

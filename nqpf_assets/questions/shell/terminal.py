"""The shell in a terminal: completion, history, several lines, a pager; plain where the extra is missing."""

from __future__ import annotations

import contextlib
import io
import os
import pydoc
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from rich.console import Console

from nqpf_assets.exports.terminal import err, plain
from nqpf_assets.questions.shell.history import history_file
from nqpf_assets.questions.shell.session import Session, is_command
from nqpf_assets.questions.shell.statements import is_finished, statements
from nqpf_assets.questions.shell.suggestions import suggestions

if TYPE_CHECKING:
    from prompt_toolkit.completion import Completer
    from prompt_toolkit.key_binding import KeyBindings

PROMPT, GOES_ON = "nqpf> ", "  ... "
MISSING = "without completion: install `nqpf-assets[shell]` for it (`python -m pip install prompt-toolkit`)"
PAGER_FROM = 0.9
"""Part of the screen from which on an answer is shown by a pager."""


def paged(write: Callable[[Console], None]) -> None:
    """Show words as they are, by a pager where they are longer or wider than the screen."""
    if not sys.stdout.isatty():
        console = Console(file=sys.stdout, width=200, markup=False, highlight=False, emoji=False)
        write(console)
        return
    screen = Console(file=sys.stdout, markup=False, highlight=False, emoji=False)
    kept = io.StringIO()
    write(Console(file=kept, width=screen.width, markup=False, highlight=False, emoji=False))
    text = kept.getvalue()
    lines = text.splitlines()
    is_long = len(lines) > PAGER_FROM * screen.height
    if is_long or any(len(line) > screen.width for line in lines):
        os.environ.setdefault("LESS", "-SRFX")  # wide tables are cut and scrolled, never folded
        pydoc.pager(text)
    else:
        sys.stdout.write(text)


def complain(words: str) -> None:
    """Say what is wrong, beside the answers."""
    err().print(plain(words), soft_wrap=True)


def talk(session: Session) -> int:
    """Ask for statements until somebody leaves; the exit status."""
    if not session.open():
        return 2
    try:
        for text in _typed(session):
            if not _answered(session, text):
                break
    finally:
        session.close()
    return 0


def read(session: Session, text: str) -> int:
    """Answer the statements of a text that is piped in; the exit status."""
    if not session.open():
        return 2
    try:
        for one in _pieces(text.splitlines(keepends=True)):
            if not _answered(session, one):
                break
    finally:
        session.close()
    return 2 if session.n_refused else 0


def _answered(session: Session, text: str) -> bool:
    """Answer all that stands in a text; False where it asks to leave."""
    if is_command(text):
        return session.answer(text)
    done, rest = statements(text)
    for one in [*done, rest]:
        try:
            if not session.answer(one):
                return False
        except KeyboardInterrupt:
            complain("stopped")
    return True


def _typed(session: Session) -> Iterator[str]:
    try:
        import prompt_toolkit  # noqa: F401
    except ImportError:
        complain(MISSING)
        yield from _typed_plainly()
        return
    yield from _typed_with_help(session)


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    """Lines put together to what can be answered; at last what has no semicolon."""
    text = ""
    for line in lines:
        text += line
        if is_whole(text):
            yield text
            text = ""
    yield text


def is_whole(text: str) -> bool:
    """Whether it can be answered as it stands."""
    return not text.strip() or is_command(text) or is_finished(text)


def _typed_plainly() -> Iterator[str]:
    """What Python's own line editor reads, with the history of the session."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401
    text = ""
    while True:
        try:
            text += input(GOES_ON if text else PROMPT) + "\n"
        except KeyboardInterrupt:
            text = ""
            print()
            continue
        except EOFError:
            print()
            return
        if is_whole(text):
            yield text
            text = ""


def _typed_with_help(session: Session, **streams: Any) -> Iterator[str]:
    """The same with completion of tables and columns, and a history that lasts.

    Args:
        streams: input and output of `prompt_toolkit`, where they are not the terminal.
    """
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory, InMemoryHistory, ThreadedHistory

    kept = history_file()
    prompt: PromptSession[str] = PromptSession(
        PROMPT,
        multiline=True,
        prompt_continuation=GOES_ON,
        history=ThreadedHistory(FileHistory(str(kept))) if kept else InMemoryHistory(),
        completer=_completer(session),
        complete_while_typing=False,
        key_bindings=_keys(),
        enable_history_search=True,
        **streams,
    )
    if kept is None:
        complain("the history cannot be kept: its folder may not be written")
    while True:
        try:
            yield prompt.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def _completer(session: Session) -> Completer:
    from prompt_toolkit.completion import Completer, Completion

    class OfTables(Completer):
        """Words that fit the text before the cursor."""

        def get_completions(self, document: Any, complete_event: Any) -> Iterator[Completion]:
            for one in suggestions(session.tables, document.text_before_cursor):
                yield Completion(one.text, -one.n_typed, display_meta=one.words)

    return OfTables()


def _keys() -> KeyBindings:
    """Enter ends what is finished, and else begins a line."""
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    @keys.add("enter")
    def _(event: Any) -> None:
        buffer = event.current_buffer
        if is_whole(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    return keys

"""Show a page of the documentation, a section of it, or where it speaks of something.

Without words all topics are listed. A topic shows its page, a topic and a section that section, and any
other words the sections that have all of them; --search looks for words that are a topic too. Nothing is
looked up elsewhere: the pages travel with the package. What a command is told stands in its own --help.

nqpf help cards
nqpf help studies winsorize
nqpf help --search weak instruments
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from nqpf_assets.commands.common.command import Command
from nqpf_assets.messages.problems import InputError, Problem, did_you_mean

if TYPE_CHECKING:
    from nqpf_assets.questions.manual.pages import Page


def run(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TOPIC|WORD]…", help="E.g. cards, or: studies winsorize."),
    ] = None,
    search: Annotated[
        bool, typer.Option("--search", help="Look for the words, a topic or not.")
    ] = False,
) -> int:
    """Show what was asked for; the exit status."""
    from nqpf_assets.questions.manual.pages import page_named, section_named
    from nqpf_assets.questions.manual.shown import print_page, print_topics
    from nqpf_assets.questions.shell.terminal import paged

    asked = [part for word in words or () for part in word.replace("#", " ").split()]
    if not asked:
        paged(print_topics)
        return 0
    page = None if search else page_named(asked[0])
    if page is not None and len(asked) > 1:
        return _section(page, asked[1:])
    if page is not None:
        paged(lambda console: print_page(console, page.text, page.topic))
        return 0
    alone = None if search or len(asked) > 1 else section_named(asked[0])
    if alone is not None:
        paged(lambda console: print_page(console, alone.text, alone.topic))
        return 0
    return _hits(asked)


def _section(page: Page, asked: list[str]) -> int:
    """The section of a page that words name, or those of its sections that have them."""
    from nqpf_assets.questions.manual.pages import anchor_of
    from nqpf_assets.questions.manual.shown import print_page
    from nqpf_assets.questions.shell.terminal import paged

    section = page.section(anchor_of(" ".join(asked)))
    if section is None:
        return _hits(asked, page)
    paged(lambda console: print_page(console, section.text, page.topic))
    return 0


def _hits(asked: list[str], page: Page | None = None) -> int:
    """Sections that have all words.

    Raises:
        InputError: none has.
    """
    from nqpf_assets.questions.manual.pages import pages
    from nqpf_assets.questions.manual.search import search
    from nqpf_assets.questions.manual.shown import print_hits
    from nqpf_assets.questions.shell.terminal import paged

    hits = search(asked, page)
    words = " ".join(asked)
    if hits:
        paged(lambda console: print_hits(console, words, hits))
        return 0
    known = list(pages()) if page is None else [one.anchor for one in page.sections if one.anchor]
    place = f"nqpf help {page.topic} {words}" if page is not None else f"nqpf help {words}"
    expected = "a section of this page" if page is not None else "a topic of the documentation"
    raise InputError(
        [
            Problem(
                file=place,
                where="",
                expected=f"{expected}, or words that it has",
                found="nothing that has them all",
                remedy=did_you_mean(words, known)
                or ("`nqpf help` lists the topics" if page is None else "ask for fewer words"),
                code="unknown_topic",
            )
        ]
    )


COMMAND = Command("help", run)

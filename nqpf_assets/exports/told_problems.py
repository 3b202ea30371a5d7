"""Problems in the terminal: all of them, each with its place and what to do."""

from __future__ import annotations

from collections.abc import Iterable

from nqpf_assets.exports.terminal import err, plain
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.help_topics import topic_of
from nqpf_assets.messages.problems import InputError, Problem, ProblemsFound, in_order

MOST = 50
"""Problems shown at once; the rest are counted, since they are mostly of one kind by then."""


def tell(error: Exception) -> None:
    """Say what stopped a command, and what it says of that itself."""
    console = err()
    if not isinstance(error, ProblemsFound):
        console.print(plain(error), soft_wrap=True)
        return
    tell_problems(error.problems)
    n = sum(problem.severity == "error" for problem in error.problems)
    what = "in the input" if isinstance(error, InputError) else "stopped by a check"
    after = "".join(f"; {note}" for note in getattr(error, "__notes__", ()))
    console.print(f"\n{counted(n, 'problems')} {what}{after}.")


def tell_problems(problems: Iterable[Problem]) -> None:
    """Print each problem in four short lines, and after the first that a page explains, which one."""
    console = err()
    problems = sorted(in_order(problems), key=lambda problem: problem.severity)
    named: set[str] = set()
    for problem in problems[:MOST]:
        head = "warning: " if problem.severity == "warning" else ""
        console.print(plain(f"{head}{problem}"), soft_wrap=True)
        topic = topic_of(problem)
        if topic and topic not in named:
            console.print(plain(f"  see:      nqpf help {topic}"), soft_wrap=True)
            named.add(topic)
    if len(problems) > MOST:
        console.print(f"… and {len(problems) - MOST} more")

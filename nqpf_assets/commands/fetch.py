"""Fetch what sources.yaml lists: files by their links, and queries of the bureau's public data interface.

What changed since the last time becomes a vintage of its own below raw/, with a card; what did not is left
where it is. Servers are asked one request at a time, with pauses; a file that broke off is taken up where it
did, and a source that cannot be had is told with its line and stops no other. Nothing is built: nqpf refresh
does that.

nqpf fetch

nqpf fetch && nqpf refresh
"""

from __future__ import annotations

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import err, out, plain
from nqpf_assets.exports.told_problems import tell_problems
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.user_input.project import Project


def run(project: ProjectOption = None) -> int:
    """Fetch, and tell what came; the exit status."""
    from rich.progress import Progress

    from nqpf_assets.catalog.catalogue import load_catalogue
    from nqpf_assets.projects.fetching.declared import load_sources
    from nqpf_assets.projects.fetching.fetch import Fetching

    opened = Project.at(project)
    sources = load_sources(opened)
    if sources is None or not (sources.files or sources.bureau):
        err().print("there is nothing to fetch: list it in sources.yaml (`nqpf help fetch`)")
        return 2
    catalogue = load_catalogue(opened.catalog)
    problems: list[Problem] = []
    n_new = n_same = n_open = 0
    console = err()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("fetching", total=None)
        fetching = Fetching(
            opened,
            sources,
            catalogue,
            lambda text: console.print(plain(text), soft_wrap=True),
            lambda text: bar.update(task, description=plain(text).plain),
            lambda: bar.advance(task),
        )
        bar.update(task, total=fetching.n_requests)
        for one in fetching.run():
            arrival = one.arrival
            problems += arrival.problems
            if arrival.problems:
                continue
            n_new, n_same = n_new + arrival.is_new, n_same + (not arrival.is_new)
            n_open += bool(arrival.opens)
            word = "new" if arrival.is_new else "unchanged"
            out().print(plain(f"{word}: {one.name}: {arrival.shown}"), soft_wrap=True)
            for fact in arrival.opens:
                names = f" of {', '.join(fact.names[:5])}" if fact.names else ""
                out().print(plain(f"  open: {fact.key}{names}, {fact.what}"), soft_wrap=True)
    tell_problems(problems)
    n_refused = len(sources.files) + len(sources.bureau) - n_new - n_same
    out().print(f"{counted(n_new, 'files')} new, {n_same} unchanged, {n_refused} not had")
    if n_open:
        out().print("fill in the commented lines of these cards, then `nqpf check`")
    return 2 if problems else 0


COMMAND = Command("fetch", run)

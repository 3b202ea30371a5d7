"""The documentation as a site: pages of `docs/` and of the root beside each other, built by Zensical.

``python -m tests.docs.manual FOLDER`` puts the pages into ``FOLDER/pages`` and builds ``FOLDER/site``; a link
that leads nowhere, to a page or to a heading, stops it. README and its neighbours lie where readers of the
repository look for them, and are pages like the others here. A link to a file that is no page, a module or a
script, keeps its words alone: the site does not know where the repository is.
"""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs.markdown import CHECKOUT, markdown_files

OUTSIDE = {
    "start.md": "README.md",  # a README would take the place of the index
    "start.zh.md": "README.zh.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "CHANGELOG.md": "CHANGELOG.md",
}
"""Path on the site → path in the repository, of pages at its root."""
_LINK = re.compile(
    r"^(?:```|~~~).*?^(?:```|~~~)[ ]*$|(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)|`[^`\n]+`",
    re.MULTILINE | re.DOTALL,
)
"""A block of code, a link, or a span of code: whichever begins first holds what is in it."""


def pages_of_site() -> dict[str, str]:
    """Path on the site → path in the repository, of all pages."""
    found = dict(OUTSIDE)
    for path in markdown_files():
        if path.is_relative_to(CHECKOUT / "docs"):
            name = path.relative_to(CHECKOUT / "docs").as_posix()
            found[name] = f"docs/{name}"
    return found


def moved(text: str, name: str, pages: dict[str, str]) -> str:
    """A page whose links lead to where the others stand on the site.

    Args:
        text: Markdown, as it stands in the repository.
        name: of the page on the site.
        pages: as `pages_of_site` gives them.
    """
    on_site = {there: here for here, there in pages.items()}

    def led(link: re.Match[str]) -> str:
        mark, words, target = link.groups()
        path, sharp, anchor = (target or "").partition("#")
        if not path or "://" in target:
            return link[0]
        there = posixpath.normpath(posixpath.join(posixpath.dirname(pages[name]), path))
        if mark:
            here = there.removeprefix("docs/")
        elif there in on_site:
            here = on_site[there]
        elif (CHECKOUT / there).exists():
            return words
        else:
            return link[0]
        nearby = posixpath.relpath(here, posixpath.dirname(name) or ".")
        return f"{mark}[{words}]({nearby}{sharp}{anchor})"

    return _LINK.sub(led, text)


def write_pages(folder: Path) -> None:
    """All pages and pictures below a folder."""
    pages = pages_of_site()
    for name, there in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(moved((CHECKOUT / there).read_text("utf-8"), name, pages), "utf-8")
    shutil.copytree(CHECKOUT / "docs" / "images", folder / "images", dirs_exist_ok=True)


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the site of the pages in a folder; what the generator says of it."""
    config = (CHECKOUT / "mkdocs.yml").read_text("utf-8")
    for name in ("pages", "site"):
        config = config.replace(f"build/manual/{name}", name)
    (folder / "mkdocs.yml").write_text(config, "utf-8")
    command = [Path(sys.executable).with_name("zensical"), "build", "--strict", "--clean"]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def main(folder: Path) -> int:
    """Write the pages and build the site; the exit status."""
    shutil.rmtree(folder, ignore_errors=True)
    write_pages(folder / "pages")
    done = build(folder)
    print(done.stdout + done.stderr if done.returncode else f"open {folder / 'site/index.html'}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

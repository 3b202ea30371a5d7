"""What Dagster's pages show of hostile names is text: no HTML, link, picture or new cell."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from nqpf_assets.defs.metadata import made_metadata
from nqpf_assets.defs.raw import raw_assets
from nqpf_assets.messages.shown_text import code_on_page, on_page
from nqpf_assets.user_input.project import Project
from tests.stages.mini import walked, write_mini

NAMES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "![a](http://127.0.0.1/x.png)",
    "<http://127.0.0.1/>",
    "a | b | c",
    "`a` **b** _c_ ~d~",
    "\x1b[31mred\x1b]8;;http://x\x07",
    "abc\u202egnp.exe",
    "# head",
    "a\nb",
    "&lt;b&gt;",
    "$(touch /tmp/pwned)",
    "'; DROP TABLE x; --",
    "[ref]: http://127.0.0.1",
]
MARKUP = {
    "html_inline",
    "html_block",
    "link_open",
    "image",
    "em_open",
    "strong_open",
    "code_inline",
}


def kinds(markdown: str) -> set[str]:
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown)
    inner = [child for token in tokens for child in token.children or ()]
    return {token.type for token in [*tokens, *inner]}


def shown(markdown: str) -> list[str]:
    """The texts of a page, cell by cell."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown)
    return [
        "".join(child.content for child in token.children or ())
        for token in tokens
        if token.type == "inline"
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_on_a_page_is_text(name: str) -> None:
    page = f"| a | b |\n| --- | --- |\n| {on_page(name)} | x |\n\n- {on_page(name)}"
    assert kinds(page) & MARKUP == set()
    texts = shown(page)
    assert texts[3] == "x"
    assert texts[2] == texts[4]
    if name.isprintable():
        assert texts[2] == name


@given(st.text())
def test_any_name_on_a_page_is_text(name: str) -> None:
    page = f"| a |\n| --- |\n| {on_page(name)} |"
    assert kinds(page) & MARKUP == set()
    assert len(shown(page)) == 2


def test_a_long_name_is_cut() -> None:
    assert len(on_page("甲" * 10_000)) < 600


def test_code_on_a_page_stays_code() -> None:
    tokens = MarkdownIt().parse(code_on_page("SELECT '```\n<script>' -- ````", "sql"))
    assert [token.type for token in tokens] == ["fence"]


@pytest.mark.slow
def test_the_preview_of_a_table(tmp_path: Path) -> None:
    done = walked(tmp_path)
    made = next(one for one in done.made if one.key == ("source", "file"))
    frame = pl.DataFrame({"<b>x</b>": NAMES[:8], "[y](http://x)": NAMES[7:]})
    done.opened.store.write(made.key, frame.write_parquet)
    page = made_metadata(made, done.opened)["preview"].md_str
    assert kinds(page) & MARKUP == set()
    assert "<script>alert(1)</script>" in shown(page)
    assert len(shown(page)) == 2 * 9


def test_folders_and_files_with_hostile_names_can_be_shown(tmp_path: Path) -> None:
    write_mini(tmp_path)
    for name in NAMES:
        folder = tmp_path / "raw" / "bureau" / name.replace("/", "∕")
        folder.mkdir()
        (folder / f"{name.replace('/', '∕')}.csv").write_text("a,b\n")
    specs = {spec.key.path[-1]: spec for spec in _raw_specs(tmp_path)}
    for spec in specs.values():
        assert kinds(str(spec.metadata["files"].md_str)) & MARKUP == set()
        assert kinds(str(spec.description)) & MARKUP == set()
    assert len(specs) >= len(NAMES)


def _raw_specs(root: Path) -> list:  # type: ignore[type-arg]
    return raw_assets(Project.at(root))

"""The documentation in the terminal, and problems that name the page which explains them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

import nqpf_assets
from nqpf_assets.cli import Modules
from nqpf_assets.messages.help_topics import _FILES, _FOLDERS, ANYWHERE, BY_CODE, topic_of
from nqpf_assets.messages.problems import Problem
from nqpf_assets.questions.manual.pages import page_named, pages, section_named
from nqpf_assets.questions.manual.shown import with_calls
from nqpf_assets.studies.schema import study_schema
from nqpf_assets.user_input.project import sql_root
from tests.command import nqpf
from tests.docs.markdown import CHECKOUT, anchors, markdown_files
from tests.stages.mini import STUDY, write_mini

PACKAGE = Path(nqpf_assets.__file__).parent
_CALL = re.compile(r"nqpf help ((?:[a-z_0-9/]+)(?: [a-z0-9][a-z0-9_-]*)?)(?=[`'\"().,;:\s\\]|$)")
"""A call in a text: a topic, and a section where one follows."""


def _is_there(call: str) -> bool:
    topic, _, section = call.partition(" ")
    page = page_named(topic)
    return page is not None and (not section or page.section(section) is not None)


def test_every_page_is_a_topic_and_shown_with_its_heading() -> None:
    known = pages()
    assert {page.path for page in known.values()} == {
        path for path in markdown_files() if path.is_relative_to(CHECKOUT / "docs")
    }
    listed = nqpf("help").out
    for topic, page in known.items():
        assert page_named(topic) is page
        assert page.title in listed
    for page in (known["cards"], known["methods/threshold"], known["corrections"]):
        shown = nqpf("help", page.topic)
        assert shown.status == 0
        assert page.title in shown.out.splitlines()[0]


@pytest.mark.parametrize("topic", pages())
def test_anchors_are_those_of_links(topic: str) -> None:
    page = pages()[topic]
    assert {one.anchor for one in page.sections[1:]} | {page.sections[0].anchor} - {""} <= anchors(
        page.text
    )
    assert len(page.sections) == len(anchors(page.text))


def test_a_section_ends_where_the_next_of_its_rank_begins() -> None:
    shown = nqpf("help", "studies", "winsorize").out
    assert "quantile" in shown
    assert "Units" not in shown
    assert nqpf("help", "winsorize").out == shown
    whole = nqpf("help", "catalog", "series").out
    assert "catalog/series.yaml" in whole  # a line of a block that begins with # is no heading
    assert "Usage: nqpf refresh" in nqpf("help", "refresh").out


def test_every_command_is_found_by_its_name() -> None:
    for name in Modules():
        found = section_named(name)
        assert page_named(name) is not None or (found is not None and f"nqpf {name}" in found.text)


def test_words_are_looked_up_in_all_pages_or_in_one() -> None:
    found = nqpf("help", "clipped", "share").out
    assert "nqpf help studies winsorize" in found
    assert "nqpf help cards" in nqpf("help", "card").out.splitlines()[2]
    within = nqpf("help", "studies", "clipped", "share").out
    assert set(re.findall(r"nqpf help (\S+)", within)) == {"studies"}
    assert "sections" in nqpf("help", "--search", "site").out
    assert "The pages of a publication" in nqpf("help", "site").out.splitlines()[0]
    for asked in (("zebra",), ("cards", "zebra"), ("--search", "zebra")):
        refused = nqpf("help", *asked)
        assert refused.status == 2
        assert "nothing that has them all" in refused.err
    assert "did you mean `corrections`?" in nqpf("help", "korrections").err


def test_links_say_how_to_open_them_and_code_stays() -> None:
    text = "[Cards](cards.md), [own](#here) [x](../CONTRIBUTING.md) `[a](b.md)`\n```text\n[c](d.md)\n```"
    assert with_calls(text, "index") == (
        "Cards (`help cards`), own (`help index here`) x `[a](b.md)`\n```text\n[c](d.md)\n```"
    )
    assert (
        with_calls("`a` [`b`](cards.md) `[c](d.md)`", "index")
        == "`a` `b` (`help cards`) `[c](d.md)`"
    )
    assert with_calls("[S](../studies.md#vcov)", "methods/tobit") == "S (`help studies vcov`)"
    assert with_calls("[T](threshold.md)", "methods/tobit") == "T (`help threshold`)"


@pytest.mark.parametrize("topic", pages())
def test_every_link_of_a_page_leads_to_a_topic(topic: str) -> None:
    shown = with_calls(pages()[topic].text, topic)
    calls = re.findall(r"\(`help ([^`]+)`\)", shown)
    assert [call for call in calls if not _is_there(call)] == []


def _codes() -> Iterator[tuple[str, str]]:
    """Kinds of problems that are named where they are made, with the file."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            given = {one.arg: one.value for one in node.keywords}
            called = node.func.id if isinstance(node.func, ast.Name) else ""
            if isinstance(code := given.get("code"), ast.Constant) and code.value:
                yield str(code.value), str(path)
            elif called == "Problem" and "code" not in given:
                yield "input", str(path)


@pytest.mark.slow
def test_every_kind_of_problem_has_a_page_or_is_told_by_its_file() -> None:
    unknown = {
        code: path for code, path in _codes() if code not in BY_CODE and code not in ANYWHERE
    }
    assert unknown == {}, "say in messages/help_topics.py which page explains it"


def test_no_page_is_named_for_a_kind_that_is_none() -> None:
    text = "\n".join(
        path.read_text("utf-8") for path in PACKAGE.rglob("*.py") if path.name != "help_topics.py"
    )
    of_regions = ["missing_region", "ended_region", "total_of_what_region", "two_names_region"]
    assert [code for code in BY_CODE if f'"{code}"' not in text] == of_regions


@pytest.mark.parametrize("call", sorted({*BY_CODE.values(), *_FILES.values(), *_FOLDERS.values()}))
def test_every_topic_of_a_problem_is_there(call: str) -> None:
    assert _is_there(call)


def test_every_block_of_a_study_file_has_its_section() -> None:
    blocks = [name for name, one in study_schema()["$defs"].items() if "properties" in one]
    assert [name for name in blocks if not _is_there(f"studies {name.lower()}")] == []


def test_every_call_for_help_in_a_text_is_answered() -> None:
    texts = [
        path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".yaml", ".html", ".sql")
    ]
    texts += [*sql_root().rglob("*.sql"), *markdown_files()]
    dead = {
        f"{path}: {call}"
        for path in texts
        if path.name not in ("help.py", "CHANGELOG.md")
        for call in _CALL.findall(path.read_text("utf-8"))
        if not _is_there(call) and not _is_there(call.split()[0])
    }
    assert dead == set()


@pytest.mark.slow
def test_messages_name_no_file_of_the_checkout() -> None:
    """Whoever has the package alone has no `docs/`; docstrings of other modules are for its developers."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        if path.parent.name == "commands":
            docs -= {id(node.value) for node in tree.body[:1] if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "documentation":
                docs.add(id(node.value))
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and id(node) not in docs and re.search(r" \S*docs/\S+\.md", node.value):
                found.append(f"{path}:{node.lineno}")
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "topic"),
    [
        (STUDY.replace("periods:", "periodz:"), "studies"),
        (STUDY.replace("periods: {", "periods: {frist: 1, "), "studies periods"),
    ],
)
def test_a_refusal_names_the_page_once(tmp_path: Path, changed: str, topic: str) -> None:
    assert changed != STUDY
    project = write_mini(tmp_path)
    (project.root / "studies" / "mini.yaml").write_text(changed, "utf-8")
    told = nqpf("check", project=project.root).err
    assert told.count(f"  see:      nqpf help {topic}\n") == 1


@pytest.mark.parametrize(
    ("file", "code", "topic"),
    [
        ("raw/nbs/2026/card.yaml", "unknown_key", "cards"),
        ("nqpf.yaml", "value", "settings"),
        ("corrections.yaml", "yaml", "corrections"),
        ("catalog/series.yaml", "yaml", "catalog"),
        ("studies/a.yaml", "expression", "studies"),
        ("raw/nbs/2026/a.csv", "some_new_kind", "formats"),
        ("raw/nbs/2026/a.csv", "unknown_unit", "catalog units"),
        ("raw/nbs/2026/a.csv", "ended_region", "catalog regions"),
        ("raw/nbs/2026/a.csv", "total_of_what_region", "catalog regions"),
        ("somewhere", "input", ""),
    ],
)
def test_the_page_of_a_problem(file: str, code: str, topic: str) -> None:
    assert topic_of(Problem(file, "", "a", "b", "c", code=code)) == topic


def test_a_page_fits_the_screen() -> None:
    from nqpf_assets.questions.manual.shown import print_page

    for width in (40, 80, 200):
        kept = Console(record=True, width=width, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
        print_page(kept, pages()["index"].text, "index")
        assert max(map(len, kept.export_text().splitlines())) <= min(width, 100)

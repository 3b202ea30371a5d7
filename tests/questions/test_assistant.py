"""An assistant's tools: what they answer, what that rests on, what is refused, the whole way over stdio."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pytest

from nqpf_assets.questions.assistant import asked as limits
from nqpf_assets.questions.assistant.asked import Asked
from nqpf_assets.questions.assistant.server import server_of
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests.command import nqpf

if TYPE_CHECKING:
    from mcp import Client

TOOLS = {
    "list_studies",
    "find_series",
    "query",
    "describe",
    "show_table",
    "explain_number",
    "compare_publications",
}
ANSWERED: dict[str, dict[str, Any]] = {
    "list_studies": {},
    "find_series": {"words": "people"},
    "query": {"ready": "studies"},
    "describe": {},
    "show_table": {"name": "mini.table_1"},
    "explain_number": {"question": "mini.output 北京 2016"},
}
"""A question to each tool that needs one publication only."""


def ask(project: Project, tool: str, arguments: dict[str, Any]) -> Any:
    """One question to a server in this process."""
    from mcp import Client

    server = server_of(Asked(project, lambda named: open_closed(project.database)))

    async def call() -> Any:
        async with Client(server) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(call())


def answer(project: Project, tool: str, **arguments: Any) -> dict[str, Any]:
    found = ask(project, tool, arguments)
    assert not found.is_error, found.content
    content: dict[str, Any] = found.structured_content
    return content


def refusal(project: Project, tool: str, **arguments: Any) -> str:
    found = ask(project, tool, arguments)
    assert found.is_error
    text: str = found.content[0].text
    return text


@pytest.mark.slow
@pytest.mark.parametrize("tool", ANSWERED)
def test_every_answer_names_its_publication(asked: Project, tool: str) -> None:
    rests = answer(asked, tool, **ANSWERED[tool])["provenance"]
    with open_closed(asked.database) as connection:
        expected = connection.execute(
            "SELECT publication, fingerprint FROM audit.publication"
        ).fetchone()
    assert (rests["publication"], rests["fingerprint"]) == expected
    assert rests["files_by_data_status"]


@pytest.mark.slow
def test_a_query_gives_rows_the_tables_asked_and_whether_there_were_more(asked: Project) -> None:
    found = answer(
        asked, "query", sql="SELECT unit, period FROM mini.panel ORDER BY ALL", max_rows=2
    )
    assert found["rows"] == [{"unit": "110000", "period": 2015}, {"unit": "110000", "period": 2016}]
    assert found["is_cut"]
    assert list(found["tables"]) == ["mini.panel"]


@pytest.mark.slow
def test_a_number_is_followed_to_its_cell(asked: Project) -> None:
    found = answer(asked, "explain_number", question="mini.output 北京 2016")
    assert found["cells"]
    assert all(one["file"].startswith("raw/") and one["locator"] for one in found["cells"])
    assert found["does_not_add_up"] == []


@pytest.mark.slow
def test_a_table_names_the_files_under_it(asked: Project) -> None:
    found = answer(asked, "show_table", name="mini.table_1")
    assert "Output and people" in found["printed"]
    assert {one["path"].split("/")[0] for one in found["provenance"]["files"]} == {"raw"}
    assert all(one["n_cells"] > 0 for one in found["provenance"]["files"])


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("query", {"sql": "FROM mini.panl"}, "did you mean `panel`?"),
        ("query", {"sql": "FROM '/etc/passwd.csv'"}, "open for reading only"),
        ("query", {"sql": "DROP TABLE mini.panel"}, "a query that asks for rows is expected"),
        ("query", {"sql": "SELECT 1; SELECT 2"}, "one query is expected"),
        ("query", {}, "give either sql or ready"),
        ("query", {"ready": "studys"}, "did you mean `studies`?"),
        ("find_series", {"words": "patens"}, "`patents`"),
        ("find_series", {"words": "it's %_ odd"}, "no series or variable"),
        ("describe", {"table": "mini.panl"}, "`mini.panel`"),
        ("show_table", {"name": "mini.table_2"}, "did you mean `mini.table_1`?"),
        ("explain_number", {"question": "mini.outpt 北京 2016"}, "`output`"),
        ("explain_number", {"question": ""}, "there are: mini"),
        ("compare_publications", {}, "two publications to compare"),
    ],
)
def test_what_cannot_be_answered_is_told_in_words(
    asked: Project, tool: str, arguments: dict[str, Any], words: str
) -> None:
    told = refusal(asked, tool, **arguments)
    assert words in told
    assert "Traceback" not in told


def test_what_takes_too_long_is_stopped(asked: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.2)
    long = "SELECT count(*) FROM range(100000) AS a, range(100000) AS b WHERE a.range * b.range % 7 = 3"
    assert "stopped after 0.2 seconds" in refusal(asked, "query", sql=long)


def test_a_row_that_is_too_long_is_refused(asked: Project) -> None:
    assert "ask for fewer rows or columns" in refusal(
        asked, "query", sql="SELECT list(range) AS cells FROM range(1_000_000)"
    )


def test_nothing_is_published(tmp_path: Any) -> None:
    from mcp import Client

    server = server_of(Asked(Project(tmp_path), lambda named: None))

    async def call() -> Any:
        async with Client(server) as client:
            return await client.call_tool("list_studies", {})

    found = asyncio.run(call())
    assert found.is_error
    assert "nqpf refresh" in found.content[0].text


def test_without_the_extra_the_command_says_what_to_install(
    asked: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    ran = nqpf("mcp", project=asked.root)
    assert ran.status == 2
    assert "nqpf-assets[mcp]" in ran.err


def over_stdio(project: Project, talk: Callable[[Client], Awaitable[None]]) -> None:
    """A talk with the command as an assistant starts it."""
    from mcp import Client, StdioServerParameters

    started = StdioServerParameters(
        command=sys.executable,
        args=["-m", "nqpf_assets.cli", "mcp", "--project", str(project.root)],
    )

    async def talked() -> None:
        async with Client(started) as client:
            await talk(client)

    asyncio.run(talked())


@pytest.mark.slow  # starts the command
def test_the_whole_way_over_stdio(asked: Project) -> None:
    async def talk(client: Client) -> None:
        listed = (await client.list_tools()).tools
        assert {one.name for one in listed} == TOOLS
        for one in listed:
            assert one.description
            assert one.annotations is not None
            assert one.annotations.read_only_hint
        for tool, arguments in ANSWERED.items():
            found = await client.call_tool(tool, arguments)
            assert not found.is_error, found.content
            assert found.structured_content["provenance"]["publication"] == 1
        wrong = await client.call_tool("query", {"sql": "FROM panl"})
        assert wrong.is_error
        again = await client.call_tool("query", {"sql": "SELECT 42 AS n"})
        assert again.structured_content["rows"] == [{"n": 42}]

    over_stdio(asked, talk)

"""Questions in the page: Chromium, DuckDB-Wasm, and the published file behind a plain web server."""

from __future__ import annotations

import functools
import http.server
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.questions.ready import ready_queries
from nqpf_assets.site.ask_page import _FILES, _MODULE, PACKAGES, Asking, Engine
from nqpf_assets.site.build import site_pages
from nqpf_assets.site.write import put_in_place
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests.browser.chromium import MARKS, chromium, opened, sync_api
from tests.once import once
from tests.site.every_kind import page_of, project_of_every_kind, site_of_every_kind

pytestmark = [
    *MARKS,
    pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed"),
]
expect = sync_api.expect
PATIENCE = 120_000  # milliseconds; the engine is compiled on two busy cores


def packages() -> Path:
    """The folder `node_modules` as npm would fill it, with what is needed of both packages."""
    return once("duckdb_wasm", _fetch) / "node_modules"


def _fetch(folder: Path) -> None:
    folder.mkdir(parents=True)
    named = [f"{name}@{release}" for name, release in PACKAGES.items()]
    subprocess.run(
        ["npm", "pack", "--silent", *named],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=300,
    )
    wanted = {*_FILES.values(), _MODULE, *(f"{name}/package.json" for name in PACKAGES)}
    for name in PACKAGES:
        (archive,) = folder.glob(f"{name.lstrip('@').replace('/', '-')}-*.tgz")
        with tarfile.open(archive) as opened_archive:
            for member in opened_archive:
                path = f"{name}/{member.name.removeprefix('package/')}"
                if path in wanted and (content := opened_archive.extractfile(member)):
                    target = folder / "node_modules" / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content.read())
        archive.unlink()


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of_every_kind()


@pytest.fixture(scope="module")
def address(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with the engine, behind a server that knows no parts of files."""
    site = tmp_path_factory.mktemp("asking") / "site"
    asking = Asking(Engine.of_packages(packages()), project.database)
    with open_closed(project.database) as connection:
        put_in_place(site, site_pages(connection, project.root, asking=asking), "two")
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/ask/index.html"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def page(browser: sync_api.Browser, address: str) -> Iterator[sync_api.Page]:
    with opened(browser) as page:
        page.goto(address)
        yield page


def answer(page: sync_api.Page, sql: str) -> list[list[str]]:
    """The rows that the page shows."""
    page.locator("#sql").fill(sql)
    page.get_by_role("button", name="Ask", exact=True).first.click()
    expect(page.locator("#stop")).to_be_hidden(timeout=PATIENCE)
    assert page.locator("#wrong").inner_text() == "", sql
    return page.evaluate(
        "[...document.querySelectorAll('#answer tbody tr')]"
        ".map(row => [...row.cells].map(cell => cell.textContent))"
    )


def natively(project: Project, sql: str) -> list[list[str]]:
    with duckdb.connect(str(project.database), read_only=True) as connection:
        rows = connection.execute(
            f"SELECT COLUMNS(*)::VARCHAR FROM ({sql}\n) LIMIT 1000"
        ).fetchall()
    return [["" if one is None else one for one in row] for row in rows]


def test_every_ready_question_is_answered_as_the_terminal_does(
    page: sync_api.Page, project: Project
) -> None:
    n_rows = 0
    for name, one in ready_queries().items():
        page.locator(f"button.ready[value='{name}']").evaluate(
            "one => one.closest('details').open = true"
        )
        assert page.locator(f"#{name}").inner_text() == one.sql
        told = answer(page, one.sql)
        assert told == natively(project, one.sql), name
        n_rows += len(told)
    assert n_rows > 100


def test_a_ready_question_is_one_click(page: sync_api.Page) -> None:
    details = page.locator("details", has_text=ready_queries()["studies"].title)
    details.evaluate("one => one.open = true")
    details.get_by_role("button", name="Ask").click()
    expect(page.locator("#answer tbody td").first).to_have_text("mini", timeout=PATIENCE)
    assert page.locator("#sql").input_value() == ready_queries()["studies"].sql


def test_the_walk_of_a_number_is_asked_here_too(page: sync_api.Page, project: Project) -> None:
    sql = "SELECT * FROM result.provenance WHERE table_name = 'table_1' ORDER BY ALL LIMIT 50;"
    told = answer(page, sql)
    assert told == natively(project, sql.rstrip(";"))
    assert len(told) == 50


def test_decimals_dates_and_large_numbers_keep_all_their_digits(page: sync_api.Page) -> None:
    sql = (
        "SELECT 1.50::DECIMAL(9, 2), 170141183460469231731687303715884105727, DATE '2020-02-29',"
        " 0.1::DOUBLE + 0.2, [1, 2], '<b>bold</b>', NULL"
    )
    assert answer(page, sql) == [
        ["1.50", "170141183460469231731687303715884105727", "2020-02-29", "0.30000000000000004",
         "[1, 2]", "<b>bold</b>", ""]
    ]  # fmt: skip


def test_many_rows_are_cut_and_that_is_told(page: sync_api.Page) -> None:
    assert len(answer(page, "FROM range(5000)")) == 1000
    expect(page.locator("#state")).to_contain_text("the first 1000 rows")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT * FROM result.estimates", "does not exist"),
        ("DROP VIEW result.estimate", "syntax error"),
        ("SELECT * FROM read_csv('/etc/passwd')", ""),
        ("SELECT 1 AS a; SELECT 2 AS b", "syntax error"),
        ("", "syntax error"),
    ],
)
def test_what_cannot_be_answered_is_told(page: sync_api.Page, sql: str, said: str) -> None:
    page.locator("#sql").fill(sql)
    page.get_by_role("button", name="Ask", exact=True).first.click()
    wrong = page.locator("#wrong")
    expect(wrong).not_to_be_empty(timeout=PATIENCE)
    expect(wrong).to_contain_text(said)
    expect(page.locator("#answer")).to_be_hidden()
    assert answer(page, "SELECT 42") == [["42"]], "and the next one is answered"


def test_a_long_one_can_be_stopped(page: sync_api.Page) -> None:
    page.locator("#sql").fill(
        "SELECT count(*) FROM range(3000000) a, range(3000000) b WHERE a.range = -b.range"
    )
    page.get_by_role("button", name="Ask", exact=True).first.click()
    page.locator("#stop").click()
    expect(page.locator("#state")).to_have_text("stopped")
    assert answer(page, "SELECT 42") == [["42"]]


def test_from_a_folder_the_page_says_why_it_does_not_answer(
    browser: sync_api.Browser,
) -> None:
    with opened(browser) as page:
        page.goto(page_of(site_of_every_kind(), "ask").as_uri())
        expect(page.get_by_text("Put the folder on a web server")).to_be_visible()
        expect(page.locator("#ask")).to_be_hidden()
        expect(page.locator("details")).to_have_count(len(ready_queries()))
        assert page.locator("button.ready:visible").count() == 0

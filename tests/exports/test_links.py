"""Numbers in Word, HTML and LaTeX lead to the pages that explain them: each link is followed."""

from __future__ import annotations

import io
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import docx
import pytest

from nqpf_assets.exports.printed.table import number_in
from nqpf_assets.proofs.manuscripts.tex import read_tex
from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.stages.mini import first_walk, write_mini

FORMATS = ("docx", "html", "tex")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = write_mini(tmp_path_factory.mktemp("links"))
    first_walk(project, is_published=True)
    if not (project.site / "index.html").exists():
        elsewhere = tmp_path_factory.mktemp("pages") / "site"
        assert nqpf("site", "-o", elsewhere, project=project.root).status == 0
        shutil.copytree(elsewhere, project.site, dirs_exist_ok=True)
    return project


def _of_docx(content: bytes) -> list[tuple[str, str]]:
    return [
        (link.text, link.url)
        for table in docx.Document(io.BytesIO(content)).tables
        for row in table.rows
        for cell in row.cells
        for paragraph in cell.paragraphs
        for link in paragraph.hyperlinks
    ]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[str]] = []
        self.is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(["", str(dict(attrs)["href"])])
            self.is_open = True

    def handle_endtag(self, tag: str) -> None:
        self.is_open = self.is_open and tag != "a"

    def handle_data(self, data: str) -> None:
        if self.is_open:
            self.found[-1][0] += data


def _of_html(content: bytes) -> list[tuple[str, str]]:
    page = _Links()
    page.feed(content.decode())
    return [(text, address) for text, address in page.found]


def _of_tex(content: bytes) -> list[tuple[str, str]]:
    found = re.findall(
        r"\\nqpflink\{([^{}]*)\}\{([^{}]*)\}", content.decode().split("\\begin", 1)[1]
    )
    return [
        (text.replace("$-$", "-"), re.sub(r"\\([#%&])", r"\1", address)) for address, text in found
    ]


LINKS = {"docx": _of_docx, "html": _of_html, "tex": _of_tex}


def _export(project: Project, folder: Path, name: str, *more: object) -> bytes:
    ran = nqpf("export", "mini", "--to", name, "-o", folder, *more, project=project.root)
    assert ran.status == 0, ran.err
    return (folder / f"mini.{name}").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_every_number_leads_to_a_page_with_its_anchor(built: Project, name: str) -> None:
    folder = built.root / "results"
    links = LINKS[name](_export(built, folder, name))
    shown = LINKS["html"](_export(built, folder, "html"))
    assert links == shown  # the same numbers lead to the same pages in all formats
    text = (folder / "mini.html").read_text("utf-8")
    body = re.findall(r"<td[^>]*>(.*?)</td>", text)
    numbers = [one for one in body if number_in(re.sub("<[^>]*>", "", one).strip("()"))]
    assert len(numbers) > 20
    assert [one for one in numbers if "<a " not in one] == []
    anchored = 0
    for _, address in links:
        page, _, anchor = unquote(address).partition("#")
        target = (folder / page).resolve()
        assert target.is_relative_to(built.site)
        assert target.is_file(), address
        if anchor:
            anchored += 1
            assert f'id="{anchor}"' in target.read_text("utf-8"), address
    assert anchored > 10


@pytest.mark.slow
def test_a_number_leads_to_itself(built: Project) -> None:
    folder = built.root / "results"
    for text, address in LINKS["html"](_export(built, folder, "html")):
        page, _, anchor = unquote(address).partition("#")
        if anchor.startswith("estimate-") and number_in(text):
            shown = (folder / page).resolve().read_text("utf-8")
            row = shown[shown.index(f'id="{anchor}"') :].split("</tr>")[0]
            digits = number_in(text)
            assert digits is not None
            values = re.findall(r">\s*(-?\d[\d.e+-]*)\s*<", row)
            assert any(f"{float(one):.{digits.decimals}f}" == text.rstrip("*") for one in values)


@pytest.mark.parametrize("name", FORMATS)
def test_an_address_of_a_web_server_is_taken(built: Project, tmp_path: Path, name: str) -> None:
    content = _export(built, tmp_path, name, "--links", "https://example.org/a_b/site/")
    addresses = {address for _, address in LINKS[name](content)}
    assert addresses
    assert all(one.startswith("https://example.org/a_b/site/mini/") for one in addresses)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_passed_on_or_asked_without_has_none(
    built: Project, tmp_path: Path, name: str
) -> None:
    assert LINKS[name](_export(built, tmp_path, name)) == []
    inside = built.root / "results"
    assert LINKS[name](_export(built, inside, name, "--links", "none")) == []
    assert LINKS[name](_export(built, inside, name, "--publication", "1")) == []


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "a b", "ftp://x", 'x"y', "", "https://x/{y}"]
)
def test_what_is_no_address_is_refused(built: Project, tmp_path: Path, address: str) -> None:
    ran = nqpf(
        "export", "mini", "--to", "html", "-o", tmp_path, "--links", address, project=built.root
    )
    assert ran.status == 2
    assert "an address such as" in ran.err


def test_show_and_tables_side_by_side_have_links_too(built: Project) -> None:
    folder = built.root / "results"
    folder.mkdir(exist_ok=True)
    one = folder / "one.html"
    assert nqpf("show", "mini.table_1", "-o", one, project=built.root).status == 0
    assert len(LINKS["html"](one.read_bytes())) > 5
    assert nqpf("export", "mini.table_1", "--side-by-side", "--to", "html", "-o", folder,
                project=built.root).status == 0  # fmt: skip
    assert len(LINKS["html"]((folder / "mini.table_1.html").read_bytes())) > 5


@pytest.mark.slow
@pytest.mark.parametrize("name", ["docx", "tex"])
def test_a_manuscript_with_links_is_proof_read_as_one_without(built: Project, name: str) -> None:
    folder = built.root / "results"
    _export(built, folder, name)
    ran = nqpf("proof", folder / f"mini.{name}", "mini", project=built.root)
    plain = built.root / "plain"
    _export(built, plain, name, "--links", "none")
    without = nqpf("proof", plain / f"mini.{name}", "mini", project=built.root)
    said = [re.sub(r"\(line \d+\)|\S+/", "", one.out) for one in (ran, without)]
    assert (ran.status, said[0]) == (0, said[1])
    assert "as published" in said[0]


def test_a_link_in_latex_is_read_as_what_is_seen_of_it(tmp_path: Path) -> None:
    text = (
        "\\newcommand{\\x}[1]{7 #1}\n\\begin{tabular}{lc}\n"
        "a & \\href{https://a.org/\\#b\\%20}{0.5}$^{***}$ \\\\\n"
        "b & \\nqpflink{../c_d.html}{$-$0.25} \\\\\n\\end{tabular}\n"
    )
    (table,) = read_tex(text, tmp_path).tables
    assert [row[1] for row in table.rows if row[0]] == ["0.5***", "−0.25"]

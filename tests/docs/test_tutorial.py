"""The tutorial is run from its own text, with four downloads that stand where the reader's would."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from tests.docs.console import run_page
from tests.docs.markdown import CHECKOUT
from tests.small_project import PAGES, write_raw_files

TUTORIAL = (CHECKOUT / "docs" / "tutorial.md").read_text("utf-8")


def test_the_tutorial_names_the_downloads_that_it_is_run_with() -> None:
    for printed in PAGES:
        assert f"| {printed} |" in TUTORIAL


@pytest.mark.slow
def test_the_tutorial_leads_from_downloads_to_a_word_table(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    written = write_raw_files(tmp_path / "elsewhere")
    (desk / "downloads").mkdir(parents=True)
    for path in written.glob("*.csv"):
        path.rename(desk / "downloads" / path.name)
    run_page(TUTORIAL, desk, tmp_path)
    with zipfile.ZipFile(desk / "mine" / "table_1.docx") as word:
        assert "Development and income" in word.read("word/document.xml").decode()


@pytest.mark.slow
def test_it_can_be_followed_without_a_download(tmp_path: Path) -> None:
    """As it says: `nqpf sample` for the downloads, and no card."""
    page = re.sub(r"\$ mkdir -p raw.*\n\$ cp .*\n", "$ nqpf sample\n…\n", TUTORIAL)
    page = re.sub(r"\$ cat > raw(.*\n)*?CARD\n", "", page)
    page = re.sub(r"…\n4 data files .*\n", "… 0 problems, 1 warning\n", page)
    assert "cp ../downloads" not in page
    assert "CARD" not in page
    (tmp_path / "desk").mkdir()
    run_page(page, tmp_path / "desk", tmp_path)
    assert (tmp_path / "desk" / "mine" / "table_1.docx").is_file()

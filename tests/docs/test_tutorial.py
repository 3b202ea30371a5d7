"""The tutorial is run from its own text, with four downloads that stand where the reader's would."""

from __future__ import annotations

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

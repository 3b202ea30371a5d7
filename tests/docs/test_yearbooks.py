"""From a folder of mixed downloads to a table: the page is run, with made-up files and with genuine ones."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.docs.console import run_page_here
from tests.docs.downloads import DOWNLOADED, put, write_downloads
from tests.docs.markdown import CHECKOUT

PAGE = (CHECKOUT / "docs" / "yearbooks.md").read_text("utf-8")
OLDER = DOWNLOADED - 2 * 365 * 86400
"""Pages of the old site were fetched before it was closed: another vintage than those of the new one."""
GENUINE = {
    "nbs": ("nbs_csv_old/*.csv", "nbs_api/*YY.csv"),
    "nbs_new": ("nbs_csv_new/分省年度数据_6.csv",),
    "eps": ("eps/*.xlsx", "more/eps/*.xlsx"),
    "shanghai": ("yearbook/shanghai_2017/*.xls", "more/yearbook/*.xls"),
    "marketization": ("more/marketization/*.csv",),
}
"""Folder of the page → genuine files, below the shared ones."""


@pytest.mark.slow
def test_the_page_leads_from_downloads_to_a_table(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    write_downloads(desk / "downloads")
    run_page_here(PAGE, desk, tmp_path)


@pytest.mark.slow
@pytest.mark.skipif("NQPF_SHARED" not in os.environ, reason="NQPF_SHARED names no genuine files")
def test_the_page_leads_from_genuine_files_to_a_table(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    real = Path(os.environ["NQPF_SHARED"]) / "real"
    write_downloads(desk / "downloads")
    for folder, patterns in GENUINE.items():
        shutil.rmtree(desk / "downloads" / folder)
        for path in (path for pattern in patterns for path in real.glob(pattern)):
            copy = desk / "downloads" / folder / path.name
            put(copy, path.read_bytes())
            if path.parent.name == "nbs_csv_old":
                os.utime(copy, (OLDER, OLDER))
    (counties,) = real.glob("more/county_yearbook/*.csv")
    (copy,) = (desk / "downloads" / "county").iterdir()
    put(copy, counties.read_bytes())
    run_page_here(PAGE, desk, tmp_path)

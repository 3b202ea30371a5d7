"""Debian's Chromium for tests of pages: one for a module, and pages that tell what goes wrong on them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LEFT = "net::ERR_ABORTED"
MARKS = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="chromium is not installed"),
]


@contextmanager
def chromium() -> Iterator[sync_api.Browser]:
    """The browser."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: sync_api.Browser, **context: Any) -> Iterator[sync_api.Page]:
    """A page that fails where anything on it does, or asks the network."""
    known = {"viewport": {"width": 1200, "height": 900}, "locale": "en-GB"}
    window = browser.new_context(**known | context)
    page = window.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    # What a page still asked for when it was left is cut off, and no fault of it.
    page.on(
        "requestfailed",
        lambda request: (
            wrong.append(f"{request.url}: {request.failure}") if request.failure != LEFT else None
        ),
    )
    yield page
    window.close()
    assert not wrong, wrong

"""Where the engine of the page of questions comes from, how it stays, and what is told where it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nqpf_assets.commands.site import run
from nqpf_assets.messages.problems import InputError
from nqpf_assets.publications.publish import current
from nqpf_assets.site import ask_page
from nqpf_assets.site.ask_page import _FILES, _MODULE, ENGINE, INSTALL, PACKAGES, Engine
from nqpf_assets.site.keep import keep_site
from nqpf_assets.user_input.project import Project
from tests.site.reading import dead_links, read_page
from tests.stages.mini import walked

pytestmark = pytest.mark.slow  # a browser, or pages of a whole project


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """What npm would have put there, made up."""
    folder = tmp_path / "npm"
    for path in (*_FILES.values(), _MODULE):
        file = folder / "node_modules" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    module = folder / "node_modules" / _MODULE
    module.write_text('import * as u from"apache-arrow";u.x;\n//# sourceMappingURL=x.map\n')
    for name, release in PACKAGES.items():
        described = folder / "node_modules" / name / "package.json"
        described.write_text(json.dumps({"version": release}))
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return walked(tmp_path / "project", is_published=True).project


def test_the_engine_comes_once_and_stays_with_the_data_of_each_publication(
    packages: Path, project: Project
) -> None:
    assert run(project=project.root) == 0
    assert not (project.site / "ask").exists()
    assert "ask/" not in (project.site / "index.html").read_text("utf-8")
    assert run(project=project.root, ask=packages) == 0
    module = (project.site / ENGINE / "duckdb.js").read_text("utf-8")
    assert module == "const u = globalThis.Arrow;u.x;\n\n"
    for _ in range(2):
        read_page.cache_clear()
        assert dead_links(project.site) == set()
        assert (project.site / "ask" / "nqpf.duckdb").read_bytes() == project.database.read_bytes()
        assert "ask/index.html" in [
            href for href, _ in read_page(project.site / "index.html").links
        ]
        (project.site / "nqpf-site.txt").write_text("another\n")
        assert keep_site(project, current(project)) == ()


@pytest.mark.parametrize(
    "what", ["no folder", "another release", "a file is missing", "another module"]
)
def test_what_is_not_the_tested_engine_is_refused(
    packages: Path, project: Project, what: str
) -> None:
    modules = packages / "node_modules"
    if what == "another release":
        (modules / "apache-arrow" / "package.json").write_text('{"version": "18.0.0"}')
    elif what == "a file is missing":
        (modules / _FILES["duckdb.wasm"]).unlink()
    elif what == "another module":
        (modules / _MODULE).write_text("export const x = 1;\n")
    folder = packages.with_name("none") if what == "no folder" else packages
    with pytest.raises(InputError) as refused:
        run(project=project.root, ask=folder)
    (told,) = refused.value.problems
    assert INSTALL in told.remedy
    assert any(name in told.expected for name in PACKAGES)
    assert not project.site.exists()


def test_a_file_too_large_for_a_browser_is_told_and_keeps_no_other_page_from_being_written(
    packages: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(project=project.root, ask=packages) == 0
    monkeypatch.setattr(ask_page, "MOST_BYTES", 1000)
    (project.site / "nqpf-site.txt").write_text("another\n")
    (told,) = keep_site(project, current(project))
    assert told.severity == "warning"
    assert "nqpf query" in told.remedy
    assert (project.site / "index.html").is_file()
    assert not (project.site / "ask").exists()
    with pytest.raises(InputError, match="which a browser fetches whole"):
        run(project=project.root, ask=packages)


def test_an_engine_of_other_releases_is_left_behind(packages: Path, project: Project) -> None:
    assert run(project=project.root, ask=packages) == 0
    (project.site / ENGINE / "engine.json").write_text('{"apache-arrow": "1.0"}')
    assert Engine.of_site(project.site) is None
    assert run(project=project.root) == 0
    assert not (project.site / "ask").exists()

"""The published file states its layout; accounts from before there was a number have none."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path

import duckdb
import pytest

from nqpf_assets.catalog import schema_version
from nqpf_assets.catalog.schema_version import SCHEMA_VERSION
from nqpf_assets.defs.refresh import refresh
from nqpf_assets.publications import publish
from nqpf_assets.publications.manifest import manifest_path, read_manifest
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.sealed_json import write_sealed
from tests.docs import generated

pytestmark = pytest.mark.slow  # whole builds and publications


@pytest.fixture
def small(built_small: Project, tmp_path: Path) -> Project:
    return Project.at(shutil.copytree(built_small.root, tmp_path / "small"))


def stated(project: Project) -> list[int | None]:
    with duckdb.connect(str(project.database), read_only=True) as connection:
        rows = connection.execute(
            "SELECT schema_version FROM audit.publication ORDER BY publication"
        ).fetchall()
    return [version for (version,) in rows]


def test_the_file_states_its_version_and_older_accounts_have_none(small: Project) -> None:
    assert stated(small) == [SCHEMA_VERSION]
    account = read_manifest(small, 1)
    assert account is not None
    assert account.schema_version == SCHEMA_VERSION
    older = asdict(account)
    del older["schema_version"]
    write_sealed(manifest_path(small, 1), older)

    study = small.root / "studies" / "first.yaml"
    text = study.read_text("utf-8")
    study.write_text(text.replace("gdp / population", "2 * gdp / population"), "utf-8")
    refresh(small)
    assert stated(small) == [None, SCHEMA_VERSION]


def test_a_risen_version_is_a_new_publication_even_of_the_same_tables(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    done = refresh(small)
    assert not done.made
    assert stated(small) == [SCHEMA_VERSION, SCHEMA_VERSION + 1]


def test_a_name_that_goes_raises_the_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "schema.txt"
    page.write_text(generated.schema_names() + "source.file.gone VARCHAR\n", "utf-8")
    monkeypatch.setattr(generated, "SCHEMA", page)
    with pytest.raises(ValueError, match=r"raise SCHEMA_VERSION .*source\.file\.gone"):
        generated.schema_names()
    monkeypatch.setattr(generated, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    assert generated.schema_names().startswith(f"schema_version {SCHEMA_VERSION + 1}\n")


def test_every_version_says_what_it_changed() -> None:
    source = Path(schema_version.__file__).read_text("utf-8")
    assert f"\n{SCHEMA_VERSION}: " in source or f'"""{SCHEMA_VERSION}: ' in source

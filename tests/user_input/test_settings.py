"""The settings of a project: defaults without a file, and every mistake with its line."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from nqpf_assets.messages.problems import InputError
from nqpf_assets.publications.storage.reading import write_from_storage
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import Settings, load_settings


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_settings(Project(tmp_path)) == Settings()
    (tmp_path / "nqpf.yaml").write_text("# nothing yet\n", "utf-8")
    assert load_settings(Project(tmp_path)) == Settings()


def test_what_is_accepted_is_named_by_check_and_subject(tmp_path: Path) -> None:
    (tmp_path / "nqpf.yaml").write_text(
        "keep: {publications: 3}\n"
        "accept:\n"
        "  - {check: magnitude, about: 'gdp *', reason: rebased, date: 2026-11-24}\n",
        "utf-8",
    )
    settings = load_settings(Project(tmp_path))
    assert settings.keep.publications == 3
    found = settings.acceptance("magnitude", "gdp 2026-05")
    assert found is not None
    assert found.date == dt.date(2026, 11, 24)
    assert settings.acceptance("totals", "gdp 2026-05") is None
    assert settings.acceptance("magnitude", "population 2026-05") is None


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("keep: {publications: 0}", "line 1", "at least 1"),
        ("limits:\n  magnitude: much\n", "line 2", "a number"),
        ("keeps: 3", "line 1", "keeps"),
        ("storage: https://host/bucket", "line 1", "s3://BUCKET/PREFIX"),
        ("storage: s3://key:secret@bucket/a", "line 1", "AWS_ACCESS_KEY_ID"),
        ("storage: s3://bucket/../a", "line 1", "s3://BUCKET/PREFIX"),
        ("storage: gs://bucket/a", "line 1", "s3://BUCKET/PREFIX"),
        ("storage: s3://bucket/省", "line 1", "letters without accents"),
        ("accept:\n  - {check: magnitude, about: x, date: 2026-01-01}\n", "line 2", "reason"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, place: str, words: str) -> None:
    (tmp_path / "nqpf.yaml").write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load_settings(Project(tmp_path))
    (problem,) = caught.value.problems
    assert problem.file == "nqpf.yaml"
    assert place in problem.where
    assert words in str(problem)


@pytest.mark.parametrize("typed", ["s3://key:se/cret@bucket/a", "s3://bucket/a?key=se/cret"])
def test_a_key_in_an_address_is_not_told(tmp_path: Path, typed: str) -> None:
    (tmp_path / "nqpf.yaml").write_text(f"storage: {typed}", "utf-8")
    with pytest.raises(InputError) as caught:
        load_settings(Project(tmp_path))
    with pytest.raises(InputError) as of_reader:
        write_from_storage(typed, None, tmp_path / "x.duckdb")
    for told in (str(caught.value), str(of_reader.value)):
        assert "cret" not in told
        assert "bucket/a" in told


def test_the_documentation_shows_the_defaults(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text("utf-8")
    defaults, accepted = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "nqpf.yaml").write_text(defaults, "utf-8")
    assert load_settings(Project(tmp_path)) == Settings()
    for part in (Settings, Settings().keep.__class__, Settings().limits.__class__):
        assert [name for name in part.model_fields if f"{name}:" not in defaults] == []
    (tmp_path / "nqpf.yaml").write_text(accepted, "utf-8")
    assert load_settings(Project(tmp_path)).acceptance("magnitude", "gdp 国家统计局 2026-05")

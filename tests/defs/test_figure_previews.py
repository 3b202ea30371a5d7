"""Figures in Dagster's pages: pictures in the text of the publication's record, a few and small ones."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nqpf_assets.defs import metadata
from nqpf_assets.defs.assets import PUBLISHED
from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.stages.mini import write_mini

PICTURE = re.compile(r"!\[[^\]]*\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)")


def _with_figures(root: Path, *sizes: int) -> Project:
    project = Project.at(root)
    folder = project.site / "mini" / "figures"
    folder.mkdir(parents=True)
    for place, size in enumerate(sizes):
        for language in ("en", "zh"):
            (folder / f"f{place}.{language}.abc.svg").write_text(f"<svg>{'x' * (size - 11)}</svg>")
    return project


def test_a_few_small_figures_are_shown_and_large_ones_are_left_to_the_pages(tmp_path: Path) -> None:
    project = _with_figures(tmp_path, 100, metadata.LARGEST_FIGURE + 1, 200, 300, 400, 500)
    found = metadata.figure_previews(project, ["mini", "other"])
    assert [*found] == ["figures_mini"]
    shown = [base64.b64decode(one) for one in PICTURE.findall(found["figures_mini"].value)]
    assert [len(one) for one in shown] == [100, 200, 300, 400]
    assert (
        "figures&#46;html" in found["figures_mini"].value
        or "figures.html" in found["figures_mini"].value
    )


def test_without_figures_nothing_is_shown(tmp_path: Path) -> None:
    assert metadata.figure_previews(Project.at(tmp_path), ["mini"]) == {}


@pytest.mark.slow
def test_a_publication_shows_its_figures_and_what_was_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dagster as dg

    project = write_mini(
        tmp_path, files={"nqpf.yaml": "site: figures\nstorage: s3://bucket/mini\n"}
    )
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SKIP_SIGNATURE"):
        monkeypatch.delenv(name, raising=False)
    assert nqpf("refresh", project=project.root).status == 0
    monkeypatch.setenv("DAGSTER_HOME", str(project.dagster_home))
    with dg.DagsterInstance.get() as instance:
        event = instance.get_latest_materialization_event(PUBLISHED)
    assert event is not None
    assert event.asset_materialization is not None
    left_out = str(event.asset_materialization.metadata["left_out"].value)
    assert left_out.startswith("publication 1 in s3://bucket/mini: AWS_ACCESS_KEY_ID and")
    shown = event.asset_materialization.metadata["figures_mini"].value
    pictures = PICTURE.findall(str(shown))
    assert 0 < len(pictures) <= metadata.MOST_FIGURES
    for one in pictures:
        assert ElementTree.fromstring(base64.b64decode(one)).tag.endswith("svg")

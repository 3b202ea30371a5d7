"""What a newcomer meets first: the picture, the Chinese page, how to cite. Each is held to its source."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.docs.markdown import CHECKOUT, blocks, session

PICTURE = CHECKOUT / "docs" / "images" / "nqpf.svg"
STAMP = re.compile(r"publication \d+ of [\d-]+, content \w+")
SCALE = 1.0
"""Points of a picture, of 72 to an inch, by which a line may lie elsewhere with another release."""


def _commands(page: str) -> list[str]:
    text = (CHECKOUT / page).read_text("utf-8")
    return [command for block in blocks(text, "console") for command, _ in session(block)]


def test_the_chinese_page_gives_commands_of_the_english_one_in_its_order() -> None:
    left = iter(_commands("README.md"))
    given = _commands("README.zh.md")
    assert len(given) > 12
    for command in given:
        assert command in left, f"{command} stands not in README.md, or earlier than here"


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_picture_stands_before_the_first_command(page: str) -> None:
    text = (CHECKOUT / page).read_text("utf-8")
    assert 0 < text.index("docs/images/nqpf.svg") < text.index("```console")


def test_the_citation_says_what_the_package_says() -> None:
    cited = yaml.safe_load((CHECKOUT / "CITATION.cff").read_text("utf-8"))
    package = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    assert cited["cff-version"] == "1.2.0"
    assert cited["message"]
    assert cited["authors"]
    assert cited["type"] == "software"
    assert cited["title"] == package["name"]
    assert str(cited["version"]) == package["version"]
    assert cited["license"] == package["license"]
    assert cited["keywords"] == package["keywords"]


def _drawn(svg: str) -> tuple[str, list[float]]:
    """The picture without its stamp: everything that is no number, and the numbers."""
    text = STAMP.sub("", svg)
    return re.sub(r"-?\d+(\.\d+)?", "", text), [float(n) for n in re.findall(r"-?\d+\.\d+", text)]


def test_another_line_and_another_mean_would_be_seen() -> None:
    svg = PICTURE.read_text("utf-8")
    assert STAMP.search(svg)
    moved = re.sub(r"\d+\.\d+", lambda one: f"{float(one[0]) + 2}", svg)
    assert _drawn(moved)[1] != pytest.approx(_drawn(svg)[1], abs=SCALE)


@pytest.mark.slow
def test_the_picture_is_what_the_sample_gives(built_sample: Project, tmp_path: Path) -> None:
    path = tmp_path / "nqpf.svg"
    ran = nqpf("plot", "province.nqpf", "--output", path, project=built_sample.root)
    assert ran.status == 0, ran.err
    found, kept = path.read_text("utf-8"), PICTURE.read_text("utf-8")
    said = [STAMP.sub("", re.findall("<desc>(.*?)</desc>", svg)[0]) for svg in (found, kept)]
    assert said[0] == said[1], "`make picture` draws it anew"
    assert len(_drawn(found)[1]) == len(_drawn(kept)[1])
    assert _drawn(found)[1] == pytest.approx(_drawn(kept)[1], abs=SCALE)

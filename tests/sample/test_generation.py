"""The committed raw files are what the generator writes, and each says that it is made up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nqpf_assets.formats.recognise import read
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.card_files import load_cards
from sample.generation import generate
from sample.pages import extended

RAW = Path(__file__).parents[2] / "raw"
MAX_BYTES = 3_000_000
# Formats whose readers do not hand on where the file says that it is synthetic.
SAID_IN_BYTES: tuple[bytes, ...] = ("合成数据".encode(), b"synthetic")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("raw")
    return {str(p.relative_to(folder)): p.read_bytes() for p in generate(folder)}


@pytest.mark.slow
def test_two_runs_give_the_same_bytes(written: dict[str, bytes], tmp_path: Path) -> None:
    again = {str(p.relative_to(tmp_path)): p.read_bytes() for p in generate(tmp_path)}
    assert again == written


@pytest.mark.slow
def test_another_seed_gives_other_numbers(written: dict[str, bytes], tmp_path: Path) -> None:
    other = {str(p.relative_to(tmp_path)): p.read_bytes() for p in generate(tmp_path, seed=7)}
    assert set(other) == set(written)
    gdp = "nbs/2026-02/分省年度数据.csv"
    assert other[gdp] != written[gdp]


@pytest.mark.slow
def test_the_committed_files_are_these(written: dict[str, bytes]) -> None:
    committed = {
        str(path.relative_to(RAW)): path.read_bytes()
        for folder in {name.rsplit("/", 1)[0] for name in written}
        for path in (RAW / folder).iterdir()
    }
    assert sorted(committed) == sorted(written)
    different = [name for name in sorted(written) if committed[name] != written[name]]
    assert different == [], "run `python -m sample raw`"


def test_the_sample_is_small(written: dict[str, bytes]) -> None:
    assert sum(map(len, written.values())) < MAX_BYTES


def _cards() -> list[tuple[Path, OriginCard]]:
    found = []
    for folder in sorted({path.parent for path in RAW.rglob("card.yaml")}):
        names = sorted(path.name for path in folder.iterdir() if path.name != "card.yaml")
        cards = load_cards(folder, f"raw/{folder.relative_to(RAW)}", names)
        assert cards.problems == ()
        found += [(folder / name, cards.cards[name].card) for name in names]
    return found


@pytest.mark.parametrize(("path", "card"), _cards(), ids=lambda value: getattr(value, "name", ""))
def test_every_file_says_inside_that_it_is_synthetic(path: Path, card: OriginCard) -> None:
    reading = read(path.read_bytes(), file=path.name, layout=card.layout, columns=card.columns)
    assert [p for p in reading.problems if p.severity == "error"] == []
    if path.name == "table_3_1.csv":
        assert (card.status, reading.facts["status"]) == ("survey", "survey")
        return
    assert card.status == "synthetic"
    said = reading.facts.get("status") == "synthetic"
    assert said or any(word in path.read_bytes() for word in SAID_IN_BYTES)


def test_a_page_holds_the_years_that_it_is_labelled_with() -> None:
    values = np.array([[100.0, 104.0, 110.0]])
    page = extended(values, (2012, 2013, 2014), 2013, 2015)
    assert page[0, :2].tolist() == [104.0, 110.0]
    assert page.shape == (1, 3)
    assert extended(values, (2012, 2013, 2014), 2012, 2013).tolist() == [[100.0, 104.0]]

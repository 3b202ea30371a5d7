"""Origin cards: read strictly, every mistake with its line, and found beside their files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.card_files import FolderCards, load_cards
from nqpf_assets.user_input.lined_yaml import read_yaml
from nqpf_assets.user_input.model_messages import validate

CARD = "publisher: 国家统计局\ntitle: 分省年度数据\nstatus: official\n"


def read_card(text: str) -> tuple[OriginCard | None, tuple[Problem, ...]]:
    document = read_yaml(text, "raw/nbs/2026/a.csv.card.yaml")
    return (None, document.problems) if document.problems else validate(OriginCard, document)


def line_of(problem: Problem) -> int:
    """The line in ``line 4, column 1``."""
    return int(problem.where.removeprefix("line ").partition(",")[0])


def test_a_mistake_is_named_with_its_column() -> None:
    _, (problem,) = read_card(CARD + "columns:\n  region: 地区\n  period: 年\n  values: a\n")
    assert problem.where == "line 7, column 3"


def test_aliases_of_aliases_are_bounded() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    _, problems = read_card("\n".join(levels))
    assert "yaml_too_large" in {problem.code for problem in problems}


def test_a_full_card() -> None:
    card, problems = read_card(
        CARD + "series: {国内生产总值: gdp}\nunit: 亿元\nregion: 500000\npublished: 2026-05\n"
        "accessed: 2026-05-03\nvintage: 2026-05-03\nedition: 2018\nlicence: 公开\n"
        "accept: {unit: 台}\n"
    )
    assert problems == ()
    assert card is not None
    assert card.published == dt.date(2026, 5, 31)
    assert (card.region, card.vintage, card.edition) == ("500000", "2026-05-03", "2018")
    assert card.series == {"国内生产总值": "gdp"}


def test_a_year_stands_for_its_last_day() -> None:
    card, _ = read_card(CARD + "published: 2024\n")
    assert card is not None
    assert card.published == dt.date(2024, 12, 31)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (CARD + "licenze: x\n", 4, "licence"),
        (CARD + "status: survey\n", 4, "`status` again, after line 3"),
        (CARD + "series: [gdp]\n", 4, "mapping"),
        (CARD + "series:\n  a: 1\n", 4, "mapping"),
        (CARD + "published: soon\n", 4, "a date such as"),
        (CARD + "sha256: 12ab\n", 4, "SHA-256"),
        (CARD + "columns:\n  region: 地区\n  perod: 年\n  values: [a]\n", 6, "period"),
        (CARD + "layout:\n  columns: {a: b}\n  rows:\n    total: [x]\n", 7, "totals"),
        (CARD.replace("official", "offical"), 3, "synthetic"),
        (CARD.replace("publisher", "#"), 1, "publisher"),
        (CARD + "notes: [\n", 5, "readable YAML"),
        ("", 1, "nothing"),
        ("- a\n", 1, "keys with values"),
        (CARD + "title: !!python/name:os.system x\n", 4, "after line 2"),
        (CARD + "notes: !!python/name:os.system x\n", 4, "remove the tag"),
        (CARD + "<<: {unit: 元}\n", 4, "the merge key"),
        (CARD + "---\nunit: 元\n", 4, "a second document"),
    ],
)
def test_mistakes_name_their_line(text: str, line: int, said: str) -> None:
    card, problems = read_card(text)
    assert card is None
    assert any(said in str(problem) for problem in problems)
    assert line in {line_of(problem) for problem in problems}


def test_all_mistakes_are_told_at_once() -> None:
    _, problems = read_card("titel: x\nstatus: offical\npublished: soon\n")
    # No publisher, `titel` for `title` (once), an unknown status, no date.
    assert len(problems) == 4


def cards_in(folder: Path, files: dict[str, str], names: tuple[str, ...]) -> FolderCards:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_cards(folder, "raw/nbs/2026", names)


def test_a_folders_card_gives_defaults(tmp_path: Path) -> None:
    text = CARD + "files:\n  a.csv: {series: gdp, unit: 亿元}\n  b.csv:\n    title: 人口\n"
    found = cards_in(tmp_path, {"card.yaml": text}, ("a.csv", "b.csv", "c.csv"))
    assert found.problems == ()
    assert found.cards["a.csv"].card.series == "gdp"
    assert found.cards["a.csv"].where("series") == "line 5 of raw/nbs/2026/card.yaml"
    assert found.cards["a.csv"].where("title") == "line 2 of raw/nbs/2026/card.yaml"
    assert found.cards["b.csv"].card.title == "人口"
    assert found.cards["c.csv"].card.title == "分省年度数据"


def test_a_folders_card_without_title_is_none_for_unlisted_files(tmp_path: Path) -> None:
    text = "publisher: x\nstatus: survey\nfiles:\n  a.csv: {title: A}\n"
    found = cards_in(tmp_path, {"card.yaml": text}, ("a.csv", "b.csv"))
    assert found.problems == ()
    assert set(found.cards) == {"a.csv"}
    assert found.described == {"a.csv"}


def test_a_files_own_card_stands_alone(tmp_path: Path) -> None:
    own = "publisher: EPS\ntitle: 年度\nstatus: official\n"
    files = {"card.yaml": CARD + "unit: 亿元\n", "a.csv.card.yaml": own}
    found = cards_in(tmp_path, files, ("a.csv", "b.csv"))
    assert found.cards["a.csv"].card.unit is None
    assert found.cards["b.csv"].card.unit == "亿元"


def test_names_are_the_same_in_either_unicode_form(tmp_path: Path) -> None:
    text = CARD + "files: {'e\u0301.csv': {unit: 元}}\n"
    found = cards_in(tmp_path, {"card.yaml": text}, ("\u00e9.csv",))
    assert found.cards["\u00e9.csv"].card.unit == "元"


@pytest.mark.parametrize(
    ("files", "line", "said"),
    [
        ({"a.cvs.card.yaml": CARD}, 1, "did you mean `a.csv`"),
        ({"card.yaml": CARD + "files: {a.cvs: {}}\n"}, 4, "did you mean `a.csv`"),
        ({"card.yaml": CARD + "files: {a.csv: {}}\n", "a.csv.card.yaml": CARD}, 4, "one card"),
        ({"card.yaml": CARD + "files: [a.csv]\n"}, 4, "file names"),
        ({"card.yaml": CARD + "files: {a.csv: 3}\n"}, 4, "keys with values"),
        ({"card.yaml": CARD + "files:\n  a.csv:\n    unti: 元\n"}, 6, "did you mean `unit`"),
        ({"card.yaml": "title: x\nstatus: survey\nfiles:\n  a.csv: {unit: 元}\n"}, 4, "publisher"),
        ({"card.yaml": "[]"}, 1, "keys with values"),
    ],
)
def test_mistakes_in_folders_of_cards(
    tmp_path: Path, files: dict[str, str], line: int, said: str
) -> None:
    problems = cards_in(tmp_path, files, ("a.csv",)).problems
    assert [line_of(problem) for problem in problems if said in str(problem)] == [line]


def test_a_card_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_bytes(CARD.encode("gb18030"))
    found = load_cards(tmp_path, "raw/nbs/2026", ("a.csv",))
    assert found.problems[0].expected == "a text in UTF-8"
    assert found.described == {"a.csv"}


def test_examples_in_the_documentation_are_cards() -> None:
    text = (Path(__file__).parents[2] / "docs" / "cards.md").read_text(encoding="utf-8")
    examples = [block.split("```")[0] for block in text.split("```yaml\n")[1:]]
    card, problems = read_card(examples[0])
    assert (card is not None, problems) == (True, ())
    described = set(OriginCard.model_fields) - {"layout", "columns", "sheets", "weights"}
    assert all(f"\n{key}:" in examples[0] for key in described)

"""Every reader holds to one contract, and a page tells each of its formats."""

from __future__ import annotations

import json
import re

import pytest

from nqpf_assets.formats.reader import Reader
from nqpf_assets.formats.registry import READERS, in_order
from nqpf_assets.testing import Example, reader_checks
from nqpf_assets.testing.checks import ContractCheck
from tests.docs.markdown import CHECKOUT
from tests.formats.test_conservation import KINDS, VALUES, _answer

OF_READER = {
    "eps": ("eps",),
    "nbs_csv": ("nbs csv", "nbs csv of indicators", "nbs csv without block", "two nbs pages"),
    "nbs_long": ("long table",),
    "nbs_workbook": ("nbs xlsx", "nbs xls"),
    "tidy": ("tidy csv", "tidy csv with semicolons", "tidy xlsx", "tidy parquet", "tidy stata"),
    "yearbook": ("yearbook",),
}


def examples(reader: str) -> list[Example]:
    """Files of a reader, with numbers that another program counted."""
    if reader == "nbs_json":
        answers = [_answer([str(v) for v in VALUES[:4]], old) for old in (True, False)]
        return [Example(json.dumps(one, ensure_ascii=False).encode(), 4) for one in answers]
    found = []
    for kind in (KINDS[name] for name in OF_READER[reader]):
        content = kind.write(kind.rows)
        found.append(Example(content, kind.numbers(content, kind.rows), **kind.card))
    return found


CHECKS = [
    check for name, reader in READERS.own.items() for check in reader_checks(reader, examples(name))
]


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_contract(check: ContractCheck) -> None:
    check()


@pytest.mark.parametrize("reader", READERS.own.values(), ids=lambda reader: reader.name)
def test_the_page_on_formats_tells_every_format(reader: Reader) -> None:
    assert sorted(name for one in reader.words for name in one.formats) == sorted(reader.formats)
    page = (CHECKOUT / "docs" / "formats.md").read_text("utf-8")
    assert all(f"`{name}`" in page for name in reader.formats)
    name, _, heading = reader.documentation.partition("#")
    assert name == "formats.md"
    assert not heading or f"\n## {heading}\n" in page


def test_no_other_module_names_a_reader() -> None:
    """One is added by one file: nothing lists them."""
    mention = re.compile(r"formats\.readers(?:\.| import )\w+")
    modules = (CHECKOUT / "nqpf_assets").rglob("*.py")
    assert not [path for path in modules if mention.search(path.read_text("utf-8"))]


def test_those_of_publishers_are_asked_before_those_of_any_table() -> None:
    general = [reader.name for reader in in_order() if reader.by != "content"]
    assert (
        [reader.name for reader in in_order()][-len(general) :] == general == ["tidy", "yearbook"]
    )

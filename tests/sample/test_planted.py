"""The registry holds every number that the papers' tables print, each with its reason."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from sample.planted import markdown, registry

DOCS = Path(__file__).parents[2] / "docs" / "sample_data.md"
PAPERS = {
    "province": ("an_2026_rural_revitalization.txt", ("Table 1.", "Table 2.", "Table 3.")),
    "chongqing": ("kou_rural_governance.txt", ("Table 3.1:", "Table 4.1:", "Table 4.2:")),
}
# Sample sizes, R² and decimals; years, marks of columns and section numbers are left out.
NUMBER = re.compile(r"(?<![\d.])(?:0\.\d{3}|\d{1,2}\.\d{1,3}|[1-9]\d{2,4}|0\.\d+)(?![\d.])")


def test_every_number_left_out_has_a_reason() -> None:
    assert [one for one in registry() if not one.carried and not one.reason] == []


def test_no_number_stands_twice() -> None:
    keys = [(o.study, o.table, o.column, o.term, o.quantity) for o in registry()]
    assert len(keys) == len(set(keys))


def test_the_documentation_prints_the_registry() -> None:
    assert markdown() in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("study", sorted(PAPERS))
def test_every_number_of_the_papers_tables_is_registered(study: str) -> None:
    shared = os.environ.get("NQPF_SHARED")
    if shared is None:
        pytest.skip("the papers are not at hand: NQPF_SHARED is not set")
    name, heads = PAPERS[study]
    text = (Path(shared) / "papers" / name).read_text(encoding="utf-8")
    registered = {abs(one.value) for one in registry() if one.study == study}
    missing = []
    for head in heads:
        start = max(match.start() for match in re.finditer(re.escape(head), text))
        for line in text[start:].splitlines()[1:]:
            if line.startswith(("Note", "*Data", "4.2. ", "5. ")):
                break
            if "\t" not in line or re.search(r"20\d\d\t20\d\d", line):
                continue
            cells = line.split("\t", 1)[1]
            missing += [
                (head, found) for found in NUMBER.findall(cells) if float(found) not in registered
            ]
    assert missing == []

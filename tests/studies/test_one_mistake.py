"""A value of no shape that an option can have is one mistake, told once: whatever shapes the option has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.studies import every_option
from tests.studies.every_part import BESIDE, PARTS, STUDY
from tests.studies.every_part import options as of_study
from tests.studies.test_every_option import checked, study, with_option
from tests.studies.test_every_part import changed, with_part

MISTAKES = ["no such word", [[1]], -7.5]


def texts(mistake: Any) -> Iterator[tuple[str, str]]:
    """Every option of a study file and of a column, and the file in which it has the value."""
    for path, part, _, _ in of_study():
        keys = tuple(path.split("."))
        plain = (PARTS[part] if part else STUDY) | (
            BESIDE.get(path, {}) if "from_level" in keys else {}
        )
        whole, _ = changed(plain, keys[2:] if part else keys, mistake)
        yield f"{part}: {path}", yaml.safe_dump(with_part("s", part, whole), allow_unicode=True)
    for path, _ in every_option.options():
        column = with_option(every_option.base("two_way_fe", "clustered"), path, mistake)
        yield ".".join(path), study(column)


def test_what_columns_share_is_told_once() -> None:
    shared = STUDY | {"tables": {"t": {
        "title": "T", "model": {"outcome": "rate", "regressors": ["out"], "hausman": "mundlak"},
        "columns": [{"label": "(1)"}, {"label": "(2)"}]}}}  # fmt: skip
    (one,) = checked(yaml.safe_dump(with_part("s", "", shared), allow_unicode=True))[1]
    assert one.expected == "true or false, or one of sigmamore, sigmaless"


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_a_value_of_no_shape_is_told_once(mistake: Any) -> None:
    told = {
        name: [f"{one.where}: {one.expected}" for one in checked(text)[1]]
        for name, text in texts(mistake)
    }
    twice = {
        name: words
        for name, words in told.items()
        if max(Counter(one.partition(": ")[0] for one in words).values(), default=0) > 1
    }
    assert twice == {}
    assert sum(map(bool, told.values())) > len(told) / 2

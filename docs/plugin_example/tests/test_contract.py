"""The members hold to what all of their kind must; whether their numbers are right is a test of its own."""

from __future__ import annotations

import numpy as np
import pytest
from nqpf_example.estimator import ESTIMATOR
from nqpf_example.method import METHOD
from nqpf_example.reader import READER

from nqpf_assets.testing import Example, check_estimator, index_checks, reader_checks
from nqpf_assets.testing.index_example import example_of

FILE = "%MONITOR\n地区生产总值;亿元;北京市;2020;36102.6\n地区生产总值;亿元;天津市;2020;\n"
CHECKS = (*index_checks(METHOD), *reader_checks(READER, [Example(FILE.encode(), numbers=3)]))


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_contract(check) -> None:  # type: ignore[no-untyped-def]
    check()


def test_between() -> None:
    written = {"vcov": {"type": "unadjusted"}, "between": {}}
    check_estimator(ESTIMATOR, written=written, other={"least": 9})


def test_numbers() -> None:
    values = np.array([[1.0, 5.0], [3.0, 5.5], [2.0, 7.0]])
    indicators = [
        {"indicator": "a", "expression": "gdp"},
        {"indicator": "b", "expression": "population"},
    ]
    example = example_of(METHOD, {"dimensions": {"all": indicators}}, values)
    assert example.result().scores == pytest.approx([0, 0.625, 0.75])
    assert example.but({"mean": "geometric"}).result().scores == pytest.approx([0, 0.5, 0.5**0.5])

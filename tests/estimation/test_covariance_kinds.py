"""What a study may say of a covariance is what the numbers take, and each is named in few places."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest

import nqpf_assets
from nqpf_assets.estimators.linear.covariance_kinds import KINDS, Vcov
from nqpf_assets.studies.least_squares_covariances import LEAST_SQUARES
from nqpf_assets.studies.vcov import Vcov as Written

ROOT = Path(nqpf_assets.__file__).parent


def test_the_two_sides_say_the_same() -> None:
    assert tuple(LEAST_SQUARES) == tuple(KINDS) == get_args(Vcov)
    assert set(KINDS) <= set(get_args(Written.model_fields["type"].annotation))
    for name, kind in KINDS.items():
        said = LEAST_SQUARES[name]
        assert said.most_keys == kind.most_keys
        large = ("large_sample",) if said.has_large_sample else ()
        assert (*said.corrections, *large) == kind.corrections
        assert said.has_lags == kind.has_lags


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cr2", "cr3", "linearmodels"])
def test_a_covariance_is_named_where_it_is_declared_and_computed(name: str) -> None:
    """What goes with it is asked of its declaration, so that one more is added without a search."""
    named = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value == name
    }
    assert named - {"warehouse/releases.py"} == {
        "studies/vcov.py",
        "studies/least_squares_covariances.py",
        "estimators/linear/covariance_kinds.py",
        "estimators/linear/within_covariance.py",
    }

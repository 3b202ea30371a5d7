"""An estimator that tells on what stopped a part of it keeps the units to be named and what to do."""

from __future__ import annotations

import ast
from pathlib import Path

import nqpf_assets.estimators

ROOT = Path(nqpf_assets.estimators.__file__).parent


def told_on() -> dict[str, set[str]]:
    """Place of each error whose words are those of another → what else of the other it takes."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or ast.unparse(call.func) != "EstimationError":
                continue
            if call.args and "{error}" in ast.unparse(call.args[0]):
                kept = {f"{one.arg}={ast.unparse(one.value)}" for one in call.keywords}
                found[f"{path.relative_to(ROOT)}:{call.lineno}"] = kept
    return found


def test_units_and_remedy_are_kept() -> None:
    found = told_on()
    assert len(found) > 5
    assert {*map(frozenset, found.values())} == {
        frozenset({"units=error.units", "remedy=error.remedy"})
    }

"""What a look costs: every formula is read once, every table's record once, columns are put together once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from nqpf_assets.expressions import definition
from nqpf_assets.projects.opened import open_project
from nqpf_assets.publications.outlook import outlook_of
from nqpf_assets.stages import compiled_study
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.store import Store


@pytest.mark.slow
def test_a_look_asks_everything_once(built_small: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[tuple[str, str]] = Counter()

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any) -> Any:
            asked[name, str(args[-1])] += 1
            return real(*args)

        return called

    monkeypatch.setattr(
        definition, "parse_expression", counted("parse", definition.parse_expression)
    )
    monkeypatch.setattr(compiled_study, "requests", counted("requests", compiled_study.requests))
    monkeypatch.setattr(Store, "record", counted("record", Store.record))
    opened = open_project(built_small)
    seen = outlook_of(opened)
    seen.tables.settle(opened.descriptions)
    assert not seen.is_news
    n = Counter(name for name, _ in asked.elements())
    formulas = [one for study in opened.compiled.values() for one in study.formulas]
    assert n["parse"] == len(formulas) > 0
    assert n["requests"] == len(opened.studies) > 0
    assert n["record"] == len(opened.graph.tables) == len({k for k in asked if k[0] == "record"})

"""Rounds of variables and indices: who waits for whose score, and who waits for himself."""

from __future__ import annotations

import pytest

from nqpf_assets.expressions.compile import CircleError
from nqpf_assets.studies.index_rounds import Round, rounds


def test_a_study_whose_formulas_read_no_index_has_one_round() -> None:
    found = rounds({"gdp": {"gdp"}, "q": {"gdp", "population"}}, {"a": ["q"]})
    assert found == (Round(("gdp", "q"), ("a",)),)


def test_a_variable_waits_for_the_scores_it_reads_through_any_number_of_steps() -> None:
    formulas = {
        "q": {"gdp"},
        "before": {"a"},
        "coupled": {"before", "b"},
        "r": {"population"},
        "s": {"coupled"},
        "t": {"c", "gdp"},
    }
    first, second, third = rounds(formulas, {"a": ["q"], "b": ["r"], "c": ["s", "q"]})
    assert (set(first.variables), set(first.indices)) == ({"q", "r"}, {"a", "b"})
    assert (second.variables, second.indices) == (("before", "coupled", "s"), ("c",))
    assert third == Round(("t",), ())


def test_an_index_made_from_its_own_score_is_told_with_every_member_of_the_circle() -> None:
    with pytest.raises(CircleError) as told:
        rounds({"q": {"before"}, "before": {"a"}}, {"a": ["q"]})
    first, *others = told.value.members
    assert others[-1] == first
    pairs = set(zip(told.value.members, others, strict=False))
    assert pairs == {("a", "q"), ("q", "before"), ("before", "a")}


def test_an_index_of_indices_waits_for_each_of_them() -> None:
    found = rounds(
        {"x": {"s"}, "y": {"t"}, "of_a": {"a"}, "of_b": {"b"}},
        {"a": ["x"], "b": ["y", "of_a"], "c": ["of_a", "of_b"]},
    )
    assert [set(one.indices) for one in found] == [{"a"}, {"b"}, {"c"}]
    assert [set(one.variables) for one in found] == [{"x", "y"}, {"of_a"}, {"of_b"}]

"""Every refusal of a study is on its page; those that values decide are told at a line of the study file."""

from __future__ import annotations

from tests.docs.refusals import by_data, checked, known, of_data, page, raised, said


def test_every_error_says_whether_only_values_decide() -> None:
    new = [(one.module, one.words) for one in raised() if one not in known()]
    assert new == [], "say in tests/docs/refusals.yaml: data, or written; then `make docs`"
    said_of = {(one.module, words) for one, words in known().items()}
    listed = {(module, words) for module, all_words in said().items() for words in all_words}
    assert listed - said_of == set(), "no such error any more"
    hows = {how.partition(": ")[0] for all_words in said().values() for how in all_words.values()}
    assert hows == {"data", "written"}


def test_every_problem_of_a_step_names_keys_of_the_study_file() -> None:
    assert len(of_data()) > 8
    assert [one for one, is_placed in of_data() if not is_placed and one.module != NAMED] == []


NAMED = "stages/named_units_of_series"
"""Names outside of formulas, whose line is in the text."""


def test_the_page_has_them() -> None:
    text = page()
    assert len(checked()) > 70
    assert text.count("\n- ") > 150
    for one in raised():
        assert not by_data(one) or "…" != by_data(one).strip("…:, ") != ""

"""YAML typed with a Chinese keyboard: what is refused for a sign of full width names the sign, once."""

from __future__ import annotations

import pytest

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.user_input.lined_yaml import read_yaml
from tests.stages.mini import STUDY


def refused(written: str, typed: str) -> tuple[Problem, ...]:
    assert written in STUDY
    with pytest.raises(InputError) as error:
        read_study_file("mini.yaml", STUDY.replace(written, typed, 1))
    return error.value.problems


@pytest.mark.parametrize(
    ("written", "typed", "where", "sign"),
    [
        ("study: mini", "study：mini", "line 1, column 6", "`：` of full width (U+FF1A)"),
        ("study: mini", "study： mini", "line 1, column 6", "`：` of full width (U+FF1A)"),
        ("    title: Wealth", "    title：Wealth", "line 15, column 10", "`：` of full width (U+FF1A)"),
        ("units: {level", "＃ 单位\nunits: {level", "line 3, column 1", "`＃` of full width (U+FF03)"),
        ("  output: {", "　　output: {", "line 10, column 1", "an ideographic blank (U+3000)"),
        ("study: mini", "study:　mini", "line 1, column 7", "an ideographic blank (U+3000)"),
        ("study: mini", "study:\u00a0mini", "line 1, column 7", "a blank that does not break (U+00A0)"),
        ("{method: linear, ends: none}", "｛method: linear, ends: none｝", "line 5, column 16",
         "`｛` of full width (U+FF5B)"),
        ("[北京, 天津, 河北, 山西]", "【北京, 天津, 河北, 山西】", "line 3, column 32",
         "`【` of full width (U+3010)"),
        ("[北京, 天津, 河北, 山西]", "［北京, 天津, 河北, 山西］", "line 3, column 32",
         "`［` of full width (U+FF3B)"),
        ("        - {indicator: per_person", "        － {indicator: per_person", "line 19, column 9",
         "`－` of full width (U+FF0D)"),
        ('"lag(population, 1)"', "“lag(population, 1)”", "line 11, column 31", "`“` of full width (U+201C)"),
    ],
)  # fmt: skip
def test_a_sign_that_breaks_the_file_is_named_where_it_stands(
    written: str, typed: str, where: str, sign: str
) -> None:
    (problem,) = refused(written, typed)
    assert (problem.where, problem.found) == (where, sign)
    assert problem.expected == "signs of YAML in half width"


@pytest.mark.parametrize(
    ("written", "typed", "sign", "remedy"),
    [
        ("method: linear", "method：linear", "`：` of full width", "between a key and its value write `: `"),
        ("regressors: [wealth]", "regressors: [wealth，output]", "`，` of full width",
         "between the entries of a list write `, `"),
        ("regressors: [wealth]", "regressors: [wealth、output]", "`、` of full width",
         "between the entries of a list write `, `"),
        ("first: 2015", "first: ２０１５", "digits or signs of full width", "write `2015`"),
        ("maximum: 1e9", "maximum: １，０００", "digits or signs of full width", "write `1000`"),
        ("method: linear", "method: ｌｉｎｅａｒ", "letters of full width", "write `linear`"),
        ("method: linear", "method: “linear”", "`“` of full width", 'put a text into quotes of ASCII, "…"'),
        ("study: mini", "study: mini\u200b", "an invisible character (U+200B)", "remove it"),
        ("outcome: output", "outcome\u200b: output", "an invisible character (U+200B)", "remove it"),
    ],
)  # fmt: skip
def test_a_word_that_is_refused_for_its_sign_says_so(
    written: str, typed: str, sign: str, remedy: str
) -> None:
    (problem,) = refused(written, typed)
    assert f", with {sign}" in problem.found
    assert problem.remedy.startswith(f"{remedy}; otherwise: ")


@pytest.mark.parametrize(
    "title", ["产出（亿元）：“现价”、可比价", "【重要】产出", "“产出”，亿元", "a　b"]
)
def test_texts_may_hold_them(title: str) -> None:
    study = read_study_file("mini.yaml", STUDY.replace("title: Wealth", f"title: {title}")).study
    assert study.indices["wealth"].title == title


def test_another_mistake_beside_such_a_text_keeps_its_own_words() -> None:
    (problem,) = read_yaml(
        "title: 甲：乙\nunits: {level: province\nperiods: 1\n", "a.yaml"
    ).problems
    assert "full width" not in problem.found
    (problem,) = refused("    title: Wealth", "    title: 甲：乙\n\tmethod: x")
    assert problem.found == "a tab"

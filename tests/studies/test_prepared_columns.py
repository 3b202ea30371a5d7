"""`prepare`: what a column reads is made anew under names of its own, or refused at its line."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from nqpf_assets.stages.requested_columns import requests
from nqpf_assets.studies.refilled_series import VERSION
from nqpf_assets.studies.spec import Study
from nqpf_assets.user_input.project import sql_root
from tests.studies.test_columns_of_variants import COLUMN, told
from tests.studies.test_every_option import checked, study

INDEX = {
    "title": "An index",
    "method": "given_weights",
    "dimensions": {
        "all": [{"indicator": "one", "series": "m"}, {"indicator": "two", "series": "q"}]
    },
    "weights": {"one": 0.3, "two": 0.7},
}


def text_of(columns: list[dict[str, Any]], **column: Any) -> str:
    whole = yaml.safe_load(study(COLUMN | column))
    whole["variables"] |= {
        "twice": {"expression": "x * idx + `x`"},
        "before": {"expression": "lag(twice)"},
    }
    whole["indices"] = {"idx": INDEX}
    whole["tables"]["t"]["columns"][0]["variants"] = columns
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, default_flow_style=False)


def read(*changes: dict[str, Any], **column: Any) -> tuple[Study, list[tuple[str, ...]]]:
    text = text_of([{"label": f"v{n}", "prepare": one} for n, one in enumerate(changes)], **column)
    file, problems = checked(text)
    assert problems == []
    assert file is not None
    return file.study, [one.column.regressors for one in requests(file.study)][1:]


def test_what_is_made_from_it_is_made_anew_and_the_rest_is_not() -> None:
    said, (regressors,) = read({"x": {"winsorize": {"share": 0.05}}}, regressors=["before", "i1"])
    new = "before_x_winsorize_share_0_05"
    assert regressors == (new, "i1")
    assert said.variables[new].expression == "lag(twice_x_winsorize_share_0_05)"
    made = said.variables["twice_x_winsorize_share_0_05"].expression
    assert made == "x_winsorize_share_0_05 * idx + x_winsorize_share_0_05"
    assert said.variables["x_winsorize_share_0_05"].series == "x"
    assert [*said.indices] == ["idx"]


def test_what_is_written_once_and_read_several_times_is_renamed_once() -> None:
    whole = yaml.safe_load(
        text_of([{"label": "v", "prepare": {"x": {"winsorize": {"share": 0.05}}}}])
    )
    whole["variables"] |= {"third": {"expression": "cut(`x`, 3) + cut(x, 2, by=period)"}}
    whole["tables"]["t"]["columns"][0]["regressors"] = ["third"]
    file, problems = checked(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False))
    assert problems == []
    assert file is not None
    new = "x_winsorize_share_0_05"
    made = file.study.variables[f"third_{new}"].expression
    assert made == f"cut({new}, 3) + cut({new}, 2, by=period)"


def test_an_index_by_another_method_has_members_of_its_own_and_options_of_that_method() -> None:
    said, (regressors, again) = read(
        {"idx": {"method": "critic"}},
        {"idx": {"weights": {"one": 0.6, "two": 0.4}, "title": "Other"}},
        regressors=["idx"],
    )
    assert regressors == ("idx_critic",)
    critic = said.indices["idx_critic"]
    assert (critic.method, critic.title) == ("critic", "An index (critic)")
    assert [one.name for one in critic.formulas("idx_critic")] == ["one_critic", "two_critic"]
    other = said.indices[again[0]]
    assert [*other.weights.values()] == [0.6, 0.4]  # type: ignore[attr-defined]
    assert other.title == "Other"


def test_what_several_columns_ask_for_is_made_once() -> None:
    change = {"idx": {"method": "critic"}}
    columns = [
        {"label": "2", "prepare": change},
        {"label": "3", "prepare": change, "sample": {"last": 2018}},
    ]
    file, problems = checked(text_of(columns, regressors=["idx"]))
    assert problems == []
    assert file is not None
    assert [*file.study.indices] == ["idx", "idx_critic"]


def test_a_name_that_is_taken_is_left_to_the_study() -> None:
    text = text_of([{"label": "2", "prepare": {"x": {"winsorize": {"share": 0.05}}}}])
    text = text.replace("groups:", "  x_winsorize_share_0_05:\n    series: q\ngroups:", 1)
    # `indices` stands behind `groups`
    file, problems = checked(text)
    assert problems == []
    assert file is not None
    _, variant = requests(file.study)
    assert variant.column.regressors[0].startswith("x_winsorize_share_0_05_")


CLIPPED = {"winsorize": {"share": 0.05}}


def test_what_is_made_stands_in_the_order_of_the_study() -> None:
    """Another order in each process would make panel and tables out of date."""
    more = {f"x{n}": {"expression": f"x * {n}"} for n in range(2, 9)}
    whole = yaml.safe_load(text_of([{"label": "2", "prepare": {"x": CLIPPED}}], regressors=[*more]))
    whole["variables"] = more | whole["variables"]
    file, problems = checked(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False))
    assert problems == []
    assert file is not None
    made = [one for one in file.study.variables if one not in whole["variables"]]
    assert made == [*(f"{one}_x_winsorize_share_0_05" for one in more), "x_winsorize_share_0_05"]


def test_two_columns_that_say_the_same_in_another_order_share_what_is_made() -> None:
    changes = {"idx": {"method": "critic"}, "x": CLIPPED}
    one = {"label": "2", "prepare": changes}
    other = {"label": "3", "prepare": dict(reversed(changes.items()))}
    (problem,) = told(text_of([one, other], regressors=["twice"]))
    assert problem == "- label: '3' | `3`, which is estimated as `2` is"
    file, problems = checked(text_of([one, other | {"lag": 1}], regressors=["twice"]))
    assert problems == []
    assert file is not None
    _, first, second = (one.column.regressors for one in requests(file.study))
    assert second == (f"{first[0]}_lag_1",)
    assert len(file.study.indices) == 2


def test_names_that_run_into_each_other_are_told_apart() -> None:
    more = {"a": {"expression": "x * 2"}, "a_x": {"expression": "z * 3"}}
    whole = yaml.safe_load(
        text_of([{"label": "2", "prepare": {"x": CLIPPED, "a_x": CLIPPED}}], regressors=["both"])
    )
    whole["variables"] |= more | {"both": {"expression": "a * a_x"}}
    file, problems = checked(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False))
    assert problems == []
    assert file is not None
    variables = file.study.variables
    both = str(variables["both_x_winsorize_share_0_05_a_x_winsorize_share_0_05"].expression)
    assert [variables[one].expression for one in both.split(" * ")] == [
        "x_winsorize_share_0_05 * 2",
        "z * 3",
    ]


def test_what_a_changed_expression_reads_is_made_anew_and_what_it_leaves_is_not() -> None:
    said, ((new, _),) = read(
        {"i2": {"expression": "z * before"}, "x": CLIPPED}, regressors=["i2", "twice"]
    )
    assert said.variables[new].expression == "z * before_x_winsorize_share_0_05"
    (problem,) = told(
        text_of(
            [{"label": "2", "prepare": {"before": {"expression": "lag(m)"}, "x": CLIPPED}}],
            regressors=["before"],
        )
    )
    assert problem == "x: | `x`"


def test_a_change_of_a_variant_goes_over_that_of_its_column() -> None:
    weights = {"one": 0.6, "two": 0.4}
    base = {"idx": {"method": "given_weights", "weights": weights}, "x": {"expression": "q * 2"}}
    text = text_of(
        [
            {"label": "2", "prepare": {"idx": {"method": "critic"}, "x": {"series": "m"}}},
            {"label": "3", "controls": ["z"], "regressors": ["idx"]},  # x with its change is gone
        ],
        regressors=["idx", "x"],
        prepare=base,
    )
    file, problems = checked(text)
    assert problems == []
    assert file is not None
    first, second, third = (one.column.regressors for one in requests(file.study))
    assert second == ("idx_critic", "x_series_m")
    assert third == first[:1]


def test_dimensions_and_words_are_no_indicators_though_they_are_called_alike() -> None:
    index = {
        "title": "Compared",
        "method": "ahp",
        "winsorize": {"share": 0.1},
        "dimensions": {
            "labour": [
                {"indicator": "labour", "series": "m"},
                {"indicator": "share", "series": "q"},
            ],
            "land": [{"indicator": "land", "series": "w"}],
        },
        "dimension_comparisons": {"labour": {"land": 3}},
        "comparisons": {"labour": {"share": 2}},
    }
    change = {"idx": {"normalise": "vector"}}
    whole = yaml.safe_load(text_of([{"label": "2", "prepare": change}], regressors=["idx"]))
    whole["indices"]["idx"] = index
    file, problems = checked(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False))
    assert problems == []
    assert file is not None
    made = file.study.indices["idx_normalise_vector"]
    assert made.dimension_comparisons == {"labour": {"land": 3}}  # type: ignore[attr-defined]
    assert [*made.comparisons] == ["labour_normalise_vector"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"xx": {"unit": "无"}}, "xx: | `xx`"),
        ({"idx": {"method": "critic"}}, "idx: | `idx`"),  # the column does not read it
        ({"x": {"winsorise": {"share": 0.1}}}, "winsorise: | the unknown key `winsorise`"),
        ({"x": {"winsorize": {"share": 0.7}}}, "share: 0.7 | "),
        ({"x": {"winsorize": None}}, "x: | what `x` says already"),
        ({"x": {"title": "Another"}}, "x: | what `x` says already"),
        ({"x": {"expression": "x +"}}, "expression: x + | "),
        ({"x": {"expression": "xx * 2"}}, "expression: xx * 2 | "),
        ({"x": {"unit": "吨"}}, "unit: 吨 | "),
        ({"x": {"expression": 5}}, "expression: 5 | "),
        ({"x": {"series": 5}}, "series: 5 | "),
        ({"x": {}}, "x: {} | "),
    ],
)
def test_what_cannot_be_prepared_is_refused_at_its_line(change: dict[str, Any], found: str) -> None:
    problems = told(text_of([{"label": "2", "prepare": change}]))
    assert len(problems) == 1, problems
    assert found in problems[0]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"winsorize": {"share": 0.7}}, "share: 0.7 | "),
        ({"direction": "up"}, "direction: up | `up`"),
        ({"winsorise": {"share": 0.1}}, "winsorise: | the unknown key `winsorise`"),
        ({"expression": "xx * 2"}, "expression: xx * 2 | "),
        ({"unit": "吨"}, "unit: 吨 | "),
    ],
)
def test_a_change_of_an_indicator_is_told_at_its_line(change: dict[str, Any], found: str) -> None:
    text = text_of([{"label": "2", "prepare": {"one": change}}], regressors=["idx"])
    (problem,) = told(text)
    assert found in problem


def test_its_own_name_in_a_new_expression_is_of_the_study_and_hides_no_other_change() -> None:
    own = {"twice": {"expression": "log(twice)"}}
    said, ((new,),) = read(own, regressors=["twice"])
    assert said.variables[new].expression == "log(twice)"
    text = text_of([{"label": "2", "prepare": own | {"x": CLIPPED}}], regressors=["twice", "x"])
    (problem,) = told(text)
    assert problem == "expression: log(twice) | `twice`, which is made from `x` as of the study"


def test_a_formula_that_cannot_be_read_is_told_and_not_what_may_be_under_it() -> None:
    text = text_of([{"label": "2", "prepare": {"x": CLIPPED}}], regressors=["twice"])
    (problem,) = told(text.replace("x * idx + `x`", "x *"))
    assert problem.startswith("expression: x * | ")


def test_what_an_index_is_made_of_is_another_index() -> None:
    change = {"idx": {"dimensions": {"all": [{"indicator": "three", "series": "w"}]}}}
    (problem,) = told(text_of([{"label": "2", "prepare": change}], regressors=["idx"]))
    assert problem == "dimensions: | `dimensions`"


LINES = {"method": "linear", "ends": "nearest"}
SUFFIX = "interpolation_linear_ends_nearest"


def filled(rule: dict[str, str], *, study: str = "", **column: Any) -> str:
    text = text_of([{"label": "2", "interpolation": rule}], **column)
    return text.replace("variables:\n", f"{study}variables:\n", 1)


def test_another_rule_for_gaps_is_under_all_that_reads_a_series() -> None:
    """A variable of a series' name, a product with an index, and the index: down to series of other names."""
    file, problems = checked(filled(LINES, regressors=["before"]))
    assert problems == []
    assert file is not None
    said = file.study
    assert [one.column.regressors for one in requests(said)][1] == (f"before_{SUFFIX}",)
    assert said.variables[f"before_{SUFFIX}"].expression == f"lag(twice_{SUFFIX})"
    made = said.variables[f"twice_{SUFFIX}"].expression
    assert made == f"x_{SUFFIX} * idx_{SUFFIX} + x_{SUFFIX}"
    assert said.variables[f"x_{SUFFIX}"].expression == "`x@linear/nearest`"
    index = said.indices[f"idx_{SUFFIX}"]
    read = [one.definition.expression for one in index.formulas(f"idx_{SUFFIX}")]
    assert read == [f"m_{SUFFIX}", f"q_{SUFFIX}"]
    assert said.variables[f"x_{SUFFIX}"].title == "x (interpolation linear ends nearest)"


def test_it_goes_with_other_preparation() -> None:
    whole = yaml.safe_load(filled(LINES, regressors=["x"]))
    whole["tables"]["t"]["columns"][0]["variants"][0]["prepare"] = {"x": CLIPPED}
    text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)
    file, problems = checked(text)
    assert problems == []
    assert file is not None
    ((new,),) = [one.column.regressors for one in requests(file.study)][1:]
    assert new == f"x_winsorize_share_0_05_{SUFFIX}"
    assert file.study.variables[new].winsorize is not None
    assert file.study.variables[new].expression == "`x@linear/nearest`"


def test_series_with_a_rule_by_name_keep_it() -> None:
    """What the study says of one series is said of it under every rule."""
    own = "sources: {series: {m: {interpolate: false}, q: {ends: trend}}}\n"
    file, problems = checked(filled({"ends": "nearest"}, study=own, regressors=["idx", "x"]))
    assert problems == []
    assert file is not None
    made = [one.expression for one in file.study.variables.values()]
    assert "`x@none/nearest`" in made
    assert not {"`m@none/nearest`", "`q@none/nearest`"} & {*made}
    assert len(file.study.indices) == 1


@pytest.mark.parametrize("rule", [{}, {"method": "none"}, {"ends": "none"}])
def test_a_rule_that_fills_as_the_study_does_is_refused(rule: dict[str, str]) -> None:
    (problem,) = told(filled(rule, regressors=["x"]))
    assert problem.startswith("interpolation: ")
    assert "one by which all of them are filled as the study says" in problem


def test_queries_have_the_rules_of_such_names_in_words() -> None:
    """A query is a file of its own: a further rule must be in each that looks behind the names."""
    texts = [path.read_text("utf-8") for path in sorted(sql_root().rglob("*.sql"))]
    patterns = {
        one for text in texts for one in re.findall(r"regexp_replace\(\S+, '(@[^']*)'", text)
    }
    assert patterns == {VERSION}


@pytest.mark.parametrize(
    "said", ["is_group(rich, upper)", "(rich == 1)", "(1 - is_group(rich, lower))"]
)
@pytest.mark.parametrize(
    ("change", "series"),
    [({"prepare": {"x": {"series": "m"}}}, "x"), ({"interpolation": {"ends": "nearest"}}, "m")],
)
def test_so_are_groups_of_which_a_formula_reads_one(
    said: str, change: dict[str, Any], series: str
) -> None:
    whole = yaml.safe_load(text_of([{"label": "v", **change}], regressors=["crossed"]))
    whole["groups"] |= {
        "rich": {"expression": f"{series} > median({series})", "names": ["lower", "upper"]}
    }
    whole["variables"] |= {"crossed": {"expression": f"z * {said}"}}
    file, problems = checked(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False))
    assert problems == []
    assert file is not None
    _, (crossed,) = (one.column.regressors for one in requests(file.study))
    assert crossed != "crossed"
    (rich,) = (one for one in file.study.variables if one.startswith("rich_"))
    made = file.study.variables[crossed].expression or ""
    assert f"{rich} == " in made
    assert "is_group" not in made
    assert (file.study.variables[rich].expression or "").startswith(f"{series}_")

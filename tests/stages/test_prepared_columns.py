"""`prepare` of a column gives the numbers of what is written by hand under names of its own."""

from __future__ import annotations

import pytest

from tests.stages.mini import STUDY, Walk, walked

WEALTH = STUDY[STUDY.index("  wealth:") : STUDY.index("tables:")]
CRITIC = (
    WEALTH.replace("wealth:", "wealth_h:")
    .replace("entropy", "critic")
    .replace("indicator: p", "indicator: h_p")
)
CLIPPED = (
    WEALTH.replace("wealth:", "wealth_c:")
    .replace("indicator: p", "indicator: c_p")
    .replace("expression: population,", "expression: population, winsorize: {share: 0.2},")
)
VARIABLES = """\
  product: {expression: wealth * people_before}
  product_h: {expression: wealth_h * people_before}
  product_c: {expression: wealth_c * people_before}
  before_w: {expression: "lag(population, 1)", winsorize: {share: 0.2}}
  product_w: {expression: wealth * before_w}
"""
TABLES = """\
tables:
  table_1:
    title: One base, prepared in other ways
    model: {outcome: output, regressors: [people_before, product], effects: [unit]}
    columns:
      - label: base
        variants:
          - {label: index, prepare: {wealth: {method: critic}}}
          - {label: variable, prepare: {people_before: {winsorize: {share: 0.2}}}}
          - {label: indicator, prepare: {people: {winsorize: {share: 0.2}}}}
          - {label: past, lag: 1, prepare: {wealth: {method: critic}}}
      - {label: index by hand, replace: {product: product_h}}
      - {label: variable by hand, replace: {people_before: before_w, product: product_w}}
      - {label: indicator by hand, replace: {product: product_c}}
      - {label: past by hand, lag: 1, replace: {product: product_h}}
"""
WORDS = (
    STUDY[: STUDY.index("indices:")] + VARIABLES + "indices:\n" + WEALTH + CRITIC + CLIPPED + TABLES
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked(tmp_path_factory.mktemp("prepared"), WORDS, only=("mini.estimate",))


@pytest.mark.slow
@pytest.mark.parametrize("label", ["index", "variable", "indicator", "past"])
def test_the_numbers_are_those_of_what_is_written_by_hand(built: Walk, label: str) -> None:
    def numbers(column: str) -> list[tuple[float, float]]:
        return built.query(
            "SELECT estimate, std_error FROM mini.estimate WHERE column_label = "
            f"'{column}' ORDER BY abs(estimate)"
        )  # the same arithmetic in the same order: equal to the last digit

    assert len(numbers(label)) == 3
    assert numbers(label) == numbers(f"{label} by hand")
    assert numbers(label) != numbers("base")

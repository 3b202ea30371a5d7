"""The formulas of a study: from three places of the file, each with where it stands and what holds for it."""

from __future__ import annotations

import pytest

from nqpf_assets.expressions.definition import Definition
from nqpf_assets.studies.equation import Sample
from nqpf_assets.studies.formulas import formulas, formulas_by_name
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.studies.sample_conditions import where_name
from nqpf_assets.user_input.project import SHIPPED_STUDIES

STUDY = """\
study: demo
title: Demo
units: {level: province}
periods: {first: 2012, last: 2022}
variables:
  gdp_pc: {expression: gdp / population, unit: 元/人, minimum: 1}
  share: {series: urban, per: population, winsorize: {share: 0.02}}
indices:
  score:
    method: entropy
    title: Score
    winsorize: {share: 0.01}
    dimensions:
      one:
        - {indicator: energy, series: coal, direction: negative}
        - {indicator: output, series: gdp, winsorize: {share: 0.05}}
  schooling:
    method: education_gini
    title: Schooling
    levels:
      - {level: none, share: a / b, years: 0}
      - {level: primary, share: c / b, years: 6}
tables: {}
"""


def test_variables_indicators_and_levels_in_the_order_of_the_file():
    gdp_pc, share, energy, output, none, primary = formulas(
        read_study_file("demo.yaml", STUDY).study
    )
    assert (gdp_pc.name, gdp_pc.role, gdp_pc.key) == ("gdp_pc", "variable", "expression")
    assert gdp_pc.definition == Definition("gdp / population", "元/人")
    assert (gdp_pc.minimum, gdp_pc.maximum, gdp_pc.index) == (1, None, None)
    assert (share.key, share.definition.expression) == ("series", "urban / population")
    assert (energy.role, energy.index, energy.dimension) == ("indicator", "score", "one")
    assert (energy.direction, output.direction, share.direction) == ("negative", "positive", None)
    clipped = [
        one.winsorize.share if one.winsorize else None for one in (gdp_pc, share, energy, output)
    ]
    assert clipped == [None, 0.02, 0.01, 0.05], "an indicator's own goes before its index's"
    assert (none.name, none.role, none.dimension) == ("schooling_none", "level", "none")
    assert (none.definition, none.minimum, none.maximum) == (Definition("a / b", "1"), 0, 1)
    assert primary.path == ("indices", "schooling", "levels", 1)


@pytest.mark.parametrize("path", sorted(SHIPPED_STUDIES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_path_leads_to_the_entry_of_its_formula(path):
    file = read_study_file(path)
    found = formulas(file.study)
    assert list(formulas_by_name(file.study)) == [one.name for one in found]
    for one in found:
        entry = file.document.data
        for step in one.path:
            entry = entry[step]
        assert one.key in entry
        assert one.name in (
            entry.get("indicator"),
            one.path[-1],
            f"{one.index}_{entry.get('level')}",
            where_name(Sample.model_validate(entry)) if one.key == "where" else None,
            one.name
            if one.key == "by_year" and one.name.startswith(entry["by_year"]["of"])
            else None,
            one.name if one.key == "lag" and one.name.endswith(f"_lag_{entry['lag']}") else None,
            one.name if one.key == "reported_only" and one.name.startswith("is_filled_") else None,
        )

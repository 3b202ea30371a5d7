"""What is advised where clusters are few: nothing that the column's other keys do not go with."""

from __future__ import annotations

import re

import pytest
import yaml

from nqpf_assets.stages.few_clusters import few_clusters
from nqpf_assets.studies.column_rules import refusals
from nqpf_assets.studies.vcov import Vcov
from nqpf_assets.testing.estimator_example import EstimatorExample
from tests.replication.test_every_covariance import examples

WRITTEN = re.compile(r"`(vcov: .*?)`")


def further(one: EstimatorExample) -> list[EstimatorExample]:
    """The same with effects beside those of units and periods, where it takes them."""
    offer, own = one.estimator, one.column.effects
    is_taking = offer.takes_further_effects and "unit" in own
    tried = one.but(effects=[*own, "part * period"]) if is_taking else one
    return [one, tried] if tried is not one and not any(refusals_of(tried)) else [one]


def refusals_of(one: EstimatorExample) -> list[object]:
    try:
        return [*refusals(one.column)]
    except ValueError as error:
        return [error]


@pytest.mark.slow
@pytest.mark.parametrize("n_clusters", [4, 9])
def test_advice_can_be_followed(n_clusters: int) -> None:
    n_advised = {"weighted": 0, "further": 0, "other": 0}
    wrong = []
    for label, given in examples().items():
        for one in further(given):
            column = one.column
            model = {
                "n_clusters": n_clusters,
                "df_test": 3.0,
                "n_units": 12,
                "effects": ", ".join(column.effects),
            }
            note = few_clusters(column, model, {}) or ""
            for text in WRITTEN.findall(note):
                vcov = Vcov.model_validate(yaml.safe_load(text)["vcov"])
                kind = "weighted" if column.weights else "further" if one is not given else "other"
                n_advised[kind] += 1
                asked = column.model_copy(update={"vcov": vcov})
                wrong += [f"{label}: {text}: {told.found}" for told in refusals(asked)]
    assert not wrong, "\n".join(wrong)
    assert all(n_advised.values()), n_advised

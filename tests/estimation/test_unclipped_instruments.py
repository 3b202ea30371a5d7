"""A column that winsorises leaves its instruments as they are, and says so."""

from __future__ import annotations

from nqpf_assets.studies.estimator_registry import REGISTRY
from nqpf_assets.testing.estimator_example import example_of

IV = {"iv": {"endogenous": ["x"], "instruments": ["i"]}}


def test_instruments_of_a_clipped_column_are_told_not_to_be_clipped() -> None:
    estimator = REGISTRY.own["fe_2sls"]
    plain = example_of(estimator, IV, None)
    clipped = example_of(estimator, IV | {"winsorize": {"share": 0.05}}, None)
    design = clipped.design()
    assert {cut.variable for cut in design.clip.cuts} == {"y", "x", "z"}
    assert design.rows["i"].to_list() == plain.design().rows["i"].to_list()
    assert "2SLS: x instrumented by i" in plain.fitted().notes
    assert (
        "2SLS: x instrumented by i, which `winsorize` leaves as they are" in clipped.fitted().notes
    )

"""2SLS with clusters of several ways and large-sample errors, against R's sandwich and AER.

The reference is made by tests/reference/make_clusters.R. Tolerance 1e-8 relative, as in test_iv_reference.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.linear.distributions import normal_sf
from tests.estimators.instruments.test_iv_reference import EXACT, INST, column, fit

FOLDER = Path(__file__).parent / "reference"
EXPECTED = json.loads((FOLDER / "clusters.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("key", "options"),
    [
        ("unadjusted", {"vcov": "unadjusted"}),
        ("robust", {"vcov": "robust"}),
        ("clustered", {}),
        ("two", {"cluster": ("unit", "period")}),
    ],
)
def test_large_sample(key: str, options: dict[str, Any]) -> None:
    model = fit(small_sample="large_sample", **options)
    np.testing.assert_allclose(model.std_errors, EXPECTED[key], rtol=EXACT)
    z = model.params / np.array(EXPECTED[key])
    np.testing.assert_allclose(model.p_values, 2 * normal_sf(np.abs(z)), rtol=1e-7)


def test_tests_of_instruments_hear_of_all_keys() -> None:
    """A finest key leaves errors as they are without clusters; one within another adds nothing."""
    rows = np.arange(len(column("unit")))
    alone, both = fit(), fit(cluster=("unit", rows))
    assert both.n_clusters == (alone.n_clusters[0], alone.n_obs)
    for name in ("kleibergen_paap_f", "anderson_rubin_f", "overidentification", "endogeneity"):
        one, two = (getattr(model, name) for model in (alone, both))
        left, right = (getattr(found, "statistic", found) for found in (one, two))
        assert left == pytest.approx(right, rel=EXACT), name
    crossed = fit(cluster=("unit", "period"))
    assert crossed.kleibergen_paap_f != pytest.approx(alone.kleibergen_paap_f, rel=1e-3)


def test_the_set_of_anderson_and_rubin_is_what_its_test_does_not_reject() -> None:
    """Sums over several keys enter the set as they enter the test: at its ends p is .05."""
    from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls
    from tests.estimators.instruments.test_iv_reference import EXO, columns

    cluster: Any = (column("unit"), column("region"))

    def p_at(value: float) -> float:
        outcome = column("y").astype(float) - value * columns("d1")[:, 0]
        found = fe_2sls(
            outcome, columns("d1"), columns(*INST[:2]), column("unit"), column("year").astype(int),
            endogenous_names=("d1",), instrument_names=INST[:2], exogenous=columns(*EXO),
            exogenous_names=EXO, cluster=cluster,
        )  # fmt: skip
        return found.anderson_rubin_f.p_value

    found = fit(endo=("d1",), inst=INST[:2], cluster=cluster).anderson_rubin_set
    ends = [one for piece in found.pieces for one in piece if np.isfinite(one)]
    assert ends
    for end in ends:
        assert p_at(end) == pytest.approx(0.05, rel=1e-5)

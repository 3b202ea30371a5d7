"""Draws belong to study, table, column and purpose, and to nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nqpf_assets.catalog.geography import load_geography
from nqpf_assets.estimation.design import design_of
from tests.estimation.panels import STUDY, complete, fitted, panel

CHECKOUT = Path(__file__).parents[2]
DRAWN = {
    "mediation": {"mediation": {"mediator": "m", "draws": 60}},
    "chain_mediation": {"chain": {"mediators": ["m", "q"], "draws": 60}},
    "moderated_mediation": {
        "moderated": {"mediator": "m", "moderator": "q", "moderates": ["second"], "draws": 60}
    },
    "group_difference": {
        "difference": {"grouping": "area", "groups": ["north", "south"], "draws": 500}
    },
    "threshold": {"threshold": {"variable": "q", "regime": ["x"], "draws": 40}},
    "spatial_lag": {"space": {"draws": 100}, "vcov": {"type": "unadjusted"}},
}


def drawn(estimator: str, label: str = "(1)") -> str:
    fit = fitted(complete(label, estimator=estimator, **DRAWN[estimator])).fitted
    return repr((fit.effects, fit.tests))


@pytest.mark.parametrize("estimator", DRAWN)
def test_the_same_column_gives_the_same_draws_and_another_label_gives_others(estimator):
    first = drawn(estimator)
    other = drawn(estimator, "(2)")
    assert first == drawn(estimator)
    assert first != other


@pytest.mark.slow
def test_neither_hash_seed_nor_order_matters():
    code = (
        "from tests.estimation.test_seeds import DRAWN, drawn\n"
        "import hashlib, sys\n"
        "names = sorted(DRAWN, reverse='back' in sys.argv)\n"
        "found = {name: drawn(name) for name in names}\n"
        "print(hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest())\n"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code, *order], cwd=CHECKOUT, check=True, text=True,
            capture_output=True, env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed, order in (("0", ()), ("4711", ("back",)))
    }  # fmt: skip
    assert len(seen) == 1


def test_seeds_are_of_full_width_and_apart():
    design = design_of(STUDY, "t (1)", complete(), panel(), load_geography()[0])
    places = [f"t{table} ({label})" for table in range(50) for label in range(50)]
    seeds = [replace(design, place=place).seed("mediation") for place in places]
    seeds += [replace(design, study=f"s{k}").seed("mediation") for k in range(50)]
    seeds += [design.seed(purpose) for purpose in ("effects", "moran", "permutation")]
    assert len(set(seeds)) == len(seeds)
    # Every one of the 128 bits is set about half of the time: 6 standard errors of 2,553 coins.
    bits = np.array([[seed >> k & 1 for k in range(128)] for seed in seeds]).mean(axis=0)
    assert np.abs(bits - 0.5).max() < 6 * 0.5 / np.sqrt(len(seeds))


def test_streams_of_neighbouring_columns_are_not_correlated():
    design = design_of(STUDY, "t (1)", complete(), panel(), load_geography()[0])
    streams = np.array([
        replace(design, place=f"t ({k})").generator("mediation").normal(size=2000)
        for k in range(30)
    ])  # fmt: skip
    apart = np.corrcoef(streams)[np.triu_indices(30, 1)]
    # The largest of 435 correlations of independent streams stays below 5 / sqrt(2000).
    assert np.abs(apart).max() < 5 / np.sqrt(2000)

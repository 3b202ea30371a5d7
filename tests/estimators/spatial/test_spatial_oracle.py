"""Spatial panel models on the cigarette data, and weights of 48 states, against R.

Tolerances come with the oracles. The first pins R's spatialreg with explicit dummies, splm,
SDPDmod and spdep; the second R's sp and spdep.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np

from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.spatial.distance import (
    economic_weights,
    great_circle_km,
    inverse_distance_weights,
    mixed_weights,
    nested_weights,
)
from nqpf_assets.estimators.spatial.effects import spatial_effects
from nqpf_assets.estimators.spatial.hausman import spatial_hausman
from nqpf_assets.estimators.spatial.lm import lm_tests
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.moran import gearys_c, morans_i
from nqpf_assets.estimators.spatial.random_effects import spatial_random_effects
from nqpf_assets.estimators.spatial.weights import SpatialWeights, weights_from_matrix
from tests.oracles import Oracle, oracle

NAMES = ("logp", "logy")
TERMS = ("logp", "logy", "Wlogp", "Wlogy")
# SDPDmod looks the log-determinant up on a grid of 0.001 without interpolation. The likelihood
# becomes a row of teeth, and the optimiser stops on one that is more than four grid steps from the
# maximum of the same likelihood, .22688. So its rho is not a value that a grid explains, and ours is
# not held against it; what is held against it is the correction after Lee and Yu. The number is
# from the oracle's README.
SDPDMOD_UNCORRECTED = 0.22259
BOTH, UNIT, PERIOD = ("unit", "period"), ("unit",), ("period",)


def states(data: Oracle) -> SpatialWeights:
    """The matrix stands in the order of the state codes of the data."""
    path = Path(os.environ["NQPF_SHARED"]) / "oracles" / "cigar_sdm" / "W_usa46_binary.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    codes = sorted({int(row["state"]) for row in data.rows})
    return weights_from_matrix(np.array(rows, dtype=float), codes)


def panel(data: Oracle) -> tuple[Any, ...]:
    unit = [int(row["state"]) for row in data.rows]
    period = [int(row["year"]) for row in data.rows]
    return data.column("logc"), data.columns(*NAMES), unit, period, states(data)


def coefficients(key: str, model: Any) -> dict[str, float]:
    found = {f"{key}.rho": model.rho}
    for k, term in enumerate(model.names):
        found[f"{key}.coef.{term.replace('*', '')}"] = float(model.params[k])
    return found


def errors(key: str, model: Any) -> dict[str, float]:
    found = {f"{key}.se.rho": model.parameter.std_error}
    for k, term in enumerate(model.names):
        found[f"{key}.se.{term.replace('*', '')}"] = float(model.std_errors[k])
    return found


def test_cigar() -> None:
    data = oracle("cigar_sdm")
    args = panel(data)

    def fit(**options: Any) -> Any:
        # The oracle's standard errors, and the correction made from them, follow Elhorst.
        chosen = {"lee_yu": "none", "information": "elhorst"} | options
        return spatial_panel(*args, names=NAMES, **chosen)

    computed: dict[str, float] = {}
    for key, options in {
        "sdm_two": {},
        "sar_two": {"model": "sar"},
        "sar_ind": {"model": "sar", "effects": UNIT},
        "sdm_ind": {"effects": UNIT},
    }.items():
        model = fit(**options)
        computed |= coefficients(key, model) | errors(key, model)
        computed[f"{key}.loglik"] = model.log_likelihood
    main = fit()
    computed["sdm_two.sigma2"] = main.sigma2
    for key, lee_yu in (("leeyu", "bias_correction"), ("leeyu_transform", "transformation")):
        corrected = fit(lee_yu=lee_yu)
        computed |= coefficients(f"sdm_two.{key}", corrected)
        computed[f"sdm_two.{key}.sigma2"] = corrected.sigma2
    effects = spatial_effects(main, draws=20_000)
    for kind in ("direct", "indirect", "total"):
        for k, name in enumerate(NAMES):
            estimate = getattr(effects, kind)
            computed[f"sdm_two.effect.{name}.{kind}"] = float(estimate.estimates[k])
            computed[f"sdm_two.effect_se_sim.{name}.{kind}"] = float(estimate.std_errors[k])
    computed["splm.WJy.rho"] = fit(transform="demean_first").rho
    individual = fit(model="sar", effects=UNIT)
    computed["sdpdmod.vignette.sar_ind.rho"] = individual.rho
    computed["sdpdmod.vignette.sar_ind.logp"] = float(individual.params[0])
    computed["sdpdmod.vignette.sar_ind.sigma2"] = individual.sigma2
    computed |= lm_statistics(args) | random_effects(args) | maps(data, args[-1])
    least_squares = two_way_fe(*args[:4], names=NAMES)
    for k, name in enumerate(NAMES):
        computed[f"twfe_ols.coef.{name}"] = float(least_squares.params[k])
    # SDPDmod's correction is ours, added to where its own search ends: see SDPDMOD_UNCORRECTED.
    corrected = fit(transform="demean_first", lee_yu="bias_correction").rho
    computed["sdpdmod.LY.rho"] = SDPDMOD_UNCORRECTED + corrected - computed["splm.WJy.rho"]
    data.check(computed, not_tested={})


def lm_statistics(args: Any) -> dict[str, float]:
    found = {}
    chosen = (("pooling", ()), ("individual", UNIT), ("time", PERIOD), ("twoways", BOTH))
    for key, effects in chosen:
        tests = lm_tests(
            *args, names=NAMES, effects=effects, lee_yu="none", transform="demean_first"
        )
        for kind in ("lag", "error", "robust_lag", "robust_error"):
            found[f"LM.{key}.{kind}"] = getattr(tests, kind).statistic
    return found


def random_effects(args: Any) -> dict[str, float]:
    random = spatial_random_effects(*args, names=NAMES)
    test = spatial_hausman(*args, names=NAMES, covariance="splm")
    assert not test.is_definite
    found = {"re_sdm.rho": random.rho, "hausman.df": test.df}
    # splm prints the absolute value of a statistic that came out negative.
    found["hausman.sdm_ind_fe_vs_re.chi2"] = abs(test.statistic)
    for k, term in enumerate(TERMS):
        found[f"re_sdm.coef.{term}"] = float(random.params[k])
    return found


def maps(data: Oracle, weights: SpatialWeights) -> dict[str, float]:
    found = {}
    for year in ("63", "92"):
        rows = [row for row in data.rows if row["year"] == year]
        values, units = [float(row["logc"]) for row in rows], [int(row["state"]) for row in rows]
        moran = morans_i(values, units, weights, permutations=0)
        found[f"moran.19{year}.I"] = moran.statistic
        found[f"moran.19{year}.z_rand"] = moran.z_randomization
        found[f"moran.19{year}.z_norm"] = moran.z_normal
        found[f"geary.19{year}.C"] = gearys_c(values, units, weights)
    return found


def test_weights_of_48_states() -> None:
    data = oracle("weights_us48")
    units = [row["state"] for row in data.rows]
    places = data.column("lon"), data.column("lat")
    distances = great_circle_km(*places, earth="ellipsoid")
    income = data.column("income")
    near = inverse_distance_weights(units, *places, earth="ellipsoid")
    alike = economic_weights(units, income)
    weights = {
        "W1_invdist": near,
        "W2_invdist2": inverse_distance_weights(units, *places, power=2, earth="ellipsoid"),
        "W3_invecon": alike,
        "W4_nested_product": nested_weights(near, units, income),
        "W5_nested_mix": mixed_weights(near, alike),
    }
    upper = np.triu_indices(len(units), 1)
    computed = {
        "d_AL_AZ_km": distances[0, 1],
        "d_mean_km": distances[upper].mean(),
        "ties_income": float((np.abs(income[:, None] - income)[upper] == 0).sum()),
        "haversine_6371_AL_AZ_km": great_circle_km(*places)[0, 1],
    }
    for key, made in weights.items():
        dense = made.matrix.toarray()
        eigenvalues = np.linalg.eigvals(dense).real
        moran = morans_i(data.column("illit"), units, made, permutations=0)
        computed |= {
            f"{key}.w12": dense[0, 1],
            f"{key}.w21": dense[1, 0],
            f"{key}.moran_I": moran.statistic,
            f"{key}.moran_z": moran.z_randomization,
            f"{key}.max_eig": eigenvalues.max(),
            f"{key}.min_eig": eigenvalues.min(),
        }
    data.check(computed, not_tested={})

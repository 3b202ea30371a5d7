"""R's numbers beside ours: what counts as the same, and that nothing is left out in silence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from nqpf_assets.replication.crosscheck.columns import compared_columns
from nqpf_assets.replication.crosscheck.verdicts import DIFFERS, LEFT_OUT, MISSING, SAME
from nqpf_assets.replication.r.call import Call, NotInR, literal
from nqpf_assets.replication.r.calls import CALLS
from nqpf_assets.replication.r.run import is_there
from nqpf_assets.replication.r.script import Translated
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.user_input.project import Project
from tests.replication.test_do_file import columns_left_out

needs_r = pytest.mark.skipif(not is_there(), reason="R (Rscript) is not installed")

WIDE = """\
study: wide
title: Covariances and samples that the shipped studies do not have
units: {level: province, expect: 31}
periods: {first: 2012, last: 2022}
interpolation: {method: linear, ends: none}
variables:
  income: {title: Income, expression: log(gdp / population)}
  urban: {title: Urban, expression: urban_population / population}
  open: {title: Open, expression: goods_trade / gdp}
  fiscal: {title: Fiscal, expression: fiscal_expenditure / gdp}
  people: {title: People, expression: population}
  trade_above: {title: Trade above half of output, expression: "max(0, open - 0.5)"}
groups: {four: four_regions}
tables:
  errors:
    title: Errors
    model: {outcome: urban, regressors: [income], controls: [open, fiscal]}
    columns:
      - {label: robust, vcov: {type: robust}}
      - {label: plain, vcov: {type: unadjusted}, effects: [unit]}
      - {label: none, vcov: {type: robust, small_sample: none}, effects: [period]}
      - {label: two, vcov: {by: [unit, period]}}
      - {label: plm, vcov: {small_sample: plm}}
      - {label: dk, vcov: {type: driscoll_kraay, lags: 2}}
      - {label: nw, vcov: {type: newey_west, lags: 2}}
      - {label: years, vcov: {by: [period]}}
      - {label: by year, by_year: {of: income, base: 2016}}
      - {label: cr2, vcov: {type: cr2}}
      - {label: weighted, weights: {variable: people}, vcov: {type: unadjusted}}
      - {label: weighted pooled, estimator: ols, weights: {variable: people, type: population}}
      - {label: weighted by years, effects: [period], weights: {variable: people}, vcov: {type: robust}}
      - {label: weighted standardized, weights: {variable: people}, standardize: true}
      - {label: pooled, estimator: ols, vcov: {type: robust}}
      - {label: standardized, standardize: true}
      - {label: clipped, winsorize: {share: 0.03, quantile: stata}}
      - {label: yearly, winsorize: {share: 0.05, quantile: linear, by: period}}
      - {label: east, sample: {within: {four: east}, first: 2014, exclude: [北京]}}
      - label: few clusters
        sample: {within: {four: central}}
        regressors: []
        controls: []
        by_year: {of: income, base: 2016} # ten years of six provinces: no joint test
  others:
    title: Others
    model: {outcome: urban, regressors: [income], controls: [open]}
    columns:
      - {label: iv, estimator: fe_2sls, iv: {endogenous: [income], instruments: [fiscal]}}
      - label: iv robust
        estimator: fe_2sls
        vcov: {type: robust, small_sample: ivreg2}
        iv: {endogenous: [income], instruments: [fiscal]}
      - label: iv small
        estimator: fe_2sls
        vcov: {small_sample: ivreg2_small}
        iv: {endogenous: [income], instruments: [fiscal]}
      - {label: censored, estimator: tobit, tobit: {lower: 0.45, upper: 0.8}, effects: [period]}
      - {label: censored units, estimator: tobit, tobit: {lower: 0.45, upper: 0.8}, vcov: {type: robust}}
      - {label: random units, estimator: random_effects, effects: [period]}
      - {label: counts, estimator: fe_poisson}
      - {label: counts robust, estimator: fe_poisson, effects: [unit], vcov: {type: robust}}
      - {label: counts plain, estimator: fe_poisson, vcov: {type: unadjusted}}
      - {label: shares, estimator: fractional, effects: [period]}
      - label: shares by unit means
        estimator: fractional
        effects: [period]
        fractional: {link: probit, mundlak: true}
        vcov: {type: robust}
      - {label: changes, estimator: first_difference, effects: []}
      - {label: changes by year, estimator: first_difference, effects: [period], vcov: {type: robust}}
      # Rows that an estimator drops for what stands in them have no part in the quantiles.
      - label: changes clipped
        estimator: first_difference
        effects: []
        sample: {where: fiscal > 0.2}
        winsorize: {share: 0.05}
      - label: changes clipped by year
        estimator: first_difference
        effects: [period]
        sample: {where: fiscal > 0.2}
        winsorize: {share: 0.1, by: period}
      - label: counts clipped
        estimator: fe_poisson
        outcome: trade_above
        controls: [fiscal]
        winsorize: {share: 0.03}
      - label: censored units clipped
        estimator: tobit
        outcome: trade_above
        controls: []
        tobit: {lower: 0}
        winsorize: {share: 0.02}
      - {label: between, estimator: between_units}
      - label: some lags
        estimator: spatial_durbin
        vcov: {type: unadjusted}
        space: {durbin: [income], join: [[海南, 广东]]}
      - {label: one lag, estimator: spatial_slx, vcov: {type: unadjusted}, space: {durbin: [open]}}
      - label: lags by year
        estimator: spatial_slx
        vcov: {type: unadjusted}
        space: {weights: economic, economic_variable: fiscal, by_period: true}
      - label: neighbours by year
        estimator: spatial_durbin
        vcov: {type: unadjusted}
        space: {weights: nested, economic_variable: people, by_period: true, lee_yu: none}
      - label: errors by year
        estimator: spatial_error
        vcov: {type: unadjusted}
        space: {weights: economic, economic_variable: fiscal, by_period: true, lee_yu: none}
      - {label: between plain, estimator: between_units, vcov: {type: unadjusted}}
      - label: unit means
        estimator: random_effects
        effects: []
        random: {mundlak: true, components: baltagi_chang}
        vcov: {type: unadjusted}
      - {label: random plain, estimator: random_effects, effects: [period], vcov: {type: unadjusted}}
      - {label: random, estimator: re_tobit, tobit: {lower: 0.45}, effects: []}
      - {label: sobel, estimator: mediation, mediation: {mediator: fiscal, draws: 0}}
      - {label: chain, estimator: chain_mediation, chain: {mediators: [fiscal, people], draws: 0}}
      - label: moderated
        estimator: moderated_mediation
        moderated: {mediator: fiscal, moderator: people, moderates: [first, second, direct], draws: 0}
      - label: regions
        estimator: group_difference
        effects: [unit]
        difference: {grouping: four, groups: [east, west], draws: 0}
      - label: two cuts
        estimator: threshold
        effects: [unit]
        threshold: {variable: open, regime: [income], count: 2, draws: 0, grid: 100}
"""


def test_every_estimator_has_a_call_or_says_why_not() -> None:
    """One that is added is named here by its author, not forgotten."""
    assert set(CALLS) == set(ESTIMATORS)


def test_texts_are_written_in_ascii() -> None:
    written = literal(("北京", 'a"b\\c', "line\nbreak"))
    assert written.isascii()
    assert written == 'c("\\U00005317\\U00004eac", "a\\"b\\\\c", "line\\U0000000abreak")'


def _columns(call: Call | NotInR, error: float | None = 0.1) -> list[Translated]:
    rows = {"estimate": [{"term": "x", "estimate": 2.0, "std_error": error}], "effect": []}
    column = SimpleNamespace(
        key=["t", "(1)"], model={"n_obs": 50}, rows=lambda table, more="": rows[table]
    )
    return [Translated(cast("Any", column), call)]


def _other(estimate: str = "2", error: str = "0.1", n: str = "50") -> dict[Any, Any]:
    return {("t", "(1)", "", "x"): {"estimate": estimate, "std_error": error, "n_obs": n}}


CALL = Call("two_way_fe", {})


@pytest.mark.parametrize(
    ("others", "verdict", "error_verdict"),
    [
        (_other(), SAME, SAME),
        (_other("2.00001"), DIFFERS, SAME),
        (_other(error="0.10001"), SAME, DIFFERS),
        (_other(error="NA"), SAME, MISSING),
        (_other("NA"), DIFFERS, SAME),
        (_other(n="49"), DIFFERS, SAME),
        ({}, MISSING, MISSING),
    ],
)
def test_what_counts_as_the_same(others: Any, verdict: str, error_verdict: str) -> None:
    (row,) = compared_columns(_columns(CALL), others)
    assert (row.verdict, row.error_verdict) == (verdict, error_verdict)
    assert row.is_failure == ((verdict, error_verdict) != (SAME, SAME))


@pytest.mark.parametrize(("error", "verdict"), [("3e-16", SAME), ("NA", SAME), ("0.1", MISSING)])
def test_an_error_that_cancels_is_rounding_in_r(error: str, verdict: str) -> None:
    (row,) = compared_columns(_columns(CALL, error=None), _other(error=error))
    assert (row.verdict, row.error_verdict) == (SAME, verdict)


def test_what_is_left_out_says_why() -> None:
    (row,) = compared_columns(_columns(NotInR("no such thing")), {})
    assert (row.verdict, row.why, row.is_failure) == (LEFT_OUT, "no such thing", False)
    without_error = Call("two_way_fe", {}, {"coefficients": "no such error"})
    (row,) = compared_columns(_columns(without_error), _other(error="NA"))
    assert (row.verdict, row.error_verdict, row.why) == (SAME, LEFT_OUT, "no such error")


def _crosscheck(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nqpf_assets.cli", "crosscheck", *words]
    done = subprocess.run(
        [*command, "--project", str(project.root)], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done


@needs_r
@pytest.mark.slow
@pytest.mark.parametrize("study", ["province", "chongqing"])
def test_shipped_studies_in_r(built_sample: Project, study: str) -> None:
    done = _crosscheck(built_sample, study)
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout.splitlines()
    assert " 0 differ, 0 missing, " in told[-1]
    left_out = [line for line in told if ": left out" in line]
    assert all(" p_value " in line and "by random maps" in line for line in left_out)
    assert f", {len(left_out)} left out; standard errors" in told[-1]


@needs_r
@pytest.mark.slow
def test_other_covariances_and_estimators_in_r(sample_copy: Project) -> None:
    (sample_copy.root / "studies").mkdir(exist_ok=True)
    (sample_copy.root / "studies" / "wide.yaml").write_text(WIDE, "utf-8")
    command = [sys.executable, "-m", "nqpf_assets.cli", "refresh", "--project"]
    made = subprocess.run([*command, str(sample_copy.root)], capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    done = _crosscheck(sample_copy, "wide")
    assert done.returncode == 0, done.stdout + done.stderr
    left_out = {line.split(" ")[1] for line in done.stdout.splitlines() if ": left out" in line}
    assert left_out == {"random"}
    of_stata = columns_left_out(sample_copy, "wide")  # one more look at a study that was built
    assert {"errors robust", "errors two", "others iv", "others censored", "others sobel"} & {
        *of_stata
    } == set()
    assert {"errors dk", "errors cr2", "errors none", "errors clipped"} <= {*of_stata}


@pytest.mark.slow
def test_script_alone_needs_no_r_and_a_new_folder(built_sample: Project, tmp_path: Path) -> None:
    folder = tmp_path / "in_r"
    done = _crosscheck(built_sample, "chongqing", "-o", str(folder), "--script-only")
    assert done.returncode == 0, done.stderr
    script = (folder / "tables.R").read_text("utf-8")
    assert script.count("\nattempt(") == 13
    assert (folder / "panel.csv").exists()
    again = _crosscheck(built_sample, "chongqing", "-o", str(folder), "--script-only")
    assert again.returncode == 2
    misspelled = tmp_path / "misspelled"
    assert _crosscheck(built_sample, "chongking", "-o", str(misspelled)).returncode == 2
    assert not misspelled.exists()

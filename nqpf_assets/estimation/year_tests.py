"""What the terms of `by_year` say together: joint tests of all years, and of those before the base year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.result_rows import Test
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.joint_test import wald
from nqpf_assets.messages.counted import counted
from nqpf_assets.studies.year_terms import named_terms, tested_terms

if TYPE_CHECKING:
    from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE


def require_base(design: Design, result: TwoWayFE) -> None:
    """Without a row of the base year the terms would be differences from another, of which none is left.

    Raises:
        EstimationError: no row of the base year is in the sample.
    """
    asked = design.column.by_year
    if asked is not None and asked.base not in design.periods[result.is_in_sample]:
        raise EstimationError(
            f"`by_year` compares with {asked.base}, of which no row is in the sample: name another base"
        )


def year_tests(design: Design, result: TwoWayFE) -> Iterator[Test]:
    """F of all years, and of those before the base year, with the covariance of the column.

    Wald's statistic by the number of years, with the degrees of freedom behind the column's t, as Stata's
    `testparm`; behind large-sample errors these are infinite. Terms that were dropped are not tested.
    """
    asked = design.column.by_year
    if asked is None:
        return
    years = {name: year for year, name in named_terms(design.column)}
    for test, names in tested_terms(design.column).items():
        kept = {name: years[name] for name in names if name in result.names}
        if kept:
            yield _test(test, kept, asked.base, result)


def _test(test: str, terms: Mapping[str, int], base: int, result: TwoWayFE) -> Test:
    places = [result.names.index(name) for name in terms]
    df = float(min(result.df_inference))
    joint = wald(
        result.params[places],
        result.covariance[np.ix_(places, places)],
        df if np.isfinite(df) else None,
    )
    years = ", ".join(map(str, terms.values()))
    words = f"Wald, that the coefficients of {years} are that of {base}"
    if isnan(joint.statistic):
        why = "their covariance has no inverse"
        if result.n_clusters and min(result.n_clusters) <= len(terms):
            few = counted(min(result.n_clusters), "clusters")
            why = f"{few} are too few for {counted(len(terms), 'years')}"
        return Test(test, None, float(joint.df), None, f"{words}; not computed: {why}")
    # F of infinitely many degrees of freedom is chi-squared by its own.
    statistic = joint.statistic if joint.df_resid is not None else joint.statistic / joint.df
    below = "infinity" if joint.df_resid is None else f"{joint.df_resid:g}"
    return Test(test, statistic, float(joint.df), joint.p_value, f"{words}, F({joint.df}, {below})")


def year_words(design: Design, result: TwoWayFE) -> Iterator[str]:
    """What a reader must know of the base year, and of a test that could not be taken."""
    asked = design.column.by_year
    if asked is None:
        return
    words = f"Coefficients of {asked.of} by year are differences from {asked.base}"
    if asked.of not in design.names:
        words = f"Coefficients of {asked.of} by year: that of {asked.base} is held at zero"
    yield words
    for one in year_tests(design, result):
        if one.statistic is None and one.detail:
            yield f"No {one.test} test: {one.detail.partition('not computed: ')[2]}"

"""Do two groups differ in their coefficients? Interaction, Chow, seemingly unrelated Wald.

Both tests come from one regression with everything interacted, whose clusters may lie in both
groups. The permutation test has a module of its own; the conventions are explained in
docs/methods/heterogeneity.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.group_differences.models import (
    TwoGroups,
    chow_test,
    interacted_model,
    partial_model,
)
from nqpf_assets.estimators.group_differences.result import (
    GroupDifference,
    GroupRegression,
    Interaction,
    SeeminglyUnrelated,
)
from nqpf_assets.estimators.group_differences.rows import regression_of_rows, two_groups
from nqpf_assets.estimators.linear.covariance_kinds import BIAS_REDUCED, KINDS, SmallSample, Vcov
from nqpf_assets.estimators.linear.distributions import chi2_sf
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster, student_inference
from nqpf_assets.estimators.linear.joint_test import JointTest, wald, without_value
from nqpf_assets.estimators.linear.sample import encode
from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.linear.within import Codes, Floats

VCOVS = ("clustered", *BIAS_REDUCED, "robust", "unadjusted")


def group_difference(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    groups: ArrayLike,
    *,
    names: Sequence[str],
    compare: tuple[Any, Any] | None = None,
    tested: Sequence[str] | None = None,
    effects: Sequence[str] = ("unit", "period"),
    vcov: Vcov = "clustered",
    cluster: Cluster | None = None,
    small_sample: SmallSample = "xtreg",
    confidence_level: float = 0.95,
) -> GroupDifference:
    """Compare the coefficients of two groups.

    Args:
        outcome: (n,).
        regressors: (n, K).
        units, periods: (n,) labels; each pair once. A unit may change its group; it then has
            an effect of its own in each, and its cluster lies in both.
        groups: (n,) labels, none missing.
        names: the K regressors.
        compare: labels of first and second group; may be left out where there are only two.
            Rows of other groups are not used.
        tested: the coefficients to compare; all that both groups identify by default.
        effects, small_sample, confidence_level: as in `two_way_fe`.
        vcov: ``"clustered"``, ``"cr2"``, ``"cr3"``, ``"robust"`` or ``"unadjusted"``.
        cluster: ``"unit"`` (default), ``"period"`` or an array (n,), or a tuple of two or three of these;
            one of ``"cr2"`` and ``"cr3"``, which under unit effects may not divide units.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Chow (1960), Econometrica 28(3); Weesie (1999), Stata Technical Bulletin 52, for the
    seemingly unrelated covariance.
    """
    if vcov not in VCOVS:
        raise EstimationError(f"vcov is one of {', '.join(VCOVS)} here; found {vcov!r}")
    if small_sample == "large_sample":
        raise EstimationError("differences of groups are tested by F and t; found large_sample")
    y = np.asarray(outcome)
    side, labels = two_groups(groups, len(y), compare)
    options: dict[str, Any] = {
        "effects": effects,
        "vcov": vcov,
        "small_sample": small_sample,
        "confidence_level": confidence_level,
    }
    columns = (y, regressors, units, periods)
    pair = tuple(
        regression_of_rows(columns, side == s, labels[s], cluster, {"names": names, **options})
        for s in (0, 1)
    )
    compared = _compared(names, tested, pair)
    keep = pair[0].is_in_sample | pair[1].is_in_sample
    rows = TwoGroups(
        outcome=y[keep].astype(np.float64),
        regressors=np.asarray(regressors, dtype=np.float64)[keep],
        units=_codes(units, "the unit", keep),
        periods=_codes(periods, "the period", keep),
        is_second=side[keep] == 1,
        names=tuple(names),
        labels=labels,
    )
    clusters = _clusters(rows, cluster, keep) if KINDS[vcov].most_keys else None
    options |= {"cluster": clusters, "drop_singletons": False}
    return _comparison(rows, (pair[0], pair[1]), compared, clusters, options)


def _comparison(
    rows: TwoGroups,
    pair: tuple[GroupRegression, GroupRegression],
    compared: tuple[str, ...],
    clusters: tuple[Codes, ...] | None,
    options: dict[str, Any],
) -> GroupDifference:
    """All tests on the rows of both groups."""
    model = interacted_model(rows, pair, options)
    place = [[model.names.index(f"{name} [{group.label}]") for group in pair] for name in compared]
    at = np.array(place)
    differences = model.params[at[:, 0]] - model.params[at[:, 1]]
    covariance = _covariance_of_differences(model.covariance, at)
    df, joint = _joint(model, at, differences, covariance)
    level = options["confidence_level"]
    tests = student_inference(differences, covariance, df, level)

    partials = [partial_model(rows, name, options) for name in compared]
    effect, error, p_value, partial_df = (
        np.array([getattr(m, key)[k] for m, k in partials])
        for key in ("params", "std_errors", "p_values", "df_inference")
    )
    conf_int = np.array([m.conf_int[k] for m, k in partials])
    shared = np.zeros(0)
    if clusters is not None:
        shared = np.intersect1d(clusters[0][rows.is_second], clusters[0][~rows.is_second])
    return GroupDifference(
        names=compared,
        groups=pair,
        params=model.params[at],
        differences=differences,
        interacted=model,
        interaction=Interaction(
            tests.std_errors, tests.t_stats, tests.p_values, tests.conf_int, differences, df
        ),
        joint=joint,
        partial=Interaction(error, effect / error, p_value, conf_int, effect, partial_df),
        partial_models=tuple(m for m, _ in partials),
        seemingly_unrelated=_seemingly_unrelated(rows, pair, at, options),
        chow=chow_test(rows, model, options["effects"]),
        vcov=options["vcov"],
        n_clusters=min((len(np.unique(one)) for one in clusters or ()), default=0),
        n_shared_clusters=len(shared),
    )


def _joint(
    model: TwoWayFE, at: Codes, differences: Floats, covariance: Floats
) -> tuple[Floats, JointTest]:
    """Degrees of freedom (J,) of the differences, and the test of all at once."""
    parts = model.errors.parts
    if parts is None:
        df = float(model.df_inference[0])
        return np.full(len(at), df), wald(differences, covariance, df)
    contrasts = np.zeros((len(at), len(model.names)))
    places = np.arange(len(at))
    contrasts[places, at[:, 0]], contrasts[places, at[:, 1]] = 1.0, -1.0
    combined = parts.combined(contrasts)
    # A difference whose errors cancel has no error, and a test of all would rest on it.
    is_told = np.isfinite(covariance).all()
    return combined.df, combined.joint(differences) if is_told else without_value(len(at))


def _seemingly_unrelated(
    rows: TwoGroups,
    pair: tuple[GroupRegression, GroupRegression],
    at: Codes,
    options: dict[str, Any],
) -> SeeminglyUnrelated:
    """Wald tests from the sandwich of the scores of both regressions.

    The factor is G/(G - 1) for clusters and n/(n - 1) for rows, as suest's: parameters are not
    counted, and the distribution is chi-squared.
    """

    vcov = "clustered" if options["cluster"] is not None else "robust"
    plain = interacted_model(rows, pair, options | {"vcov": vcov, "small_sample": "none"})
    count = min(plain.n_clusters) if plain.n_clusters else plain.n_obs
    covariance = _covariance_of_differences(plain.covariance, at) * (count / (count - 1))
    differences = plain.params[at[:, 0]] - plain.params[at[:, 1]]
    variances = np.diag(covariance)
    errors = np.sqrt(np.where(variances > 0, variances, np.nan))
    statistics = (differences / errors) ** 2
    return SeeminglyUnrelated(
        errors, statistics, chi2_sf(statistics, 1), wald(differences, covariance, None)
    )


def _covariance_of_differences(covariance: Floats, at: Codes) -> Floats:
    """Covariance of first minus second coefficients, which stand at (J, 2) places.

    By the coefficients compared alone, so that one without a standard error leaves the others theirs.
    """
    first, second = at.T
    between = covariance[np.ix_(first, second)]
    own = covariance[np.ix_(first, first)] + covariance[np.ix_(second, second)]
    return np.asarray(own - between - between.T, dtype=np.float64)


def _compared(
    names: Sequence[str], tested: Sequence[str] | None, pair: Sequence[GroupRegression]
) -> tuple[str, ...]:
    """The coefficients to compare; one that a group does not identify is refused if asked for."""
    if tested is None:
        found = tuple(n for n in names if all(n in group.model.names for group in pair))
        if not found:
            raise EstimationError("the groups have no coefficient in common")
        return found
    if not tested or len(set(tested)) != len(tested):
        raise EstimationError("tested names one or more coefficients, each once")
    for name in tested:
        if name not in names:
            raise EstimationError(f"{name} is not among the regressors: {', '.join(names)}")
        for group in pair:
            for dropped in group.model.dropped:
                if dropped.name == name:
                    raise EstimationError(
                        f"{name} cannot be compared: in group {group.label} it was dropped "
                        f"({dropped.reason})"
                    )
    return tuple(tested)


def _codes(labels: ArrayLike, what: str, keep: NDArray[np.bool_]) -> Codes:
    return encode(np.asarray(labels, dtype=object)[keep], what)[0]


def _clusters(
    rows: TwoGroups, cluster: Cluster | None, keep: NDArray[np.bool_]
) -> tuple[Codes, ...]:
    """One code per row for each key, the same for a cluster's rows in both groups."""
    keys = cluster if isinstance(cluster, tuple) else ("unit" if cluster is None else cluster,)
    own = {"unit": rows.units, "period": rows.periods}
    return tuple(
        own[key] if isinstance(key, str) else _codes(key, "the cluster", keep) for key in keys
    )

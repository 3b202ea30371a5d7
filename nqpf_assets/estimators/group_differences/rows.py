"""Which row belongs to which group, and one regression per group.

A missing label never becomes a group; comparing the regressions is done elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.group_differences.result import GroupRegression
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster
from nqpf_assets.estimators.linear.sample import encode
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.within import Codes


def group_codes(groups: ArrayLike, n_rows: int) -> tuple[Codes, tuple[Any, ...]]:
    """Codes (n,) and sorted labels of groups; missing or blank labels are refused."""
    objects = np.asarray(groups, dtype=object)
    if objects.shape != (n_rows,):
        raise EstimationError(
            f"the group: {counted(objects.size, 'rows')} where {n_rows} were expected"
        )
    blank = sum(1 for label in objects if isinstance(label, str) and not label.strip())
    if blank:
        raise EstimationError(f"the group is blank in {counted(blank, 'rows')}")
    codes, labels = encode(objects, "the group")
    if len(labels) < 2:
        raise EstimationError(f"all rows are in one group, {labels[0]}: nothing to compare")
    return codes, labels


def two_groups(
    groups: ArrayLike, n_rows: int, compare: tuple[Any, Any] | None
) -> tuple[Codes, tuple[Any, Any]]:
    """0 for the first group, 1 for the second, -1 for rows of other groups; and the labels.

    Args:
        groups: (n,) labels.
        n_rows: n.
        compare: first and second label; may be left out where there are two.
    """
    codes, labels = group_codes(groups, n_rows)
    if compare is None:
        if len(labels) > 2:
            listed = ", ".join(map(str, labels))
            raise EstimationError(
                f"{counted(len(labels), 'groups')} ({listed}); say which two to compare"
            )
        return codes, (labels[0], labels[1])
    first, second = compare
    for label in compare:
        if label not in labels:
            listed = ", ".join(map(str, labels))
            raise EstimationError(f"no row is in group {label}; the groups are {listed}")
    if first == second:
        raise EstimationError(f"group {first} cannot be compared with itself")
    side = np.full(n_rows, -1, dtype=np.intp)
    side[codes == labels.index(first)] = 0
    side[codes == labels.index(second)] = 1
    return side, (first, second)


def group_regressions(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    groups: ArrayLike,
    *,
    names: Sequence[str],
    cluster: Cluster | None = None,
    **options: Any,
) -> tuple[GroupRegression, ...]:
    """The same model on each group, in the order of the labels.

    Args:
        outcome, regressors, units, periods, names, cluster: as `two_way_fe` takes them.
        groups: (n,) labels, two or more, none missing.
        options: further arguments of `two_way_fe`.

    Raises:
        EstimationError: with the group's name in front, where a group is too small or lacks
            variation.
    """
    n = len(np.asarray(outcome))
    codes, labels = group_codes(groups, n)
    columns = (outcome, regressors, units, periods)
    return tuple(
        regression_of_rows(columns, codes == code, label, cluster, {"names": names, **options})
        for code, label in enumerate(labels)
    )


def regression_of_rows(
    columns: Sequence[ArrayLike],
    rows: NDArray[np.bool_],
    label: Any,
    cluster: Cluster | None,
    options: dict[str, Any],
) -> GroupRegression:
    """`two_way_fe` on some rows; an error names the group."""
    parts = [_part(column, rows) for column in columns]
    chosen: Cluster | None = cluster
    if isinstance(cluster, tuple):
        chosen = tuple(key if isinstance(key, str) else _part(key, rows) for key in cluster)
    elif cluster is not None and not isinstance(cluster, str):
        chosen = _part(cluster, rows)
    try:
        model = two_way_fe(*parts, cluster=chosen, **options)
    except EstimationError as error:
        raise EstimationError(
            f"group {label} ({counted(int(rows.sum()), 'rows')}): {error}",
            units=error.units,
            remedy=error.remedy,
        ) from error
    is_in_sample = rows.copy()
    is_in_sample[rows] = model.is_in_sample
    return GroupRegression(label, model, is_in_sample)


def _part(column: ArrayLike, rows: NDArray[np.bool_]) -> Any:
    # Lists through objects: NumPy would turn a gap among names into the text "nan".
    whole = column if isinstance(column, np.ndarray) else np.asarray(column, dtype=object)
    if len(whole) != len(rows):
        raise EstimationError(f"{counted(len(whole), 'rows')} where {len(rows)} were expected")
    return whole[rows]

"""What one more of a regressor does to the expected outcome, by the delta method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.fractional.link import Link, means
from nqpf_assets.estimators.linear.inference import Inference, student_inference
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class Margins:
    """Of K regressors: (K,) estimates with their tests, normal."""

    estimates: Floats
    tests: Inference


def margins_of(
    link: Link,
    design: Floats,
    params: Floats,
    covariance: Floats,
    places: Sequence[int],
    confidence_level: float,
) -> Mapping[str, Margins]:
    """``"average"`` over the rows, the regressors as they are, and at ``"means"`` of all columns.

    Args:
        design: (n, P), the constant last; params: (P,); covariance: (P, P).
        places: the K columns whose effects are asked for.
    """
    found = {}
    for at, rows in (("average", design), ("means", design.mean(axis=0)[None])):
        there = means(link, rows @ params)
        slope = float(there.slope.mean())
        turn = (there.curvature[:, None] * rows).mean(axis=0)
        jacobian = params[places][:, None] * turn + slope * np.eye(len(params))[places]
        estimates, matrix = params[places] * slope, jacobian @ covariance @ jacobian.T
        normal = np.full(len(places), np.inf)
        found[at] = Margins(
            estimates, student_inference(estimates, matrix, normal, confidence_level)
        )
    return found

"""What passes between touching provinces in the outcome.

Which touch, the catalogue knows; weights for estimation are the study's business. Hainan has no
land neighbour and is joined to Guangdong, as studies do.
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.catalog.geography import load_geography
from sample.paths import Floats
from sample.province_base import STARTS

JOINED = ("440000", "460000")
SPATIAL_LAG = 0.25  # of a neighbour's outcome
NEIGHBOURS_NQPF = 0.06  # of NQPF in the neighbourhood


def weights() -> Floats:
    """(31, 31) contiguity, rows adding up to one, in the order of `STARTS`."""
    place = {code: row for row, code in enumerate(STARTS)}
    matrix = np.zeros((len(place), len(place)))
    for one, other in [*load_geography()[0].neighbours.iter_rows(), JOINED]:
        matrix[place[one], place[other]] = matrix[place[other], place[one]] = 1.0
    return np.asarray(matrix / matrix.sum(axis=1, keepdims=True))


def spilled(values: Floats) -> Floats:
    """What an impulse comes to once the neighbours' outcomes have answered: (I − ρW)⁻¹ v."""
    matrix = np.eye(len(values)) - SPATIAL_LAG * weights()
    return np.asarray(np.linalg.solve(matrix, values))

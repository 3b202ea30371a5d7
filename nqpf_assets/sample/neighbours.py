"""Which provinces touch, and what passes between them in the outcome.

Contiguity for planting spillovers only; weights for estimation are the study's business. Hainan
has no land neighbour and is joined to Guangdong, as studies do.
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.sample.paths import Floats
from nqpf_assets.sample.province_base import STARTS

# Each pair once, by the first two digits of the code.
TOUCHING = {
    "11": "12 13", "12": "13", "13": "14 15 21 37 41", "14": "15 41 61", "15": "21 22 23 61 62 64",
    "21": "22", "22": "23", "31": "32 33", "32": "33 34 37", "33": "34 35 36",
    "34": "36 37 41 42", "35": "36 44", "36": "42 43 44", "37": "41", "41": "42 61",
    "42": "43 50 61", "43": "44 45 50 52", "44": "45 46", "45": "52 53", "50": "51 52 61",
    "51": "52 53 54 61 62 63", "52": "53", "53": "54", "54": "63 65", "61": "62 64",
    "62": "63 64 65", "63": "65",
}  # fmt: skip
SPATIAL_LAG = 0.25  # of a neighbour's outcome
NEIGHBOURS_NQPF = 0.06  # of NQPF in the neighbourhood


def weights() -> Floats:
    """(31, 31) contiguity, rows adding up to one, in the order of `STARTS`."""
    place = {code[:2]: row for row, code in enumerate(STARTS)}
    matrix = np.zeros((len(place), len(place)))
    for one, others in TOUCHING.items():
        for other in others.split():
            matrix[place[one], place[other]] = matrix[place[other], place[one]] = 1.0
    return np.asarray(matrix / matrix.sum(axis=1, keepdims=True))


def spilled(values: Floats) -> Floats:
    """What an impulse comes to once the neighbours' outcomes have answered: (I − ρW)⁻¹ v."""
    matrix = np.eye(len(values)) - SPATIAL_LAG * weights()
    return np.asarray(np.linalg.solve(matrix, values))

"""What standardises panel unit root statistics: moments that their authors simulated, as printed.

Between two numbers of periods they lie on a line; outside of the tables the nearest is taken.
"""

from __future__ import annotations

import numpy as np

LLC_PERIODS = (25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100, 250, 500)
LEVIN_LIN_CHU = {
    "intercept": (
        (-0.554, -0.546, -0.541, -0.537, -0.533, -0.531, -0.527, -0.524, -0.521, -0.520, -0.518,
         -0.509, -0.500),
        (0.919, 0.889, 0.867, 0.850, 0.837, 0.826, 0.810, 0.798, 0.789, 0.782, 0.776, 0.742, 0.707),
    ),
    "trend": (
        (-0.703, -0.674, -0.653, -0.637, -0.624, -0.614, -0.598, -0.587, -0.578, -0.571, -0.566,
         -0.533, -0.500),
        (1.003, 0.949, 0.906, 0.871, 0.842, 0.818, 0.780, 0.751, 0.728, 0.710, 0.695, 0.603, 0.500),
    ),
}  # fmt: skip
"""Levin, Lin and Chu (2002), Table 2: mean and standard deviation adjustment by periods."""

IPS_PERIODS = (10, 15, 20, 25, 30, 40, 50, 60, 70, 100)
IPS = {
    ("intercept", "mean"): (
        (-1.504, -1.514, -1.522, -1.520, -1.526, -1.523, -1.527, -1.519, -1.524, -1.532),
        (-1.488, -1.503, -1.516, -1.514, -1.519, -1.520, -1.524, -1.519, -1.522, -1.530),
        (-1.319, -1.387, -1.428, -1.443, -1.460, -1.476, -1.493, -1.490, -1.498, -1.514),
        (-1.306, -1.366, -1.413, -1.433, -1.453, -1.471, -1.489, -1.486, -1.495, -1.512),
        (-1.171, -1.260, -1.329, -1.363, -1.394, -1.428, -1.454, -1.458, -1.470, -1.495),
    ),
    ("intercept", "variance"): (
        (1.069, 0.923, 0.851, 0.809, 0.789, 0.770, 0.760, 0.749, 0.736, 0.735),
        (1.255, 1.011, 0.915, 0.861, 0.831, 0.803, 0.781, 0.770, 0.753, 0.745),
        (1.421, 1.078, 0.969, 0.905, 0.865, 0.830, 0.798, 0.789, 0.766, 0.754),
        (1.759, 1.181, 1.037, 0.952, 0.907, 0.858, 0.819, 0.802, 0.782, 0.761),
        (2.080, 1.279, 1.097, 1.005, 0.946, 0.886, 0.842, 0.819, 0.801, 0.771),
    ),
    ("trend", "mean"): (
        (-2.166, -2.167, -2.168, -2.167, -2.172, -2.173, -2.176, -2.174, -2.174, -2.177),
        (-2.173, -2.169, -2.172, -2.172, -2.173, -2.177, -2.180, -2.178, -2.176, -2.179),
        (-1.914, -1.999, -2.047, -2.074, -2.095, -2.120, -2.137, -2.143, -2.146, -2.158),
        (-1.922, -1.977, -2.032, -2.065, -2.091, -2.117, -2.137, -2.142, -2.146, -2.158),
        (-1.750, -1.823, -1.911, -1.968, -2.009, -2.057, -2.091, -2.103, -2.114, -2.135),
    ),
    ("trend", "variance"): (
        (1.132, 0.869, 0.763, 0.713, 0.690, 0.655, 0.633, 0.621, 0.610, 0.597),
        (1.453, 0.975, 0.845, 0.769, 0.734, 0.687, 0.654, 0.641, 0.627, 0.605),
        (1.627, 1.036, 0.882, 0.796, 0.756, 0.702, 0.661, 0.653, 0.634, 0.613),
        (2.482, 1.214, 0.983, 0.861, 0.808, 0.735, 0.688, 0.674, 0.650, 0.625),
        (3.947, 1.332, 1.052, 0.913, 0.845, 0.759, 0.705, 0.685, 0.662, 0.629),
    ),
}
"""Im, Pesaran and Shin (2003), Table 3: mean and variance of a Dickey-Fuller t, by lags and periods."""

MOST_LAGS = 4
"""Lags of which Table 3 has all periods."""


def of_levin_lin_chu(periods: float, terms: str) -> tuple[float, float]:
    """Mean and standard deviation adjustment of their statistic."""
    mean, deviation = LEVIN_LIN_CHU[terms]
    return (
        float(np.interp(periods, LLC_PERIODS, mean)),
        float(np.interp(periods, LLC_PERIODS, deviation)),
    )


def of_ips(periods: float, lags: int, terms: str) -> tuple[float, float]:
    """Mean and variance of a t statistic with so many lags over so many periods."""
    mean, variance = (IPS[terms, which][lags] for which in ("mean", "variance"))
    return (
        float(np.interp(periods, IPS_PERIODS, mean)),
        float(np.interp(periods, IPS_PERIODS, variance)),
    )

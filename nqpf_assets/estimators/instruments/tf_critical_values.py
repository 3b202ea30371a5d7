"""Critical values of t that the strength of a single instrument asks for: the tF procedure.

With one instrument and one endogenous variable |t| > 1.96 rejects the truth more often than 5 % of the time
unless the first stage's F is above 104.7. Against a critical value that falls with F it does so at most 5 %
of the time, however weak the instrument and however endogenous the variable.
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.estimators.instruments.result import TfTest

NORMAL = 1.959963984540054
"""What is held against |t| where the instrument is strong, at 5 %."""
_LOWEST, _STEP = 2.0, 0.1
_VALUES = (
    18.66, 9.74, 7.37, 6.18, 5.43, 4.92, 4.54, 4.25, 4.01, 3.82, 3.65, 3.51, 3.39, 3.29, 3.19, 3.11, 3.03,
    2.97, 2.91, 2.85, 2.80, 2.75, 2.71, 2.67, 2.63, 2.60, 2.57, 2.54, 2.51, 2.48, 2.46, 2.43, 2.41, 2.39,
    2.37, 2.35, 2.33, 2.32, 2.30, 2.29, 2.27, 2.26, 2.24, 2.23, 2.22, 2.21, 2.20, 2.19, 2.17, 2.16, 2.16,
    2.15, 2.14, 2.13, 2.12, 2.11, 2.10, 2.10, 2.09, 2.08, 2.08, 2.07, 2.06, 2.06, 2.05, 2.04, 2.04, 2.03,
    2.03, 2.02, 2.02, 2.01, 2.01, 2.00, 2.00, 1.99, 1.99, 1.99, 1.98, 1.98, 1.97, 1.97, 1.97, NORMAL,
)  # fmt: skip
"""For roots of F from 2.0 to 10.3 in steps of 0.1."""


def tf_critical_value(f: float) -> float:
    """Critical value of |t| at 5 % beside a first stage with this F; infinite below F = 4, NaN for NaN.

    Between tabulated values on a straight line, which lies above a curve that bends as this one does. Below
    F = 3.84 no finite value has 5 %; from there to 4 none is tabulated, and infinity errs on the safe side.

    Source: Lee, McCrary, Moreira and Porter (2022), AER 112(10), 3260-3290.
    """
    if np.isnan(f):
        return float("nan")
    root = float(np.sqrt(f))
    if root < _LOWEST:
        return float("inf")
    return float(np.interp(root, _LOWEST + _STEP * np.arange(len(_VALUES)), _VALUES))


def tf_test(estimate: float, std_error: float, f: float) -> TfTest:
    """The test of the coefficient of the only endogenous variable, which one instrument identifies."""
    value = tf_critical_value(f)
    half = value * std_error
    return TfTest(f, value, half / NORMAL, (estimate - half, estimate + half))

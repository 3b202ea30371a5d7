"""How many threads work, so that results are the same to the last digit whatever their number.

A BLAS cuts a product of matrices by the number of its threads, and the pieces round differently: on
two cores instead of one, a bound of a bootstrap interval of the sample changed in its 17th digit. The
matrices of studies are small, so `nqpf` and Dagster give linear algebra one thread; a program that
imports an estimator keeps its own setting. DuckDB and Polars keep their threads: what they are asked
for does not depend on how rows are divided, which ``tests/test_same_results.py`` holds on the sample.
"""

from __future__ import annotations

import os

from nqpf_assets.warehouse.environment import refusal, said

DATABASE = "NQPF_THREADS"
"""Environment variable: threads of DuckDB; without it DuckDB takes all cores."""
_LINEAR_ALGEBRA = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def one_for_linear_algebra() -> None:
    """One thread for BLAS in this process and those it starts, whatever the caller's environment says.

    The libraries ask when they are loaded: to be called before NumPy is imported.
    """
    os.environ.update(dict.fromkeys(_LINEAR_ALGEBRA, "1"))


def of_database() -> dict[str, str]:
    """DuckDB's setting of threads; empty where the user asks for none.

    Raises:
        InputError: the environment variable holds no whole number from 1.
    """
    asked = said(DATABASE)
    if not asked:
        return {}
    if not asked.isascii() or not asked.isdigit() or int(asked) < 1:
        raise refusal(DATABASE, "a whole number from 1")
    return {"threads": asked}

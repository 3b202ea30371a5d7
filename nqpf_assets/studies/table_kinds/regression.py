"""A table of regression columns, printed as the paper prints it."""

from __future__ import annotations

from nqpf_assets.studies.regression_table import RegressionTable
from nqpf_assets.studies.table_kind import TableKind

KIND = TableKind(
    "regression", RegressionTable, "nqpf_assets.stages.printed_regression_table:regression_step"
)

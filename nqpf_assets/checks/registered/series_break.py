"""Years of one series in another unit. Breaks of other sizes are findings that the end of a refresh tells."""

from __future__ import annotations

from nqpf_assets.checks.accepted_findings import finding_rules
from nqpf_assets.checks.check import TableCheck

CHECK = TableCheck(
    "series_break",
    finding_rules(
        "series_break",
        "years of a series in one unit of measurement",
        "look at the unit of that year in the file",
        warned="n_slips > 0",
    ),
    tables=("audit.series_break",),
)

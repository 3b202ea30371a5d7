"""Years in which a study passes to another vintage that is in another unit."""

from __future__ import annotations

from nqpf_assets.checks.accepted_findings import finding_rules
from nqpf_assets.checks.check import TableCheck

CHECK = TableCheck(
    "series_join",
    finding_rules(
        "series_join",
        "one unit of measurement where a study passes from one vintage or publisher to another",
        "look at the unit in the file, or declare a break of the series that is `rescaled` "
        "(`nqpf help catalog series`)",
    ),
    tables=("*.series_join",),
)

"""Parts against the total that is printed with them."""

from __future__ import annotations

from nqpf_assets.checks.accepted_findings import finding_rules
from nqpf_assets.checks.check import TableCheck

CHECK = TableCheck(
    "totals",
    finding_rules(
        "totals", "parts that add up to their printed total", "look at total and parts in the file"
    ),
    tables=("audit.total",),
)

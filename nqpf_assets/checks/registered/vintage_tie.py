"""Two vintages of one day that say different things."""

from __future__ import annotations

from nqpf_assets.checks.accepted_findings import finding_rules
from nqpf_assets.checks.check import TableCheck

CHECK = TableCheck(
    "vintage_tie",
    finding_rules(
        "vintage_tie",
        "vintages of different days, or equal values",
        "say `published` or `accessed` on the cards",
    ),
    tables=("audit.vintage_tie",),
)

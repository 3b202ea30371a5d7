"""Vintages of one series that differ by a power of ten."""

from __future__ import annotations

from nqpf_assets.checks.accepted_findings import finding_rules
from nqpf_assets.checks.check import TableCheck

CHECK = TableCheck(
    "magnitude",
    finding_rules(
        "magnitude",
        "values of the size of the earlier vintage",
        "look at unit and definition in the file",
    ),
    tables=("audit.magnitude",),
)

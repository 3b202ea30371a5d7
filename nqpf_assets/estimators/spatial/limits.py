"""Limits that estimators, checks and tables share. Nothing heavy is imported here."""

from __future__ import annotations

WEAK_ABOVE = 0.15
"""Standard error of ρ or λ from the weights alone above which it is weakly identified: its 95 % interval is
then wider than .6, more than half of what a ρ between zero and one can be."""

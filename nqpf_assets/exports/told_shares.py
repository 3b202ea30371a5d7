"""Each cause's share of what moved a coefficient, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.exports.told_numbers import number_words
from nqpf_assets.messages.counted import counted

if TYPE_CHECKING:
    from nqpf_assets.publications.shares import Shares

ROUNDING = 1e-9
"""Parts below this share of the change are rounding, and are not told."""
SHOWN = 12
"""Coefficients that are told; `--format json` has them all."""


def told_shares(found: Shares) -> Iterator[str]:
    """The causes by number, then coefficients with what each of them moved."""
    if not found.causes:
        yield "shares    no cause under the coefficients is another"
        return
    yield "shares    estimated again with one cause after the other; the parts add up to the change"
    for number, cause in enumerate(found.causes, start=1):
        yield f"          {number}: {cause}"
    for (study, table, label, term), whole, parts in found.rows[:SHOWN]:
        words = "; ".join(
            f"{number}: {part:+.3g} ({part / whole:.0%})"
            for number, part in enumerate(parts, start=1)
            if abs(part) > ROUNDING * abs(whole)
        )
        change = f"{number_words(whole)} = {words}" if words else "its standard error alone"
        yield f"          {study}.{table} {label} {term}: {change}"
    if len(found.rows) > SHOWN:
        yield f"          and {counted(len(found.rows) - SHOWN, 'more coefficients')}; --format json has all"

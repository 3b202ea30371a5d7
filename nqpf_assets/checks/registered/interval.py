"""Intervals of every table that has them: p and interval say the same of zero."""

from __future__ import annotations

from nqpf_assets.checks.check import rows_where, sql_check

LEVEL = 0.05
"""One minus the confidence level of every interval that is published."""
ROUNDING = 1e-9
"""How near p may be to the level, or an end to zero, for either verdict: the two are computed apart."""

_OUTSIDE = "(conf_low > 0 OR conf_high < 0)"
_NEAR = (
    f"(abs(p_value - {LEVEL}) < {ROUNDING}"
    f" OR least(abs(conf_low), abs(conf_high)) < {ROUNDING} * (conf_high - conf_low))"
)

CHECK = sql_check(
    "interval",
    f"p below {LEVEL} exactly where the 95 % interval leaves zero out, and ends in order",
    rows_where(
        "p_value NOT BETWEEN 0 AND 1 OR conf_low > conf_high"
        " OR (conf_low IS NULL) <> (conf_high IS NULL)"
        f" OR ((p_value < {LEVEL}) <> {_OUTSIDE} AND NOT {_NEAR})",
        "'p = ' || coalesce(CAST(p_value AS VARCHAR), 'none') || ', interval ' ||"
        " coalesce(CAST(conf_low AS VARCHAR), 'none') || ' to ' ||"
        " coalesce(CAST(conf_high AS VARCHAR), 'none')",
    ),
    columns=("p_value", "conf_low", "conf_high"),
)

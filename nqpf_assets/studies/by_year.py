"""`by_year` of a column: a coefficient of a variable for each year but one, the event study.

Which terms a column has for it is `year_terms`; what they say together is tested in `estimation.year_tests`.
"""

from __future__ import annotations

from pydantic import Field

from nqpf_assets.user_input.strict import Name, Strict

JOINT, BEFORE = "by_year", "by_year_before"
"""Names of the tests that all years, and those before the base year, are as the base year."""


class ByYear(Strict):
    """A coefficient of a variable for each year of the sample but the base year."""

    of: Name = Field(
        description="the variable or index, e.g. one that says who was exposed to a shock"
    )
    base: int = Field(
        description="the year that the others are compared with, e.g. the last before a shock; "
        "it has no term"
    )

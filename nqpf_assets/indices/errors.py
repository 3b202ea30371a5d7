"""The error of this room: indicators from which an index cannot be computed.

Its message names the indicator and says what is wrong with it, for the user who chose it.
Mistakes in a study file are found elsewhere, before anything is computed.
"""


class IndicatorError(ValueError):
    """The indicators do not allow the index; the message names the ones at fault."""


def counted(number: int, things: str) -> str:
    """A number with its noun, which is given as a plural that ends in s: one row, two rows."""
    return f"{number} {things if number != 1 else things.removesuffix('s')}"

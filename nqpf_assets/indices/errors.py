"""The error of this room: indicators from which an index cannot be computed.

Its message names the indicator and says what is wrong with it, for the user who chose it.
Mistakes in a study file are found elsewhere, before anything is computed.
"""


class IndicatorError(ValueError):
    """The indicators do not allow the index; the message names the ones at fault.

    Attributes:
        row: the first observation at fault, where it is one; who knows its unit and year names them.
    """

    def __init__(self, message: str, row: int | None = None) -> None:
        super().__init__(message)
        self.row = row


def counted(number: int, things: str) -> str:
    """A number with its noun, which is given as a plural that ends in s: one row, two rows."""
    return f"{number} {things if number != 1 else things.removesuffix('s')}"

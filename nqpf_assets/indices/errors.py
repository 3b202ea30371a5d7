"""The error of this room: indicators from which an index cannot be computed.

Its message names the indicator and says what is wrong with it, for the user who chose it.
Mistakes in a study file are found elsewhere, before anything is computed.
"""


class IndicatorError(ValueError):
    """The indicators do not allow the index; the message names the ones at fault."""

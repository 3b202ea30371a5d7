"""The error of this room: values from which a difference between regions cannot be measured.

Its message says what stands in the way, and in which period or group; a regression that cannot
be estimated has an error of its own, in the room of the models.
"""


class DifferenceError(ValueError):
    """The measure is not defined for these values."""

"""The error of this room: data from which a model cannot be estimated.

Its message says, in the words of somebody who reads regression tables, what stands in the
way and in which variable. Misspelt options are errors of this kind too, because they come
from a study file; mistakes of ours are ordinary exceptions.
"""


class EstimationError(ValueError):
    """The model cannot be estimated from these data with these options."""

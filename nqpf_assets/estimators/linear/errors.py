"""The error of this room: data from which a model cannot be estimated.

Its message says, in the words of somebody who reads regression tables, what stands in the
way and in which variable. Misspelt options are errors of this kind too, because they come
from a study file; mistakes of ours are ordinary exceptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping


class EstimationError(ValueError):
    """The model cannot be estimated from these data with these options.

    Attributes:
        units: labels of units that its message may name, for whoever knows other names of them.
        remedy: what to do, where the estimator knows it better than who called it.
    """

    def __init__(
        self, message: str = "", *, units: Iterable[object] = (), remedy: str = ""
    ) -> None:
        super().__init__(message)
        self.units = tuple(str(unit) for unit in units)
        self.remedy = remedy

    def named(self, names: Mapping[str, str]) -> str:
        """The message with units by their names.

        Args:
            names: label → name.
        """
        known = [unit for unit in self.units if unit in names]
        if not known:
            return str(self)
        labels = "|".join(re.escape(unit) for unit in known)
        return re.sub(rf"\b(?:{labels})\b", lambda found: names[found[0]], str(self))

"""Which names may be proposed at a place of a regression table: none that would be the next refusal.

What is looked up, and how near a name must be, stands in `messages.problems`; here is what is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nqpf_assets.studies.formula import Path
from nqpf_assets.studies.spec import Column, RegressionTable

TERM_LISTS = ("regressors", "controls")
EQUATION = ("outcome", *TERM_LISTS)
"""Keys of an equation, in which a variable stands once."""


def not_beside(
    known: Collection[str], place: Path, written: Sequence[tuple[str, Path]]
) -> list[str]:
    """What may be meant at a place: no name of its own list, none of the equation that is an equation's."""
    is_item, is_term = isinstance(place[-1], int), bool({*place[-2:]} & {*EQUATION})
    taken = {
        name
        for name, other in written
        if (is_item and other[:-1] == place[:-1]) or (is_term and {*other[-2:]} & {*EQUATION})
    }
    return [name for name in known if name not in taken]


def inherited_by(table: RegressionTable, column: Column) -> list[tuple[str, Path]]:
    """What the equation of a column has from its table, as written in the column."""
    model = table.model
    keys = [key for key in EQUATION if key not in column.model_fields_set]
    lists = {key: getattr(model, key) for key in keys}
    return [
        (name, (key,))
        for key, value in lists.items()
        for name in ([value] if isinstance(value, str) else value or ())
    ]

"""A published file whose bytes are not those that were written: told with the way out, by whoever asks it.

Whatever the engine reads carries a checksum: a flipped bit ends in an error and never in another number.
"""

from __future__ import annotations

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.warehouse.duckdb_file import is_damage

WAY_OUT = (
    "remove it and run `nqpf refresh`, which puts it together again from the tables it was made of"
)


def told_of_damage(error: Exception) -> InputError | None:
    """What to tell where the engine met damage; None of other errors."""
    if not is_damage(error):
        return None
    problem = Problem(
        file="warehouse/nqpf.duckdb",
        where="",
        expected="the published file as it was written",
        found=f"a damaged one: {error}",
        remedy=f"{WAY_OUT}; `nqpf verify --stored` says what else is damaged",
        code="published",
    )
    return InputError([problem])

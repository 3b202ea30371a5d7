"""What one run has seen to be sound: every table is hashed before its rows are used, once in a run.

Nothing of this outlives the run, because a disk that rots changes neither size nor time.
"""

from __future__ import annotations

from collections.abc import Iterable

from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.warehouse.store import Store, TableKey


class Soundness:
    """Tables by the hash that they were seen to have."""

    def __init__(self) -> None:
        self._seen: dict[TableKey, str] = {}

    def holds(self, store: Store, key: TableKey) -> bool:
        """Whether the table's file is what its record says."""
        record = store.record(key)
        if record is None:
            return False
        if self._seen.get(key) != record.sha256:
            if not store.is_sound(key):
                return False
            self._seen[key] = record.sha256
        return True

    def require(self, store: Store, keys: Iterable[TableKey]) -> None:
        """Stop before a damaged table is used; it counts as not built from then on.

        Raises:
            CheckFailed: every table that is not what was written.
        """
        damaged = [key for key in keys if not self.holds(store, key)]
        for key in damaged:
            store.forget(key)
        if damaged:
            raise CheckFailed(map(damaged_table, damaged))


def damaged_table(key: TableKey) -> Problem:
    return Problem(
        file=f"warehouse/tables/{key[0]}/{key[1]}.parquet",
        where="",
        expected="the content that was built",
        found="another one",
        remedy="run `nqpf refresh` again: it is built anew. If this comes again, look at the disk",
        code="damaged",
    )

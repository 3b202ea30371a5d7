"""Tables of a study that no script makes, told so that none is missed."""

from __future__ import annotations

from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.replication.r.table_calls import translated_tables
from nqpf_assets.warehouse.duckdb_file import comments_of_tables_with


def tables_in_no_script(study: PublishedStudy) -> list[str]:
    """In words, one line for each: its name and what has its numbers."""
    made = {
        row["table_name"] for row in study.rows("SELECT DISTINCT table_name FROM {study}.model")
    }
    made |= {one.table.name for one in translated_tables(study)}
    printed = (
        name.partition(".") for name in comments_of_tables_with(study.connection, "row_label")
    )
    names = sorted(name for owner, _, name in printed if owner == study.name and name not in made)
    return [
        f"{name}: not made here, where tables of its kind have no program; `nqpf show {study.name}.{name}`"
        for name in names
    ]

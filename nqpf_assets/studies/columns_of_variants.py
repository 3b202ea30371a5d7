"""`variants` of a column: further columns, each like it but for the keys that it writes.

A key of a variant goes over that of the column as a column's goes over its table's `model`. Each has the
places of its own keys and, for the rest, of the column's, so that a problem stands at its line.
"""

from __future__ import annotations

import json

from pydantic import ValidationError

from nqpf_assets.messages.problems import Problem
from nqpf_assets.studies.columns import OF_THE_PRINT, Column
from nqpf_assets.studies.columns_of_groups import columns_of_groups
from nqpf_assets.studies.regression_table import RegressionTable
from nqpf_assets.studies.sample_conditions import where_words
from nqpf_assets.studies.variant_column import BaseColumn, column_of
from nqpf_assets.studies.written_column import WrittenColumn


def columns_of_variants(
    base: BaseColumn, periods: range
) -> tuple[list[WrittenColumn], list[Problem]]:
    """The column and one for each of its variants, and what is wrong with these.

    Args:
        periods: the years of the study.
    """
    found, problems = [_alone(base.entry)], list[Problem]()
    labels = {
        _model(base.table, one.column, periods): one.column.label
        for one in columns_of_groups(found[0])
    }
    for number in range(len(base.entry.column.variants)):
        one, wrong = column_of(base, number)
        problems += wrong
        if one is None:
            continue
        found.append(one)
        for each in columns_of_groups(one):
            label, model = each.column.label, _model(base.table, each.column, periods)
            if model is not None and model in labels:
                problems.append(
                    base.problem(
                        ("variants", number),
                        "another model in each column of the entry",
                        f"`{label}`, which is estimated as `{labels[model]}` is",
                        "write what is other in it, or remove it",
                        "same_variant",
                    )
                )
                break
            labels.setdefault(model, label)
    return found, problems


def _alone(entry: WrittenColumn) -> WrittenColumn:
    """The column without its variants."""
    if not entry.column.variants:
        return entry
    return WrittenColumn(
        entry.column.model_copy(update={"variants": ()}),
        {key: value for key, value in entry.written.items() if key != "variants"},
        {path: place for path, place in entry.places.items() if path[:1] != ("variants",)},
    )


def _model(table: RegressionTable, column: Column, periods: range) -> str | None:
    """What is estimated, as text; None where the column makes no model, which is told elsewhere."""
    try:
        whole = table.completed(column, periods)
    except ValidationError:
        return None
    sample = whole.sample
    said = {
        "first": sample.first or periods[0],
        "last": sample.last or periods[-1],
        "where": where_words(sample),
        "only": tuple(sorted(sample.only)),
        "exclude": tuple(sorted(sample.exclude)),
    }
    update = {
        "controls": tuple(sorted(whole.controls)),
        "effects": tuple(sorted(whole.effects)),
        "replace": {old: new for old, new in whole.replace.items() if old != new},
        "sample": sample.model_copy(update=said),
    }
    asked = whole.model_copy(update=update).model_dump(mode="json", exclude=set(OF_THE_PRINT))
    return json.dumps(asked, sort_keys=True)

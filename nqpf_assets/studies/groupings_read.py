"""The groupings of which a column reads the labels of its rows."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.studies.effects import factors_of
from nqpf_assets.studies.equation import OWN_KEYS
from nqpf_assets.studies.estimator_registry import block_of
from nqpf_assets.studies.regression_table import CompleteColumn


def groupings_of(column: CompleteColumn) -> Iterator[str]:
    """Groupings that a column reads: of its sample, clusters and effects, and its estimator's options."""
    yield from column.sample.within
    yield from (by for by in column.vcov.by if by not in OWN_KEYS)
    yield from factors_of(column.effects)
    options = block_of(column.estimator)
    if options:
        named = (getattr(getattr(column, options.key), key) for key in options.groupings)
        yield from (one for one in named if one is not None and one not in OWN_KEYS)

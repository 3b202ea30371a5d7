"""Steps that are run many times for their coefficients alone: what is reported beside them, and takes longer
than they do, is left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from nqpf_assets.estimation import spatial
from nqpf_assets.stages.underlying_cells import UnderlyingCells

UNCOUNTED = {
    "n_series_cells": 0,
    "n_imputed_cells": 0,
    "n_corrected_cells": 0,
    "data_status": "official",
}
"""In place of how many cells a column rests on."""


@contextmanager
def uncounted() -> Iterator[None]:
    """Columns are estimated, their cells not counted and spatial models not tested against each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(UnderlyingCells, "of", lambda *_: UNCOUNTED)
        patch.setattr(spatial._Run, "tests", lambda *_: ())
        yield

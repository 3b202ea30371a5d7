"""Draws tell whoever listens how far they are, under the name of their column."""

from __future__ import annotations

import pytest

from nqpf_assets.estimation.progress import listening
from tests.estimation.panels import complete, fitted
from tests.estimation.test_seeds import DRAWN

TITLES = {
    "mediation": ("bootstrap draws", 60),
    "chain_mediation": ("bootstrap draws", 60),
    "moderated_mediation": ("bootstrap draws", 60),
    "group_difference": ("permutations", 500),
    "threshold": ("bootstrap draws", 40),
}


@pytest.mark.parametrize("estimator", TITLES)
def test_draws_are_told_to_their_end_and_change_nothing(estimator: str) -> None:
    heard: list[tuple[str, int, int]] = []
    column = complete("(1)", estimator=estimator, **DRAWN[estimator])
    silent = fitted(column).fitted
    with listening(lambda *said: heard.append(said)):
        told = fitted(column).fitted
    assert repr((told.effects, told.tests)) == repr((silent.effects, silent.tests))
    what, draws = TITLES[estimator]
    assert all(title.endswith(f"(1): {what}") for title, _, _ in heard)
    assert heard[-1][1:] == (draws, draws)
    n_heard = len(heard)
    fitted(column)
    assert len(heard) == n_heard

"""Draws that cannot tell anything from chance, or only badly: what a column leaves out, and says instead.

A bootstrap of two units knows three samples, however often it draws, and a permutation of two units between
two groups knows two divisions. The least p-value of so few is above 5 %, so that nothing is ever rejected; a
p-value, stars or an interval would be read as if something could be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nqpf_assets.estimators.linear.drawn_inference import distinct_samples
from nqpf_assets.messages.counted import counted

LEVEL = 0.05
"""One minus the confidence level of intervals; something must be able to be rejected at it."""
FEW_BLOCKS = 30
"""Blocks below which a bootstrap is called shaky, as clustered errors are; 31 provinces are above."""


@dataclass(frozen=True)
class Drawn:
    """What was drawn.

    Attributes:
        how: the test in words: ``A bootstrap of 12 units``.
        n_draws: draws that could be used; n_samples: different samples that there are.
        tails: 2 where the p-value is twice that of one side: the smallest of draws is tails / (draws + 1).
        least_of_samples: the smallest p-value that endless draws of these samples give.
        loses: what cannot be told from too few: ``p-value and no interval``.
        instead: what to ask for where samples are too few.
    """

    how: str
    n_draws: int
    n_samples: int
    tails: int
    least_of_samples: float
    loses: str
    instead: str

    @property
    def least_p_value(self) -> float:
        """The smallest p-value of so many draws."""
        return self.tails / (self.n_draws + 1)

    @property
    def has_samples(self) -> bool:
        """Whether there are samples enough to reject anything."""
        return self.least_of_samples < LEVEL

    @property
    def tells(self) -> bool:
        """Whether draws and samples are enough to reject anything."""
        return self.has_samples and self.least_p_value < LEVEL

    def words(self) -> Iterator[str]:
        """What is said where they are not."""
        if not self.has_samples:
            yield (
                f"{self.how} knows {counted(self.n_samples, 'different samples')}, however many "
                "are drawn: it has no "
                f"{self.loses}; {self.instead}"
            )
        elif not self.tells:
            yield (
                f"{counted(self.n_draws, 'draws')} cannot bear a "
                f"{self.loses.replace(' and no ', ' or ')} at 5 %: the smallest p-value that "
                f"there can be is {self.least_p_value:.2g}; ask for 1,000 or more"
            )


def bootstrapped(
    n_draws: int, n_blocks: int, what: str, *, tails: int, loses: str, instead: str
) -> Drawn:
    """A bootstrap of so many blocks: the share of samples that fall on one side decides."""
    n_samples = distinct_samples(n_blocks)
    how = f"A bootstrap of {n_blocks} {what}"
    return Drawn(how, n_draws, n_samples, tails, 2 / (n_samples + 1), loses, instead)

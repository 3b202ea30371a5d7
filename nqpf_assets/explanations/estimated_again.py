"""A published column estimated again without some of what it rests on: units, years, rows or one cell.

Rows are taken from the published panel, as `sample: {exclude: …}` would: index scores and standardised values
stay what they are. Without a cell the whole walk is gone again (`cells_left_out`), so that it is filled,
clipped, weighed and scored without it, and rows that need it are gone where nothing fills it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from nqpf_assets.explanations.designs import PublishedColumn
from nqpf_assets.explanations.named import refused
from nqpf_assets.messages.problems import CheckFailed

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.geography import Geography
    from nqpf_assets.estimation.result_rows import Estimate
    from nqpf_assets.explanations.cells_left_out import CellsLeftOut

Subject = Literal["unit", "period", "observation", "cell"]


@dataclass(frozen=True, order=True)
class LeftOut:
    """What is left out: a unit, a year, the row of both, or the cell of a series there."""

    subject: Subject
    unit: str | None = None
    period: int | None = None
    series: str | None = None


@dataclass(frozen=True)
class Again:
    """What a column reports then.

    Attributes:
        estimates: (term, effect) → estimate; why_not: why it could not be estimated.
    """

    left_out: LeftOut
    estimates: Mapping[tuple[str, str | None], float]
    why_not: str = ""


@dataclass
class EstimatedAgain:
    """One column, as often as it is asked for.

    Attributes:
        cells: the walk from published cells to the panel; None where no cell is asked for.
    """

    column: PublishedColumn
    cells: CellsLeftOut | None

    def without(self, left_out: LeftOut) -> Again:
        """The column without a unit, a year, a row or a cell."""
        from nqpf_assets.estimation.column import fit_column

        asked = self.column.asked
        if asked is None:
            raise refused(
                " ".join(self.column.key),
                "a publication that says how its columns were asked for",
                "one of an earlier release",
                "refresh, and ask again",
            )
        try:
            panel = self._panel(left_out)
            fit = fit_column(
                self.column.study.spec, self.column.key[0], asked, panel, self._geography
            )
        except CheckFailed as failed:
            return Again(left_out, {}, "; ".join(one.found for one in failed.problems))
        # A coefficient is of no effect.
        reported: list[tuple[Estimate, str | None]] = [(one, None) for one in fit.fitted.terms]
        reported += [(one, one.effect) for one in fit.fitted.effects]
        return Again(left_out, {(one.term, effect): one.estimate for one, effect in reported})

    def _panel(self, left_out: LeftOut) -> pl.DataFrame:
        import polars as pl

        if left_out.subject == "cell":
            assert self.cells is not None, "a cell was asked for"
            return self.cells.panel(left_out.series, left_out.unit, left_out.period)
        is_gone = pl.lit(value=True)
        if left_out.unit is not None:
            is_gone &= pl.col("unit") == left_out.unit
        if left_out.period is not None:
            is_gone &= pl.col("period") == left_out.period
        return self.column.panel.filter(~is_gone)

    @cached_property
    def _geography(self) -> Geography:
        return self.column.geography

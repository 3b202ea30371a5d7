"""Tables of a published study that describe its panel: what is asked of each, what rows are called."""

from __future__ import annotations

import json
from collections.abc import Container, Sequence
from dataclasses import dataclass

from nqpf_assets.explanations.named import read_again
from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.replication.long_numbers import NUMBERS, POINTS, Curves, Number
from nqpf_assets.stages.printed_panel_table import row_labels
from nqpf_assets.studies.table_kind import PRINTED_COLUMNS, PanelTable
from nqpf_assets.studies.tables import TABLE_KINDS


@dataclass(frozen=True)
class DescribedTable:
    """One table.

    Attributes:
        asked: what the study file says of it.
        kind: its kind by name.
    """

    study: PublishedStudy
    name: str
    kind: str
    asked: PanelTable

    @property
    def first(self) -> int:
        return self.asked.first or self.study.periods.first

    @property
    def last(self) -> int:
        return self.asked.last or self.study.periods.last

    def number_of_years(self) -> int:
        """Years of the panel that the table takes."""
        row = self.study.rows(
            "SELECT count(DISTINCT period) AS n FROM {study}.panel WHERE period BETWEEN ? AND ?",
            [self.first, self.last],
        )[0]
        return int(row["n"])

    def labels(self, names: Sequence[str]) -> list[str]:
        """What the rows of some variables are called."""
        titles = {
            key: str(one["title"]) for key, one in self.study.variables.items() if one["title"]
        }
        return list(row_labels(names, titles).values())

    def numbers(self) -> list[Number]:
        """All that are printed, and those that stand in tables beside it."""
        rows = self.study.rows(
            f"FROM {self.study.table(self.name)} WHERE row_kind <> 'note' ORDER BY row_position"
        )
        printed = [
            (row["row_label"], column, float(value))
            for row in rows
            for column, value in row.items()
            if column not in PRINTED_COLUMNS and value is not None
        ]
        beside = [one for long in self._beside(NUMBERS) for one in NUMBERS[long](self._rows(long))]
        return printed + beside

    def curves(self) -> Curves:
        """Numbers at the points of curves and maps."""
        found: Curves = {}
        for long in self._beside(POINTS):
            for label, column, point, value in POINTS[long](self._rows(long)):
                found.setdefault((label, column), {})[point] = value
        return found

    def _beside(self, known: Container[str]) -> list[str]:
        return [one for one in TABLE_KINDS.all[self.kind].long if one in known]

    def _rows(self, long: str) -> list[Row]:
        return self.study.rows(f"FROM {self.study.table(long)} WHERE table_name = ?", [self.name])


def described_tables(study: PublishedStudy) -> list[DescribedTable]:
    """All of them by name; none in a publication that does not say what was asked."""
    if not study.has("table_definition", "definition"):
        return []
    rows = study.rows("FROM {study}.table_definition ORDER BY table_name")
    kinds = {row["table_name"]: json.loads(row["definition"])["kind"] for row in rows}
    return [
        DescribedTable(study, name, kinds[name], _asked(name, kinds[name], row["definition"]))
        for row in rows
        if kinds[name := row["table_name"]]
        in TABLE_KINDS.all  # others are of a package that is gone
    ]


def _asked(name: str, kind: str, said: str) -> PanelTable:
    model = TABLE_KINDS.all[kind].model
    asked = read_again(name, lambda: model.model_validate_json(said))
    assert isinstance(asked, PanelTable), "regressions say it by column"
    return asked

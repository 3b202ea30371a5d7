"""A number of a regression column as it was published and as it is printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from nqpf_assets.explanations.designs import PublishedColumn
from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.walk import Stop
from nqpf_assets.messages.printed_numbers import printed
from nqpf_assets.messages.stars import LEGEND, stars

MOST_DECIMALS = 10


@dataclass
class ReportedNumber:
    """One number of a column.

    Attributes:
        column: where it stands.
        term: its term, and `row` the published row; `kind` is the table it stands in.
    """

    column: PublishedColumn
    term: str
    kind: str
    row: Row

    @property
    def study(self) -> PublishedStudy:
        return self.column.study

    @property
    def key(self) -> tuple[str, str | None]:
        """Term and effect of what is no test."""
        return self.row.get("term", self.term), self.row.get("effect")

    @cached_property
    def variable(self) -> str | None:
        """The variable that the term is of; None for a constant, a test, a parameter."""
        name = self.row.get("term") or self.term
        name = name.partition(":")[0]
        return name if name in self.study.variables else None

    def number_stop(self) -> Stop:
        row, where = self.row, self._printed()
        table, label = self.column.key
        of = f"{self.study.name}.{table} {label}"
        value = row["statistic"] if self.kind == "test" else row["estimate"]
        words = [where]
        for key, what in (
            ("std_error", "standard error"),
            ("statistic", "statistic"),
            ("p_value", "p"),
        ):
            if self.kind != "test" or key != "statistic":
                words.append(f"{what} {_digits(row.get(key))}")
        if row.get("conf_low") is not None:
            words.append(f"95 % interval [{_digits(row['conf_low'])}, {_digits(row['conf_high'])}]")
        if row.get("detail"):
            words.append(row["detail"])
        title = self._title()
        return Stop(
            "number",
            self.term,
            value=value,
            source="published",
            role=self.kind,
            text=f"{of}: {title}; " + "; ".join(one for one in words if one),
        )

    def _title(self) -> str:
        known = self.study.variables.get(self.variable or "")
        return (known and known["title"]) or self.term

    def _printed(self) -> str:
        """How the finished table prints it, stars and brackets included."""
        if self.kind == "test":
            return ""
        table, label = self.column.key
        rows = self.study.rows(f"FROM {self.study.table(table)} ORDER BY row_position")
        mark = stars(self.row["p_value"])
        wanted = {
            f"{printed(self.row['estimate'], decimals)}{mark}"
            for decimals in (None, *range(MOST_DECIMALS + 1))
        }
        own = [
            place
            for place, row in enumerate(rows)
            if row["row_kind"] == "estimate" and row.get(label) in wanted
        ]
        title = self._title()
        own.sort(key=lambda place: title not in rows[place]["row_label"])
        if not own:
            return f"not printed in the table (hidden there){f', it would have {mark}' if mark else ''}"
        row = rows[own[0]]
        below = rows[own[0] + 1] if own[0] + 1 < len(rows) else {"row_kind": ""}
        under = below[label] if below["row_kind"] == "parentheses" else ""
        legend = f" ({LEGEND})" if mark else ""
        return f"printed {row[label]} {under} in the row “{row['row_label']}”{legend}"

    def published_stops(self) -> Iterator[Stop]:
        """What the paper prints of the same term."""
        if self.row.get("published_estimate") is not None:
            rest = [
                f"{what} {self.row[key]:.10g}"
                for key, what in (
                    ("published_statistic", "statistic"),
                    ("published_std_error", "standard error"),
                )
                if self.row[key] is not None
            ]
            rest += (
                [f"stars {self.row['published_stars']}"] if self.row.get("published_stars") else []
            )
            yield Stop(
                "published_number",
                self.term,
                value=self.row["published_estimate"],
                text="; ".join(["as the paper prints it; nothing is fitted to it", *rest]),
            )


def _digits(value: float | None) -> str:
    return "none" if value is None else f"{value:.10g}"

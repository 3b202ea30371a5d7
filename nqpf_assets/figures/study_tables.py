"""What figures ask of a published study: its tables, their titles, and what things are called in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.exports.about import About, about_publication
from nqpf_assets.exports.study import rests_on_synthetic
from nqpf_assets.figures.boundaries import Boundaries
from nqpf_assets.figures.words import CHINESE_PARTS, CHINESE_TERMS, Language
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.printing import Printing
from nqpf_assets.warehouse.duckdb_engine import literal
from nqpf_assets.warehouse.duckdb_file import comments_of_tables_with


@dataclass(frozen=True)
class StudyTables(PublishedStudy):
    """The published tables of a study, as figures ask for them.

    Attributes:
        language: in which things are named.
        boundaries: of the project; None draws maps by tiles.
    """

    language: Language = "en"
    boundaries: Boundaries | None = None

    def say(self, english: str, chinese: str) -> str:
        """The one in the language of the figure."""
        return chinese if self.language == "zh" else english

    def unit(self, code: str) -> str:
        """What a unit is called."""
        names = self.unit_names if self.language == "zh" else self.english_names
        return names.get(code, code)

    def group(self, grouping: str, name: str) -> str:
        """What a group of units is called: in Chinese as the scheme of regions with the same members."""
        if self.language == "zh":
            units = frozenset(self.groups[grouping][name])
            if units in self.group_titles:
                return self.group_titles[units]
        return name.replace("_", " ")

    def regions_beside(self, units: Iterable[str]) -> list[str]:
        """Regions of the same level and parent as these; beside provinces Hong Kong, Macao and Taiwan."""
        return [
            row["region_code"]
            for row in self.rows(
                "WITH own AS (SELECT * FROM catalog.region WHERE list_contains($1, region_code))"
                " SELECT region_code FROM catalog.region WHERE NOT list_contains($1, region_code)"
                " AND parent_code IN (SELECT parent_code FROM own)"
                " AND (level IN (SELECT level FROM own) OR"
                " (level = 'outside' AND 'province' IN (SELECT level FROM own))) ORDER BY ALL",
                [list(units)],
            )
        ]

    def variable(self, name: str) -> str:
        """What a variable, indicator or index is called: its title, as the study file gives it.

        In Chinese a variable that is one published series has the name under which that is printed.
        """
        row = self.variables.get(name)
        if self.language == "zh":
            for one in (row["expression"] if row else None, name):
                if one in self.chinese_series:
                    return self.chinese_series[one]
        return (row and row["title"]) or name.replace("_", " ")

    def series_name(self, name: str) -> str:
        """What a series is called in the language of the figure."""
        if self.language == "zh":
            return self.chinese_series.get(name, name)
        return self.english_series.get(name) or name.replace("_", " ")

    def term(self, name: str, estimator: str) -> str:
        """What a term of a regression is called, as printed tables do."""
        variable, _, part = name.partition(":")
        known = ESTIMATORS.get(estimator)
        printing = known.printing if known else Printing()
        terms, parts = printing.terms, printing.parts
        if self.language == "zh":
            terms, parts = {**terms, **CHINESE_TERMS}, {**parts, **CHINESE_PARTS}
        if name in terms:
            return terms[name]
        title = self.variable(variable)
        if part in parts:
            return parts[part].format(title)
        return f"{title}, {part.replace('_', ' ')}" if part else title

    def of(self, table: str, where: str = "true", order: str = "ALL") -> list[Row]:
        """Rows of a table of the study; none where the publication does not have it."""
        if f"{self.name}.{table}" not in self.present:
            return []
        return self.rows(f"FROM {self.table(table)} WHERE {where} ORDER BY {order}")

    def of_table(self, table: str, name: str, order: str = "ALL") -> list[Row]:
        """Rows of a long table that belong to one table of the study file."""
        return self.of(table, f"table_name = {literal(name)}", order)

    def names_in(self, table: str, column: str = "table_name") -> list[str]:
        """What a column holds, each once, by name."""
        if f"{self.name}.{table}" not in self.present:
            return []
        found = self.rows(f'SELECT DISTINCT "{column}" AS n FROM {self.table(table)} ORDER BY 1')
        return [row["n"] for row in found]

    @cached_property
    def memory(self) -> dict[str, object]:
        """What figures of the same index have read of it."""
        return {}

    @cached_property
    def present(self) -> set[str]:
        """``schema.table`` of all that is published."""
        rows = self.rows("SELECT table_schema AS s, table_name AS t FROM information_schema.tables")
        return {f"{row['s']}.{row['t']}" for row in rows}

    @cached_property
    def about(self) -> About:
        """The publication."""
        return about_publication(self.connection)

    @cached_property
    def is_synthetic(self) -> bool:
        """Whether files of the study are synthetic."""
        return rests_on_synthetic(self.connection, f"{self.name}.panel", {})

    @cached_property
    def titles(self) -> dict[str, str]:
        """Printed table → its title."""
        found = comments_of_tables_with(self.connection, "row_label")
        mine = ((name.partition("."), title) for name, title in found.items())
        return {name[2]: title or name[2] for name, title in mine if name[0] == self.name}

    @cached_property
    def models(self) -> dict[str, list[Row]]:
        """Regression table → its columns in print order."""
        found: dict[str, list[Row]] = {}
        for row in self.of("model", order="table_name, column_position"):
            found.setdefault(row["table_name"], []).append(row)
        return found

    @cached_property
    def indices(self) -> list[str]:
        """Indices that have scores."""
        return self.names_in("index_score", "index_name")

    @cached_property
    def years(self) -> list[int]:
        """Years of the panel, without gaps."""
        return [*range(self.periods.first, self.periods.last + 1)]

    @cached_property
    def english_names(self) -> dict[str, str]:
        """Unit → its name in English, or as it is where it has none."""
        return {key: row["name_en"] or self.unit_names[key] for key, row in self.units.items()}

    @cached_property
    def group_titles(self) -> dict[frozenset[str], str]:
        """Members of a group of a region scheme → its title in Chinese."""
        rows = self.rows(
            "SELECT title, list(region_code) AS codes FROM catalog.region_group"
            " WHERE title IS NOT NULL GROUP BY grouping, group_name, title ORDER BY title"
        )
        return {frozenset(row["codes"]): row["title"] for row in rows}

    @cached_property
    def chinese_series(self) -> dict[str, str]:
        """Series → the first name under which it is printed."""
        rows = self.rows("SELECT series_id, names FROM catalog.series WHERE names IS NOT NULL")
        return {row["series_id"]: re.split(r"[|;；]", row["names"])[0].strip() for row in rows}

    @cached_property
    def english_series(self) -> dict[str, str | None]:
        """Series → its name in English."""
        rows = self.rows("SELECT series_id, name_en FROM catalog.series")
        return {row["series_id"]: row["name_en"] for row in rows}

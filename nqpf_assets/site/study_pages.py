"""The page of a study: what was found, how sure it is, the data under it, all tables, what was decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.questions.manual.pages import pages
from nqpf_assets.site.addresses import (
    figures_page,
    lineage_page,
    method_page,
    study_page,
    table_page,
)
from nqpf_assets.site.figure_pages import Shown
from nqpf_assets.site.findings import findings
from nqpf_assets.site.method_pages import topics_of
from nqpf_assets.site.page import Page, drawn
from nqpf_assets.site.values import NOT_SHOWN, Values

_COVERAGE = """
    SELECT s.series_id, s.title, s.unit_measure,
        count(*) FILTER (f.status = 'reported' AND r.correction IS NULL) AS n_reported,
        count(*) FILTER (f.status = 'aggregated') AS n_aggregated,
        count(*) FILTER (r.correction IS NOT NULL) AS n_corrected,
        count(*) FILTER (f.status IN ('interpolated', 'extrapolated')) AS n_filled,
        count(*) FILTER (f.value IS NULL) AS n_missing,
        min(f.period) FILTER (f.value IS NOT NULL) AS first,
        max(f.period) FILTER (f.value IS NOT NULL) AS last,
        list(DISTINCT f.vintage ORDER BY f.vintage) FILTER (f.vintage IS NOT NULL) AS vintages
    FROM {study}.series AS s
    LEFT JOIN {study}.filled_cell AS f ON f.variable = s.series_id
    LEFT JOIN {study}.reported_cell AS r
        ON r.variable = f.variable AND r.unit = f.unit AND r.period = f.period
    GROUP BY ALL ORDER BY n_missing DESC, n_filled DESC, s.series_id"""


@dataclass(frozen=True)
class StudyPage:
    """What the page of a study shows.

    Attributes:
        values: of the study.
        titles: of its printed tables, ``study.table`` → title.
        about: what every page says.
        figures: some, that stand on the page itself.
    """

    values: Values
    titles: dict[str, str]
    about: dict[str, Any]
    figures: list[Shown] = field(default_factory=list)

    @property
    def study(self) -> PublishedStudy:
        return self.values.study

    def page(self) -> Page:
        """The page."""
        study = self.study
        tables = [name.partition(".")[2] for name in self.titles]
        variables = self.values.formulas
        return drawn(
            "study.html",
            study_page(study.name),
            findings=findings(study, tables),
            tables=[
                (name, title, table_page(study.name, name.partition(".")[2]))
                for name, title in self.titles.items()
            ],
            figures=self.figures,
            figures_page=figures_page(study.name),
            lineage_page=lineage_page(study.name),
            indices=[row for row in variables.values() if row["role"] == "index"],
            variables=[row for row in variables.values() if row["role"] != "index"],
            page_of=lambda name: self.values.page("variable", name),
            series_page=lambda name: self.values.page("series", name),
            coverage=study.rows(_COVERAGE),
            cautions=self._cautions(),
            decided=self._decided(),
            not_shown="" if self.values.are_shown else NOT_SHOWN,
            method_pages=[
                (pages()[topic].title, method_page(topic))
                for topic in topics_of({study.name: self.about["methods"]})
            ],
            words=study.words,
            n_units=len(study.units),
            periods=study.periods,
            **self.about,
        )

    def _cautions(self) -> list[Row]:
        return self.study.rows(
            "SELECT DISTINCT series_id, caution FROM {study}.series_caution ORDER BY ALL"
        )

    def _decided(self) -> list[tuple[str, str]]:
        """Settings that move numbers, in a word and the study file's own terms."""
        series = self.study.series.values()
        found = [
            (key, ", ".join(f"{value}: {n}" for value, n in sorted(_counts(series, key).items())))
            for key in ("vintage_policy", "interpolation", "ends")
        ]
        for name, row in self.study.clipped.items():
            by = f", {row['grouped_by']}" if row["grouped_by"] else ""
            found.append((f"winsorize {name}", f"{row['share']:g}, {row['quantile_rule']}{by}"))
        for row in self.study.rows("FROM {study}.index_definition ORDER BY index_name"):
            found.append((f"index {row['index_name']}", row["method"]))
        errors = self.study.rows(
            "SELECT estimator, vcov, count(*) AS n FROM {study}.model GROUP BY ALL ORDER BY ALL"
        )
        found += [(row["estimator"], f"{row['vcov']}: {row['n']}") for row in errors]
        return found


def _counts(rows: Any, key: str) -> Counter[str]:
    return Counter(str(row[key]) for row in rows if row[key] is not None)

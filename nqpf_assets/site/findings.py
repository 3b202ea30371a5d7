"""What was found, in sentences that follow from the numbers alone: size, interval, number of columns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.messages.counted import counted
from nqpf_assets.site.addresses import table_page
from nqpf_assets.site.words import Said


@dataclass(frozen=True)
class Finding:
    """One sentence.

    Attributes:
        said: in both languages.
        page: of the table that it is read from.
    """

    said: Said
    page: str


def findings(study: PublishedStudy, tables: list[str]) -> list[Finding]:
    """A sentence for each table, outcome and first regressor, in the order of the tables.

    Coefficients in standard deviations have a sentence of their own: they are no size beside others.
    """
    by_table: dict[str, list[Row]] = {}
    for row in _coefficients(study):
        by_table.setdefault(row["table_name"], []).append(row)
    found = []
    for table in tables:
        groups: dict[tuple[str, str, bool], list[Row]] = {}
        for row in by_table.get(table, []):
            key = (row["term"], row["outcome"], row["is_standardized"])
            groups.setdefault(key, []).append(row)
        for (term, outcome, is_standardized), rows in groups.items():
            names = (_title(study, term), _title(study, outcome))
            said = _sentence(table, *names, rows, is_standardized=is_standardized)
            found.append(Finding(said, table_page(study.name, table)))
    return found


def _coefficients(study: PublishedStudy) -> Iterator[Row]:
    """The coefficient of the first regressor of each column, where it has an interval."""
    definitions = {
        (row["table_name"], row["column_label"]): json.loads(row["definition"])
        for row in study.rows("FROM {study}.model_definition")
    }
    rows = study.rows(
        "SELECT e.*, m.outcome FROM {study}.estimate AS e INNER JOIN {study}.model AS m"
        " ON m.table_name = e.table_name AND m.column_label = e.column_label"
        " WHERE e.conf_low IS NOT NULL AND e.conf_high IS NOT NULL AND m.estimator <> 'group_difference'"
        " ORDER BY m.table_name, m.column_position, e.term"
    )
    for row in rows:
        asked = definitions.get((row["table_name"], row["column_label"]), {})
        regressors = asked.get("regressors") or asked.get("endogenous") or []
        if regressors and row["term"] == regressors[0]:
            yield row | {"is_standardized": bool(asked.get("standardize"))}


def _sentence(
    table: str, term: str, outcome: str, rows: list[Row], *, is_standardized: bool
) -> Said:
    low = min(rows, key=lambda row: row["estimate"])
    high = max(rows, key=lambda row: row["estimate"])
    n_apart = sum(not row["conf_low"] <= 0 <= row["conf_high"] for row in rows)
    if len(rows) == 1:
        bounds = f"[{low['conf_low']:.3g}, {low['conf_high']:.3g}]"
        en = f"{low['estimate']:.3g}, 95 % interval {bounds}"
        zh = f"系数为 {low['estimate']:.3g}，95% 置信区间 {bounds}"
        en += ", which excludes zero" if n_apart else ", which includes zero"
        zh += "，不含零" if n_apart else "，含零"
    else:
        least, most = (
            f"{row['estimate']:.3g} [{row['column_label'].strip('()')}]" for row in (low, high)
        )
        en = (
            f"from {least} to {most} in {counted(len(rows), 'columns')}; the 95 % interval "
            f"excludes zero in {n_apart}"
        )
        zh = f"{len(rows)} 列的系数介于 {least} 与 {most} 之间；其中 {n_apart} 列的 95% 置信区间不含零"
    if is_standardized:
        en, zh = f"in standard deviations, {en}", f"以标准差计，{zh}"
    return Said(f"{table}: {term} → {outcome}: {en}.", f"{table}：{term} → {outcome}：{zh}。")


def _title(study: PublishedStudy, name: str) -> str:
    known = study.variables.get(name)
    return str((known and known["title"]) or name)

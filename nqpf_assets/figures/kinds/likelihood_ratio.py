"""The likelihood ratio of each value that was tried as a threshold, and the set of those not rejected."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number
from nqpf_assets.warehouse.duckdb_engine import literal

Curves = dict[tuple[str, str], list[Row]]
"""Column and threshold → the values that were tried, in ascending order."""


def _curves(study: StudyTables, table: str) -> Curves:
    rows = study.rows(
        "SELECT r.*, m.n_obs, m.data_status FROM {study}.threshold_ratio AS r"
        " INNER JOIN {study}.model AS m USING (table_name, column_label)"
        f" WHERE r.table_name = {literal(table)}"
        " ORDER BY m.column_position, r.effect, r.threshold_value"
    )
    found: Curves = {}
    for row in rows:
        found.setdefault((row["column_label"], row["effect"]), []).append(row)
    return found


def _find(study: StudyTables) -> Iterator[Found]:
    for table in study.names_in("threshold_ratio"):
        curves = _curves(study, table)
        title = study.titles.get(table, table)
        said = [_said(study, curves, key) for key in curves]
        sizes = {label: rows[0]["n_obs"] for (label, _), rows in curves.items()}
        counts = [f"{label} {n}" for label, n in sizes.items()]
        critical = number(next(iter(curves.values()))[0]["critical_value"])
        yield Found(
            table,
            "threshold_ratio",
            study.say(f"{title}: likelihood ratios", f"{title}：似然比"),
            study.say(
                "Curve: likelihood ratio of each value tried as the threshold, zero at the estimate; level "
                f"line: critical value {critical} at 5 %; area: values not rejected, their 95 % set. "
                f"{'; '.join(said)}.",
                f"曲线为各候选门槛值的似然比，在估计值处为零；水平线为 5% 临界值 {critical}；"
                f"阴影为未被拒绝的值，即 95% 置信集。{'；'.join(said)}。",
            ),
            study.say(f"n: {', '.join(counts)}.", f"n：{'，'.join(counts)}。"),
            any(rows[0]["data_status"] == "synthetic" for rows in curves.values()),
        )


def _said(study: StudyTables, curves: Curves, key: tuple[str, str]) -> str:
    """Estimate and set of a threshold; gaps in the set are told."""
    rows = curves[key]
    inside = [row for row in rows if row["is_in_set"]]
    estimate = min(rows, key=lambda row: row["likelihood_ratio"])["threshold_value"]
    low, high = inside[0]["threshold_value"], inside[-1]["threshold_value"]
    between = [row for row in rows if low <= row["threshold_value"] <= high]
    gaps = study.say(", with gaps", "，有间断") if len(between) > len(inside) else ""
    return f"{_name(study, curves, key)} {number(estimate)} [{number(low)}, {number(high)}]{gaps}"


def _name(study: StudyTables, curves: Curves, key: tuple[str, str]) -> str:
    """A column, and which of its thresholds where there are several."""
    label, effect = key
    if sum(other == label for other, _ in curves) == 1:
        return label
    place = effect.rpartition("_")[2]
    return study.say(f"{label} threshold {place}", f"{label} 门槛 {place}")


def _draw(page: Page, study: StudyTables, table: str) -> None:
    curves = _curves(study, table)
    axes = page.axes(len(curves), 1, height=2.6 * len(curves))
    for axis, (key, rows) in zip(axes, curves.items(), strict=True):
        values = [row["threshold_value"] for row in rows]
        ratios = [row["likelihood_ratio"] for row in rows]
        critical = rows[0]["critical_value"]
        axis.plot(values, ratios, gid="ratios", **page.line(0))
        axis.axhline(critical, gid="critical", **page.line(1))
        axis.fill_between(
            values,
            0,
            critical,
            where=[row["is_in_set"] for row in rows],
            color=page.colour(1),
            alpha=0.2,
            linewidth=0,
            gid="set",
        )
        inside = [row["threshold_value"] for row in rows if row["is_in_set"]]
        axis.plot(inside, [0.0] * len(inside), linestyle="none", gid="inside", **page.mark(1))
        axis.set_ylim(bottom=0)
        axis.set_title(_name(study, curves, key))
        axis.set_xlabel(study.variable(rows[0]["term"]))
        axis.set_ylabel(study.say("likelihood ratio", "似然比"))


KIND = Kind(
    "likelihood_ratio",
    "likelihood ratios of a threshold",
    "The likelihood ratio of every value tried as a threshold, its critical value, the confidence set.",
    _find,
    _draw,
    order=20,
)

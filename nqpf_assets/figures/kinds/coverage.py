"""Coverage: for each series and year, how many units are reported, and what was filled or corrected."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import shortened
from nqpf_assets.messages.counted import counted


def _cells(study: StudyTables) -> list[Row]:
    """Series and year → units of the study whose cells are reported, filled, corrected, missing."""
    if not {f"{study.name}.{one}" for one in ("filled_cell", "reported_cell")} <= study.present:
        return []
    return study.rows(
        "SELECT f.variable, f.period,"
        " count(*) FILTER (f.status IN ('reported', 'aggregated') AND r.correction IS NULL) AS n_reported,"
        " count(*) FILTER (f.status = 'reported' AND r.correction IS NOT NULL) AS n_corrected,"
        " count(*) FILTER (f.value IS NOT NULL AND f.status NOT IN ('reported', 'aggregated')) AS n_filled"
        " FROM {study}.filled_cell AS f LEFT JOIN {study}.reported_cell AS r"
        " USING (variable, unit, period) WHERE f.unit IN (SELECT unit FROM {study}.unit)"
        " AND f.period BETWEEN (SELECT min(period) FROM {study}.panel)"
        " AND (SELECT max(period) FROM {study}.panel) GROUP BY ALL ORDER BY ALL"
    )


def _find(study: StudyTables) -> Iterator[Found]:
    rows = _cells(study)
    if not rows:
        return
    n_series, n_years = len({row["variable"] for row in rows}), len(study.years)
    sums = {key: sum(row[key] for row in rows) for key in ("n_reported", "n_corrected", "n_filled")}
    whole = n_series * n_years * len(study.units)
    missing = whole - sum(sums.values())
    yield Found(
        "",
        "filled_cell",
        study.say("Coverage of series", "序列覆盖"),
        study.say(
            "Each cell is a year of a series: the fuller its colour, the more units have a value; • some are "
            f"filled, × some are corrected. Reported {sums['n_reported']}, filled {sums['n_filled']}, "
            f"corrected {sums['n_corrected']}, missing {missing}.",
            "每格为一序列一年：颜色越浓，有值的单元越多；• 有插补，× 有更正。"
            f"公布 {sums['n_reported']}，插补 {sums['n_filled']}，更正 {sums['n_corrected']}，"
            f"缺失 {missing}。",
        ),
        study.say(
            f"n = {counted(whole, 'cells')}: {n_series} series, {counted(n_years, 'years')}, "
            f"{counted(len(study.units), 'units')}.",
            f"n = {whole} 格：{n_series} 个序列，{n_years} 年，{len(study.units)} 个单元。",
        ),
    )


def _draw(page: Page, study: StudyTables, subject: str) -> None:
    rows = _cells(study)
    series = list(dict.fromkeys(row["variable"] for row in rows))
    years = study.years
    shares = [[0.0] * len(years) for _ in series]
    axis = page.axes(height=0.9 + 0.17 * len(series))[0]
    marks: dict[str, list[tuple[int, int]]] = {"n_filled": [], "n_corrected": []}
    for row in rows:
        at = (series.index(row["variable"]), years.index(row["period"]))
        there = row["n_reported"] + row["n_filled"] + row["n_corrected"]
        shares[at[0]][at[1]] = there / len(study.units)
        for key, places in marks.items():
            if row[key]:
                places.append(at)
    mesh = axis.pcolormesh(
        range(len(years) + 1),
        range(len(series) + 1),
        shares,
        cmap=page.scale(),
        vmin=0,
        vmax=1,
        edgecolors=page.theme.paper,
        linewidth=0.6,
    )
    for key, mark in (("n_filled", "o"), ("n_corrected", "x")):
        axis.plot(
            [x + 0.5 for _, x in marks[key]],
            [y + 0.5 for y, _ in marks[key]],
            linestyle="none",
            marker=mark,
            color=page.colour(4),
            gid=key,
        )
    names = [shortened(study.series_name(one), 46) for one in series]
    axis.set_yticks([place + 0.5 for place in range(len(series))], names, size=page.look.notes_size)
    axis.set_ylim(len(series), 0)
    axis.grid(visible=False)
    step = max(1, -(-len(years) // 8))
    axis.set_xticks(
        [place + 0.5 for place in range(0, len(years), step)], [str(year) for year in years[::step]]
    )
    bar = page.picture.colorbar(
        mesh, ax=axis, orientation="horizontal", shrink=0.6, aspect=40, pad=0.01
    )
    bar.set_label(study.say("share of units with a value", "有值单元的比例"))


KIND = Kind(
    "coverage",
    "coverage of series",
    "All series of a study by year: the share of units with a value, and where cells are filled "
    "or corrected.",
    _find,
    _draw,
    order=10,
)

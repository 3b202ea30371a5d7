"""Convergence: the speed at which units that are behind catch up, and the spread over the years."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number
from nqpf_assets.warehouse.duckdb_engine import literal

_SPREAD = "log_sd"


def _rows(study: StudyTables, table: str) -> list[Row]:
    rows = study.of_table("convergence", table, "convergence, effects")
    return [row for row in rows if row["estimate"] is not None]


def _spread(study: StudyTables, table: str) -> dict[str | None, list[tuple[int, float]]]:
    """Group, None for all units → year and standard deviation of logarithms."""
    found: dict[str | None, list[tuple[int, float]]] = {}
    where = f"table_name = {literal(table)} AND measure = '{_SPREAD}' AND value IS NOT NULL"
    for row in study.of("inequality", where, "group_name NULLS FIRST, period"):
        found.setdefault(row["group_name"], []).append((row["period"], row["value"]))
    return found


def _label(study: StudyTables, row: Row) -> str:
    if not row["effects"]:
        return study.say("absolute", "绝对收敛")
    effects = row["effects"]
    if study.language == "zh":
        effects = effects.replace("unit", "个体").replace("period", "时间").replace(", ", "、")
    return study.say(f"conditional:\n{effects}", f"条件收敛：\n{effects}固定效应")


def _find(study: StudyTables) -> Iterator[Found]:
    for table in study.names_in("convergence"):
        rows = _rows(study, table)
        if not rows:
            continue
        title = study.titles.get(table, table)
        said = [
            study.say(
                f"{_label(study, row)} {number(row['half_life'])} years",
                f"{_label(study, row)} {number(row['half_life'])} 年",
            ).replace("\n", study.say(" ", ""))
            for row in rows
            if row["half_life"] is not None
        ]
        life = study.say("Half-life: ", "半衰期：") + study.say(", ", "，").join(said)
        yield Found(
            table,
            "convergence",
            study.say(f"{title}: convergence", f"{title}：收敛"),
            study.say(
                "β: coefficient of the level before in growth, with its 95 % interval; below zero, "
                "units behind catch up. σ: standard deviation of logarithms of all units and of groups. ",
                "β：增长对期初水平的系数及 95% 置信区间，小于零则落后单元追赶。"
                "σ：全部单元与各组对数值的标准差。",
            )
            + (life + study.say(".", "。") if said else ""),
            f"n = {rows[0]['n_obs']}{study.say('.', '。')}",
        )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    rows, spread = _rows(study, table), _spread(study, table)
    axes = page.axes(1, 2 if spread else 1, height=2.6)
    labels = [_label(study, row) for row in rows]
    axes[0].set_title("β")
    page.intervals(
        axes[0],
        [row | {"column_label": label} for row, label in zip(rows, labels, strict=True)],
        labels,
    )
    axes[0].set_ylim(len(labels) - 0.5, -0.5)
    if spread:
        axes[1].set_title("σ")
        grouping = next(
            (g for g, of in study.groups.items() if set(spread) - {None} <= of.keys()), ""
        )
        for place, (group, points) in enumerate(spread.items()):
            name = study.group(grouping, group) if group and grouping else group
            axes[1].plot(
                [year for year, _ in points],
                [value for _, value in points],
                label=name or study.say("all units", "全部单元"),
                marker=page.mark(place)["marker"],
                gid=f"spread {group}",
                **page.line(place),
            )
        page.years(axes[1], [year for year, _ in spread[next(iter(spread))]], most=5)
        axes[1].legend(loc="upper left", bbox_to_anchor=(1.01, 1))


KIND = Kind(
    "convergence",
    "convergence",
    "β: whether units that are behind grow faster, without and with effects; σ: how far units are "
    "apart each year.",
    _find,
    _draw,
    order=20,
)

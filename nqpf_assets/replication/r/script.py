"""Indices and tables of a published study as one folder that R runs: script, functions, what they read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nqpf_assets.estimation.roles import needed, roles_of
from nqpf_assets.estimation.weights import weights_of_column
from nqpf_assets.explanations.designs import PublishedColumn
from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.replication.other_tables import tables_in_no_script
from nqpf_assets.replication.r.call import Call, Handed, Name, NotInR, Value, literal
from nqpf_assets.replication.r.calls import call_of
from nqpf_assets.replication.r.estimators.spatial import WEIGHTS
from nqpf_assets.replication.r.table_calls import Translation, translations
from nqpf_assets.replication.r.weight_pairs import weight_pairs
from nqpf_assets.studies.estimator_registry import ESTIMATORS, compared_of
from nqpf_assets.studies.sample_conditions import conditions_of, where_name
from nqpf_assets.studies.spec import CompleteColumn

SCRIPT, PANEL, RESULTS = "tables.R", "panel.csv", "results_of_r.csv"
LIBRARY = Path(__file__).parent / "library"


@dataclass(frozen=True)
class Translated:
    """A column, and its call or why there is none."""

    column: PublishedColumn
    call: Call | NotInR

    @property
    def key(self) -> tuple[str, str]:
        table, label = self.column.key
        return table, label


def translated(study: PublishedStudy) -> list[Translated]:
    """All columns of all regression tables, in their order."""
    models = study.rows("FROM {study}.model ORDER BY table_name, column_position")
    columns = [PublishedColumn(study, row) for row in models]
    return [Translated(one, _call(one)) for one in columns]


def _call(column: PublishedColumn) -> Call | NotInR:
    if column.asked is None:
        return NotInR("this publication does not say what the column asks for")
    return call_of(column.asked)


def write_script(
    study: PublishedStudy, columns: list[Translated], folder: Path, *, panel: str = ""
) -> None:
    """The script and all that it reads, in an empty folder.

    Args:
        panel: where the panel lies as CSV, seen from the folder; it is written where none is named.
    """
    if not panel:
        study.frame("FROM {study}.panel ORDER BY unit, period").write_csv(folder / PANEL)
    lines = [*_head(study, panel or PANEL)]
    for place, one in enumerate(columns, start=1):
        lines += ["", *_section(one, place, folder)]
    for place, table in enumerate(translations(study), start=1):
        lines += ["", *_table_section(table, place, folder)]
    lines += ["", f"write_results({literal(RESULTS)})"]
    (folder / SCRIPT).write_text("\n".join(lines) + "\n", "utf-8")


def _head(study: PublishedStudy, panel: str) -> Iterator[str]:
    yield f"# Tables of the study {study.name}, made from its study file; base R only."
    yield f"# Run in this folder: Rscript --vanilla {SCRIPT}"
    yield from (f"# {line}" for line in tables_in_no_script(study))
    for path in sorted(LIBRARY.glob("*.R")):
        yield from ("", *path.read_text("utf-8").splitlines())
    yield from ("", f"panel <- read_panel({literal(panel)})")


@cache
def _dropping() -> frozenset[str]:
    """Functions of the library that leave out rows for what stands in them: `taken_by_…` says which stay."""
    scripts = [path.read_text("utf-8") for path in LIBRARY.glob("*.R")]
    return frozenset(re.findall(r"^taken_by_(\w+) <- function", "\n".join(scripts), re.MULTILINE))


def _section(one: Translated, place: int, folder: Path) -> Iterator[str]:
    key = ", ".join(map(literal, one.key))
    asked = one.column.asked
    if isinstance(one.call, NotInR) or asked is None:
        reason = one.call.reason if isinstance(one.call, NotInR) else ""
        yield f"left_out({key}, {literal(reason)})"
        return
    arguments = {"rows": Name("rows"), **one.call.arguments}
    if one.call.function == "spatial":
        arguments[WEIGHTS] = _write_weights(one.column, place, folder)
    sample = _arguments({"panel": Name("panel"), **_sample(one.column, asked)})
    if asked.winsorize is not None and one.call.function in _dropping():
        taken = f"taken_by_{one.call.function}({_arguments(arguments)})"
        sample += f", taken = function(rows) {taken}"
    yield f"attempt({key}, function() {{"
    yield f"  rows <- sample_rows({sample})"
    yield f"  {one.call.function}({_arguments(arguments)})"
    yield "})"


def _table_section(one: Translation, place: int, folder: Path) -> Iterator[str]:
    name, call = one.table.name, one.call
    if isinstance(call, NotInR):
        yield f"left_out({literal(name)}, {literal('')}, {literal(call.reason)})"
        return
    said = dict(call.arguments)
    for key, value in call.arguments.items():
        if isinstance(value, Handed):
            file = f"{value.stem}_{place}.csv"
            value.frame().write_csv(folder / file)
            said[key] = file
    yield f"attempt_table({literal(name)}, function() {call.function}({_arguments(said)}))"


def _sample(column: PublishedColumn, asked: CompleteColumn) -> dict[str, Value]:
    """The column's sample as `sample_rows` takes it."""
    sample, periods = asked.sample, column.study.periods
    is_dropping = asked.drop_singletons and ESTIMATORS[asked.estimator].has_effects
    said: dict[str, Value] = {
        "needed": needed(asked),
        "first": sample.first or periods.first,
        "last": sample.last or periods.last,
        "alone": asked.effects if is_dropping and compared_of(asked) is None else (),
    }
    for key in ("only", "exclude", "within"):
        if value := getattr(sample, key):
            said[key] = value
    if asked.weights is not None:
        said["weights"] = asked.weights.variable
    where = where_name(sample)
    if where is not None:
        said["where"] = where
    if filled := [one for one in conditions_of(asked) if one != where]:
        said["filled"] = filled
    if asked.winsorize is not None:
        rule = asked.winsorize
        said["clip"] = {
            "share": rule.share,
            "quantile": rule.quantile,
            "by": rule.by or "",
            "variables": [name for name, role in roles_of(asked).items() if role.is_term],
        }
    return said


def _write_weights(column: PublishedColumn, place: int, folder: Path) -> str:
    """The weights of a column, pair by pair, in a file of its own; the file's name."""
    design = column.design
    assert design is not None, "the column is known"
    name = f"weights_{place}.csv"
    weight_pairs(weights_of_column(design)).write_csv(folder / name)
    return name


def _arguments(said: dict[str, Value]) -> str:
    return ", ".join(
        literal(value) if isinstance(value, Name) else f"{name} = {literal(value)}"
        for name, value in said.items()
    )

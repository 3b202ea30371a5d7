"""Tables of a published study as one do-file: rows of each column or table, then its commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from nqpf_assets.estimation.roles import needed
from nqpf_assets.messages.shown_text import on_one_line
from nqpf_assets.replication.described_tables import DescribedTable
from nqpf_assets.replication.level_tables import LevelTable
from nqpf_assets.replication.r.script import Translated
from nqpf_assets.replication.stata.command import Commands, NotInStata
from nqpf_assets.replication.stata.commands import commands_of
from nqpf_assets.replication.stata.names import StataNames
from nqpf_assets.replication.stata.table_commands import table_commands
from nqpf_assets.studies.estimator_registry import ESTIMATORS, compared_of
from nqpf_assets.studies.sample_conditions import conditions_of, where_name, where_words

if TYPE_CHECKING:
    from nqpf_assets.studies.spec import CompleteColumn

FILE = "tables.do"
MOST = 250
"""Arguments that `inlist` takes."""
NOT_RUN = (
    "NOT RUN: no Stata was at hand where this was made. Its lines were held against the documented syntax of",
    "their commands, and against nothing else. Compare what it prints with data/estimate.csv.",
)
_ALONE = """\
* Rows that are alone in their unit or period leave, until none is.
capture program drop nqpf_alone
program define nqpf_alone
    syntax varlist
    local again 1
    while `again' {
        local again 0
        foreach key of local varlist {
            tempvar rows
            quietly bysort `key': generate long `rows' = _N
            quietly count if `rows' == 1
            if r(N) > 0 {
                quietly drop if `rows' == 1
                local again 1
            }
            drop `rows'
        }
    }
end"""


def column_commands(one: Translated, names: StataNames) -> Commands:
    """Everything that a column takes, from opening the panel; or why it is not in the do-file."""
    asked = one.column.asked
    if asked is None:
        return NotInStata("this publication does not say what the column asks for")
    made = commands_of(asked, names)
    if isinstance(made, NotInStata):
        return made
    sample = list(_sample(one, asked, names))
    if any(line.count(",") > MOST for line in sample):
        return NotInStata(f"a sample of more than {MOST} named units")
    return [*sample, "xtset unit period", *made]


def do_file(
    study: str,
    columns: list[Translated],
    names: StataNames,
    panel: str,
    tables: Iterable[DescribedTable | LevelTable] = (),
    others: Iterable[str] = (),
) -> str:
    """The text of the do-file.

    Args:
        panel: where the .dta file lies, seen from the do-file.
        tables: those without columns of a regression, of kinds that the script in R has.
        others: what is said of the study's other tables.
    """
    told = [f"* {on_one_line(line).replace('/*', '/ *')}" for line in others]
    made = [*_lines(study, columns, names, panel), *_described(tables, names, panel)]
    return "\n".join([*made, *(["", *told] if told else [])]) + "\n"


def _described(
    tables: Iterable[DescribedTable | LevelTable], names: StataNames, panel: str
) -> Iterator[str]:
    for one in tables:
        made = table_commands(one, names)
        yield ""
        if isinstance(made, NotInStata):
            yield f"* {one.name}: not in this do-file: {made.reason}"
            continue
        opened = [] if isinstance(one, LevelTable) else [f'use "{panel}", clear']
        yield from (f"* {one.name}", *opened, *made)


def _lines(study: str, columns: list[Translated], names: StataNames, panel: str) -> Iterator[str]:
    yield f"* Tables of the study {study}, made from its study file."
    yield from (f"* {line}" for line in NOT_RUN)
    yield "* Run in this folder, in Stata 15 or later: do tables.do"
    yield "* Where they are used: ssc install reghdfe, ssc install ftools, ssc install xthreg"
    yield from ("version 15", "clear all", "set more off", "", _ALONE)
    for one in columns:
        table, label = (on_one_line(part).replace("/*", "/ *") for part in one.key)
        made = column_commands(one, names)
        yield ""
        if isinstance(made, NotInStata):
            yield f"* {table} {label}: not in this do-file: {made.reason}"
            continue
        yield f"* {table} {label}"
        yield f'use "{panel}", clear'
        yield from made


def _sample(one: Translated, asked: CompleteColumn, names: StataNames) -> Iterator[str]:
    """The rows that the column uses."""
    sample, periods = asked.sample, one.column.study.periods
    yield f"keep if inrange(period, {sample.first or periods.first}, {sample.last or periods.last})"
    if sample.only:
        yield f"keep if inlist(unit, {names.numbers('unit', sample.only) or '.'})"
    if sample.exclude and (out := names.numbers("unit", sample.exclude)):
        yield f"drop if inlist(unit, {out})"
    for grouping, group in sample.within.items():
        yield f"keep if {names.names[grouping]} == {names.numbers(grouping, [group]) or '.'}"
    where = where_name(sample)
    if where is not None:
        yield f"* where {on_one_line(str(where_words(sample))).replace('/*', '/ *')}"
    for condition in conditions_of(asked):
        yield f"keep if {names.names[condition]} == {int(condition == where)}"
    yield f"keep if !missing({', '.join(names.names[name] for name in needed(asked))})"
    if asked.weights is not None:
        yield f"drop if {names.names[asked.weights.variable]} == 0"
    is_dropping = asked.drop_singletons and ESTIMATORS[asked.estimator].has_effects
    if is_dropping and asked.effects and compared_of(asked) is None:
        yield f"nqpf_alone {' '.join(asked.effects)}"

"""Every line of a do-file is in the documented syntax of its command, and names what the panel has.

No Stata is at hand: a line that no pattern here knows fails. Patterns are written after the syntax diagrams
of Stata's Base, Longitudinal-Data and Programming manuals and the help files of reghdfe and xthreg.
"""

from __future__ import annotations

import re

import polars as pl
import pytest

from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.exports.published_tables import known_tables
from nqpf_assets.replication.other_tables import tables_in_no_script
from nqpf_assets.replication.r.script import translated
from nqpf_assets.replication.r.table_calls import translated_tables
from nqpf_assets.replication.stata.commands import CALLS
from nqpf_assets.replication.stata.do_file import _ALONE, FILE, NOT_RUN, do_file
from nqpf_assets.replication.stata.estimators.groups import group_difference
from nqpf_assets.replication.stata.names import names_of
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import open_closed

NAME = r"[A-Za-z_][A-Za-z0-9_]{0,31}"
NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
FACTOR = rf"i\.{NAME}(?:##?c\.\({NAME}(?: {NAME})*\)|##?i\.{NAME})?"
VARLIST = rf"(?:{NAME}|{FACTOR})(?: (?:{NAME}|{FACTOR}))*"
CHANGES = rf"(?:D\.{NAME}(?: D\.{NAME})*|{VARLIST})"
NAMES = rf"{NAME}(?: {NAME})*"
STATISTIC = "(?:n|sum|mean|sd|min|p25|median|p75|max)"
VCE = rf"vce\((?:robust|cluster {NAME})\)"
WEIGHTS = rf"\[(?:aw|fw|pw)={NAME}\]"  # [U] 11.1.6 weight
LIMITS = rf"(?: ll\({NUMBER}\))?(?: ul\({NUMBER}\))?"
PART = rf"(?:F\.)?{NAME}|{NUMBER}|(?:abs|max|cond|ln|sqrt)\(|[()+*/^,-]|[<>]=?|=="
EXPRESSION = rf"(?:(?:{PART}) ?)+"
LOCAL = rf"`{NAME}'"
SYNTAX = {
    "version": r"version \d+",  # [P] version
    "clear": "clear(?: all)?",  # [D] clear
    "set": "set more off",  # [R] more
    "use": r'use "[^"]+\.dta", clear',  # [D] use
    # [D] drop; keep varlist
    "keep": rf"keep (?:{NAMES}|if (?:inrange\(period, \d{{4}}, \d{{4}}\)"
    rf"|inlist\({NAME}(?:, (?:{NUMBER}|\.))+\)|{NAME} == (?:\d+|\.)|nqpf_years == \d+"
    rf"|!missing\({NAME}(?:, {NAME})*\)))",
    "drop": rf"drop if (?:inlist\({NAME}(?:, {NUMBER})+\)|missing\({NAME}\)|{NAME} == 0)",
    "xtset": "xtset (?:unit|nqpf_own_unit) period",  # [XT] xtset panelvar timevar
    # [XT] xtreg depvar [indepvars], fe [FE_options]; re [RE_options]
    "xtreg": rf"xtreg {NAME} {VARLIST}, (?:fe(?: {VCE})?|re(?: sa)? theta|be)",
    "xtpoisson": rf"xtpoisson {NAME} {VARLIST}, fe(?: {VCE})?",  # [XT] xtpoisson
    "areg": rf"areg {NAME} {VARLIST}, absorb\({NAME}\)(?: {VCE})?",  # [R] areg
    "test": rf"test {NAME}(?: {NAME})*",  # [R] test
    "regress": rf"regress (?:D\.)?{NAME} {CHANGES}(?: {WEIGHTS})?(?:, {VCE})?",  # [R] regress; [U] 11.4.4
    "reghdfe": rf"reghdfe (?:D\.)?{NAME} {CHANGES}(?: {WEIGHTS})?,"
    rf" (?:absorb\({NAME}(?: {NAME})*\)|noabsorb)(?: vce\((?:robust|cluster {NAMES})\))?",  # help reghdfe
    "xtivreg": rf"xtivreg {NAME} (?:{VARLIST} )?\({NAME}(?: {NAME})* = {NAME}(?: {NAME})*\), fe {VCE}",
    "ivregress": rf"ivregress 2sls {NAME} (?:{VARLIST} )?\({NAME}(?: {NAME})* = {NAME}(?: {NAME})*\)"
    rf"(?: {WEIGHTS})?"
    rf"(?:, (?:{VCE}|(?:{VCE} )?small))?",  # [R] ivregress
    "tobit": rf"tobit {NAME} {VARLIST},{LIMITS}(?: {VCE})?",  # [R] tobit
    "xttobit": rf"xttobit {NAME} {VARLIST},{LIMITS}",  # [XT] xttobit
    "fracreg": rf"fracreg logit {NAME} {VARLIST}, {VCE}",  # [R] fracreg
    "margins": rf"margins, dydx\({NAME}(?: {NAME})*\)(?: predict\((?:ystar|e|pr)\((?:{NUMBER}|\.),"
    rf"(?:{NUMBER}|\.)\)\))?(?: atmeans)?",  # [R] margins, [R] tobit postestimation
    "scalar": rf"scalar {NAME} = _(?:b|se)\[{NAME}\]",  # [P] scalar
    "display": r'display "[^"]*" [a-z0-9_ *+^()]+(?: "[^"]*" [a-z0-9_ *+^()]+)?',  # [P] display
    # [D] generate; [FN] abs, max, cond, ln, sqrt; [U] 11.4.4 F.
    "generate": rf"generate (?:byte {NAME} = {NAME} == \d+|double {NAME} = {EXPRESSION}"
    rf"(?: if {NAME} > 0 & {NAME} > 0)?)",
    "egen": rf"egen long {NAME} = group\({NAME} {NAME}\)",  # [D] egen
    "xthreg": rf"xthreg {NAME}(?: {VARLIST})?, rx\({NAME}(?: {NAME})*\) qx\({NAME}\) thnum\([123]\)"
    rf" grid\(\d+\) trim\({NUMBER}(?: {NUMBER})*\) bs\(\d+(?: \d+)*\)(?: {VCE})?",  # help xthreg
    # [R] tabstat varlist [, statistics(statname [...]) by(varname) columns(variables|statistics)]
    "tabstat": rf"tabstat {NAMES}, statistics\({STATISTIC}(?: {STATISTIC})*\)"
    rf" columns\((?:statistics|variables)\)(?: by\({NAME}\))?",
    "xtsum": f"xtsum {NAMES}",  # [XT] xtsum
    # [D] by; [XT] xtsum allows by; [D] egen
    "twoway": rf"twoway lfitci {NAME} {NAME}, by\({NAME}\)",  # [G-2] graph twoway lfitci
    "bysort": rf"bysort {NAMES}: (?:regress {NAME} {NAME}|xtsum {NAMES}|egen long {NAME} = count\({NAME}\)"
    rf"|egen double {NAME} = (?:mean|total)\({NAME}\))",
    "rename": rf"rename \({NAMES}\) \({NAMES}\)",  # [D] rename group
    "tempfile": f"tempfile {NAME}",  # [P] macro
    "save": f"save {LOCAL}",  # [D] save
    "joinby": f"joinby {NAME} using {LOCAL}",  # [D] joinby
    # [D] collapse (stat) varlist [(stat) target_var = varname], by(varlist)
    "collapse": rf"collapse \(mean\) {NAMES} \(count\) {NAME} = {NAME}, by\({NAMES}\)",
    "list": f"list {NAMES}(?: if {NAME} <= {NAME})?, noobs",  # [D] list
    "input": "input row period double value",  # [D] input [type] varname …, then rows, then end
    "end": "end",
    "tabdisp": rf"tabdisp {NAME} {NAME}, cell\({NAME}\)",  # [P] tabdisp
    "reshape": rf"reshape wide {NAME}, i\({NAME}\) j\({NAME}\)",  # [D] reshape
    "local": rf"local {NAME} = r\(sd\) \* \(0\.75 \* r\(N\)\)\^\(-1/5\)",  # [P] macro; [R] summarize
    # [R] kdensity varname [if] [, kernel(kernel) bwidth(#) n(#) nograph generate(newvar_x newvar_d)]
    "kdensity": rf"kdensity {NAME} if period == \d+, kernel\(gaussian\) bwidth\({LOCAL}\) n\(\d+\)"
    rf" nograph generate\({NAME} {NAME}\)",
    "pwcorr": f"pwcorr {NAMES}, sig obs",  # [R] correlate
    "spearman": rf"spearman {NAMES}, stats\(rho obs p\) pw",  # [R] spearman
    # [P] quietly, [R] regress, [R] summarize
    "quietly": rf"quietly (?:regress {NAME} {NAMES}|summarize {NAME} if period == \d+)",
    "estat": "estat vif",  # [R] regress postestimation
    "ttest": rf"ttest {NAME}, by\({NAME}\)(?: unequal)?",  # [R] ttest
    # [XT] xtunitroot llc|ips|fisher varname [, trend lags() kernel() dfuller]
    "xtunitroot": rf"xtunitroot (?:llc {NAME}, (?:trend )?lags\(\d\) kernel\(bartlett \d+\)"
    rf"|ips {NAME}, (?:trend )?lags\(\d\)|fisher {NAME}, dfuller (?:trend )?lags\(\d\))",
    "preserve": "preserve",  # [P] preserve
    "restore": "restore",
    "nqpf_alone": rf"nqpf_alone {NAME}(?: {NAME})*",  # defined above
}
WORDS = {"aw", "fw", "pw",
    *SYNTAX, "if", "fe", "re", "be", "sa", "theta", "vce", "robust", "cluster", "absorb", "noabsorb", "small",
    "missing", "inlist", "D",
    "inrange", "ll", "ul", "dydx", "predict", "ystar", "e", "pr", "atmeans", "group", "byte", "long", "i",
    "c", "rx", "qx", "thnum", "grid", "trim", "bs", "sls", "_b", "_se", "sqrt", "all", "more", "off",
    "statistics", "columns", "by", "n", "mean", "sd", "min", "p25", "median", "p75", "max", "count",
    "sig", "obs", "stats", "rho", "p", "vif", "unequal", "llc", "ips", "fisher", "dfuller", "trend",
    "lags", "kernel", "bartlett",
    "sum", "variables", "double", "abs", "cond", "ln", "F", "using", "total", "noobs", "r", "N",
    "summarize", "gaussian", "bwidth", "nograph", "generate", "cell", "wide", "j", "lfitci", "logit",
}  # fmt: skip
"""Words that are no variable."""


def made_by(word: str, line: str) -> set[str]:
    """Variables, files and numbers that a command makes."""
    if word in ("generate", "egen", "scalar", "local") or ": egen " in line:
        return {line.split(" = ")[0].split()[-1]}
    if word == "collapse":
        return set(re.findall(rf"({NAME}) = ", line))
    if word == "input":
        return {*line.split()[1:]}
    if word == "reshape":  # one of each year
        return {f"value{year}" for year in range(1949, 2050)}
    if word in ("rename", "kdensity"):
        return set(line.rpartition("(")[2].rstrip(")").split())
    return {line.split()[1]} if word == "tempfile" else set()


def held(text: str, columns: set[str]) -> int:
    """How many commands were held; every other line is a comment."""
    head, _, rest = text.partition(_ALONE)
    assert all(line in head for line in NOT_RUN)
    lines = [line for line in (head + rest).splitlines() if line.strip()]
    typed = rf"\d+ \d{{4}} {NUMBER}"  # a row below `input`
    commands = [
        line for line in lines if not line.startswith("* ") and not re.fullmatch(typed, line)
    ]
    made: set[str] = set()
    for line in commands:
        word = line.split()[0].rstrip(",")
        assert word in SYNTAX, line
        assert re.fullmatch(SYNTAX[word], line), line
        made |= made_by(word, line)
        bare = re.sub(r'"[^"]*"', "", line)
        used = set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", bare)) - WORDS
        assert used <= columns | made, (line, used - columns - made)
    return len(commands)


def test_every_estimator_has_commands_or_says_why_not() -> None:
    assert set(CALLS) == set(ESTIMATORS)


def columns_left_out(project: Project, study: str) -> dict[str, str]:
    """Hold every line of a study's do-file; the columns that it leaves out, with the reason."""
    with open_closed(project.database) as connection:
        published = PublishedStudy(connection, study)
        columns = translated(published)
        names = names_of(published.frame("FROM {study}.panel ORDER BY unit, period"))
        others = tables_in_no_script(published)
        tables = [one.table for one in translated_tables(published)]
        text = do_file(study, columns, names, "../data/panel.dta", tables, others)
        printed = [name.partition(".") for name in known_tables(connection)]
    assert held(text, {*names.names.values()}) > 40
    heads = [
        line.removeprefix("* ").partition(": not in this do-file: ") for line in text.splitlines()
    ]
    assert {" ".join(one.key) for one in columns} <= {key for key, _, _ in heads}
    assert {one.name for one in tables} <= {
        line.removeprefix("* ").partition(":")[0] for line in text.splitlines()
    }
    told = (
        {one.key[0] for one in columns}
        | {one.name for one in tables}
        | {line.partition(":")[0] for line in others}
    )
    assert told == {name for owner, _, name in printed if owner == study}, "no table is passed over"
    assert all(f"* {line}" in text.splitlines() for line in others)
    return {key: reason for key, _, reason in heads if reason}


@pytest.mark.slow
@pytest.mark.parametrize("study", ["province", "chongqing"])
def test_do_files_of_the_shipped_studies(built_sample: Project, study: str) -> None:
    left_out = columns_left_out(built_sample, study)
    assert all(
        any(word in why for word in ("spatial", "Moran", "winsorize", "threshold"))
        for why in left_out.values()
    )


def test_units_and_groups_are_the_numbers_of_the_panel() -> None:
    panel = pl.DataFrame(
        {
            "unit": ["110000", "500000"],
            "unit_name": ["北京", "重庆"],
            "period": [2012, 2012],
            "four": ["west", "east"],
            "a name of more than thirty-two letters": [1.0, 2.0],
        }
    )
    names = names_of(panel)
    assert names.numbers("unit", ["500000", "no such"]) == "500000"
    assert names.numbers("four", ["east", "west"]) == "1, 2"
    assert all(re.fullmatch(NAME, name) for name in names.names.values())
    assert FILE == "tables.do"


@pytest.mark.parametrize(
    ("vcov", "last"),
    [
        ("clustered", "xtreg y i.nqpf_first##c.(x) i.nqpf_first#i.period, fe vce(cluster unit)"),
        (
            "robust",
            "areg y i.nqpf_first##c.(x) i.nqpf_first#i.period, absorb(nqpf_own_unit) vce(robust)",
        ),
    ],
)
def test_a_unit_that_changes_its_group_has_an_effect_in_each(vcov: str, last: str) -> None:
    panel = {
        "unit": ["110000", "110000"],
        "unit_name": ["北京", "北京"],
        "period": [2012, 2013],
        "y": [0.0, 1.0],
        "x": [1.0, 2.0],
        "g": ["a", "b"],
    }
    compared = {"grouping": "g", "groups": ["b", "a"], "draws": 0}
    column = CompleteColumn.model_validate(
        {"label": "(1)", "outcome": "y", "regressors": ["x"], "estimator": "group_difference"}
        | {"difference": compared, "vcov": {"type": vcov}}
    )
    assert group_difference(column, names_of(pl.DataFrame(panel))) == [
        "keep if inlist(g, 2, 1)",
        "generate byte nqpf_first = g == 2",
        "egen long nqpf_own_period = group(nqpf_first period)",
        "egen long nqpf_own_unit = group(nqpf_first unit)",
        "nqpf_alone nqpf_own_period nqpf_own_unit",
        "xtset nqpf_own_unit period",
        last,
    ]

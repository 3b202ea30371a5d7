"""README of a package, in the headings of the template of the Social Science Data Editors.

What only an author can say (that they had the right to use the data, where the package is deposited) stands
as an open box or in capitals, and is not filled in here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nqpf_assets.messages.counted import counted
from nqpf_assets.replication.package.facts import PackageFacts
from nqpf_assets.replication.package.sources import Source

PASSING = {
    "allowed": "may be passed on, and is in the package",
    "forbidden": "may not be passed on, and is not in the package",
    "not said": "the card does not say; it is in the package: ask before it is published",
}

MOST = 20
"""Titles, citations, notes of one source; `data/raw_files.csv` has all."""


def readme(facts: PackageFacts) -> str:
    """The whole text."""
    parts = [
        _head(facts),
        _availability(facts),
        _files(facts),
        _computing(facts),
        _programs(facts),
        _instructions(facts),
        _tables(facts),
        _references(facts),
    ]
    return "\n".join(line for part in parts for line in (*part, "")).rstrip("\n") + "\n"


def cell(text: object) -> str:
    """A text in a table of Markdown."""
    words = " ".join(str("" if text is None else text).split())
    return words.replace("\\", "\\\\").replace("|", "\\|")


def _rows(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(map(cell, row))} |"


def _head(facts: PackageFacts) -> Iterator[str]:
    periods, study = facts.study.periods, facts.study
    yield f"# {facts.title}"
    yield ""
    yield f"Authors: {'; '.join(facts.named_authors)}"
    if facts.is_synthetic:
        yield from ("", f"**{facts.synthetic_words}**")
    yield from ("", "## Overview", "")
    yield (
        f"The files of this package make {counted(len(facts.tables), 'tables')} of the study "
        f"`{study.study}` ({periods.first}–{periods.last}) from "
        f"{counted(len(facts.sources.files), 'raw files')}. `nqpf refresh` builds everything; `r/tables.R` "
        "estimates the regression tables again from the analysis panel, without that program."
    )
    yield from ("", facts.about.words)


def _availability(facts: PackageFacts) -> Iterator[str]:
    kept_back = facts.sources.kept_back
    yield "## Data Availability and Provenance Statements"
    yield from ("", "### Statement about Rights", "")
    yield "- [ ] I certify that the author(s) of the manuscript have legitimate access to and permission"
    yield "  to use the data used in this manuscript."
    yield "- [ ] I certify that the author(s) have documented permission to redistribute the data in this"
    yield "  package."
    yield from ("", "### Summary of Availability", "")
    yield f"- [{' ' if kept_back else 'x'}] All data **are** in the package."
    yield f"- [{'x' if kept_back else ' '}] Some data **cannot be made** publicly available by the author(s)."
    yield from ("", "### Details on each Data Source", "")
    rows = [
        (
            one.publisher,
            one.vintage,
            ", ".join(dict.fromkeys(str(file.row["data_status"]) for file in one.files)),
            len(one.files),
            one.licence or "not stated in the card",
            PASSING[one.passing],
        )
        for one in facts.sources.by_terms
    ]
    yield from _rows(["Publisher", "Vintage", "Data", "Files", "Licence", "Passing on"], rows)
    for one in facts.sources.by_terms:
        yield from ("", *_source(one))


def _source(one: Source) -> Iterator[str]:
    yield f"#### {one.publisher}, {one.vintage}"
    yield ""
    yield from (f"- Title: {title}" for title in one.said("title")[:MOST])
    more = len(one.said("title")) - MOST
    if more > 0:
        yield f"- and {counted(more, 'further titles')}: `data/raw_files.csv` has all"
    yield f"- Terms: {one.licence or 'not stated in the card'}"
    for key, word in (
        ("url", "Where it was fetched"),
        ("accessed", "Fetched on"),
        ("published", "Published on"),
        ("citation", "Cite as"),
        ("notes", "Note"),
    ):
        if said := one.said(key)[:MOST]:
            yield " ".join(f"- {word}: {'; '.join(said)}".split())
    if one.passing == "forbidden":
        place = "; ".join(one.said("url")) or f"the publisher, {one.publisher}"
        yield f"- Get these files from {place}, and put each where it belongs; its SHA-256 must be:"
        yield from (f"  - `{file.path}` {file.row['sha256']}" for file in one.files)


def _files(facts: PackageFacts) -> Iterator[str]:
    yield "## Dataset list"
    yield ""
    panel = f"analysis panel, {counted(facts.n_rows, 'rows')} of unit and year"
    rows = [
        ("`raw/`", "raw files as they arrived, each folder with its origin cards", "partly")
        if facts.sources.kept_back
        else ("`raw/`", "raw files as they arrived, each folder with its origin cards", "yes"),
        ("`data/raw_files.csv`", "every raw file: publisher, terms, place, hash", "yes"),
        ("`data/panel.csv`, `.parquet`, `.dta`", panel, "yes"),
        ("`data/codebook.csv`", "every variable: label, unit, formula, source, range", "yes"),
        ("`data/estimate.csv`, `effect.csv`, `model.csv`", "results, with all digits", "yes"),
        ("`tables/`", "the printed tables", "yes"),
        ("`datapackage.json`", "files and columns for programs (frictionless)", "yes"),
        ("`metadata/`", "DataCite, Zenodo, Dataverse, schema.org", "yes"),
        ("`checksums.txt`", "SHA-256 of every file: `sha256sum -c checksums.txt`", "yes"),
    ]
    yield from _rows(["File", "What it is", "Provided"], rows)
    if facts.sources.kept_back:
        yield ""
        yield (
            "The panel is computed from files that may not be passed on themselves. Whether it may be "
            "published is for their licence to say."
        )


def _computing(facts: PackageFacts) -> Iterator[str]:
    yield "## Computational requirements"
    yield from ("", "### Software Requirements", "")
    yield from (f"- {name} {release}" for name, release in facts.versions.items())
    yield "- R, base only, for `r/tables.R`: any release from 4.0"
    yield "- Stata 15 or later for `stata/tables.do`, some columns with reghdfe, ftools, xthreg from SSC"
    yield from ("", "`requirements.txt` has the same for `pip install -r requirements.txt`.")
    yield from ("", "### Controlled Randomness", "")
    yield "Every random draw begins from a seed that the study or the program fixes; two runs give the same"
    yield "bytes."
    yield from ("", "### Memory, Runtime, Storage Requirements", "")
    words = counted(facts.run_minutes, "minutes")
    yield (
        f"Built from this package in {'less than ' if facts.run_minutes == 1 else ''}{words} on "
        f"{facts.machine}, when the package was made."
    )


def _programs(facts: PackageFacts) -> Iterator[str]:
    yield "## Description of programs/code"
    yield ""
    yield f"- `{facts.study_file}` is the study: units, years, variables, indices, tables. It is read by"
    yield "  `nqpf refresh` (nqpf-assets), which builds every table from `raw/`."
    yield "- `nqpf.lock` has the hash of every input and of every table that they give."
    yield "- `r/tables.R` was generated from the study; it shares no line with nqpf-assets."
    yield "- `stata/tables.do` was generated from the study too. It was **not run**: no Stata was at hand."
    yield "  What it leaves out stands in it with the reason."
    yield from ("", "### License for Code", "")
    yield "nqpf-assets, `r/tables.R` and `stata/tables.do`: MIT."


def _instructions(facts: PackageFacts) -> Iterator[str]:
    name = facts.study.study
    yield "## Instructions to Replicators"
    yield ""
    if facts.sources.kept_back:
        kept = counted(len(facts.sources.kept_back), "files")
        yield f"First get the {kept} named above, which may not be passed on."
        yield ""
    yield "```console"
    yield "$ pip install -r requirements.txt"
    yield "$ nqpf refresh"
    yield "$ nqpf verify"
    yield f"$ nqpf crosscheck {name}"
    yield f"$ nqpf show {facts.tables[0].name}" if facts.tables else "$ nqpf status"
    yield "```"
    yield ""
    yield "`verify` builds everything anew and holds it against `nqpf.lock`; `crosscheck` runs the script in"
    yield "R and holds it against the tables, term by term."


def _tables(facts: PackageFacts) -> Iterator[str]:
    yield "## List of tables and programs"
    yield ""
    figures = ", and draws figures from them" if facts.figures else ""
    yield f"The provided code reproduces all tables that the study file declares{figures}."
    yield ""
    rows = [
        (
            f"{one.name}: {one.title}",
            f"`nqpf refresh`, from `{facts.study_file}`; printed by `nqpf show {one.name}`",
            "; ".join(part for part in (one.in_r, one.in_stata) if part),
            ", ".join(f"`{file}`" for file in one.files),
        )
        for one in facts.tables
    ]
    yield from _rows(["Table", "Program", "Also made by", "Output"], rows)
    if facts.figures:
        yield from ("", *_figures(facts))


def _figures(facts: PackageFacts) -> Iterator[str]:
    yield "Figures are drawn with matplotlib (`pip install 'nqpf-assets[figures]'`); each says its table, and"
    yield "the publication that it was drawn from."
    yield ""
    rows = [
        (
            f"{one.name}: {one.title}",
            f"`nqpf plot {one.name}`",
            f"`{one.file}`" if one.file else f"not drawn here, {one.why_not}",
        )
        for one in facts.figures
    ]
    yield from _rows(["Figure", "Program", "Output"], rows)


def _references(facts: PackageFacts) -> Iterator[str]:
    yield "## References"
    yield ""
    cited = [text for one in facts.sources.by_terms for text in one.said("citation")]
    known = [*([facts.study.citation] if facts.study.citation else []), *dict.fromkeys(cited)]
    known += [
        f"{one.publisher}. {'; '.join(one.said('title')[:3])}. {one.vintage}."
        for one in facts.sources.by_terms
        if not one.said("citation")
    ]
    yield from (f"- {text}" for text in known)

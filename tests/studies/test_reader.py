"""Reading study files: mistakes named by line, and nothing but `InputError` on any text."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.messages.problems import InputError
from nqpf_assets.projects.user_files import read_study_files
from nqpf_assets.studies.reader import read_study, read_study_file
from nqpf_assets.studies.spec import Column
from nqpf_assets.studies.template import template_text
from nqpf_assets.user_input.project import SHIPPED_STUDIES, Project

STUDY = """\
study: demo
title: Demo
units: {level: province}
periods: {first: 2012, last: 2022}
variables:
  gdp_pc: {expression: gdp / population, unit: 元/人}
tables:
  baseline:
    title: Baseline
    columns:
      - label: "(1)"
        outcome: gdp_pc
        regressors: [urban]
"""

MISTAKES = {
    "unknown key": ("regressors:", "regresors:", 13, "did you mean `regressors`?"),
    "comma in a text": ("gdp / population, unit", "gdp / population, title: GDP, real, unit", 6,
                        "a text with a comma stands in quotes"),
    "comma in a formula": ("gdp / population,", "lag(gdp, 1),", 6, "a text with a comma stands in quotes"),
    "missing key": ("title: Demo\n", "", 1, "add `title:`"),
    "code without quotes": ("province}", "province, parent: 500000}", 3, "quotes: '500000'"),
    "list without brackets": ("[urban]", "urban", 13, "write [urban], even for one"),
    "misspelt choice": ("title: Baseline", "kind: growht", 9, "did you mean `growth`?"),
    "word for a number": ("2012", "twelve", 4, "write a whole number"),
    "years exchanged": ("2022", "2010", 4, "change one of the entries"),
    "name with capitals": ("gdp_pc: {", "GDP: {", 6, "a `title` may hold any text"),
    "key given twice": ("title: Demo", "title: Demo\ntitle: Other", 3, "only one would count"),
    "tab": ("    title: Baseline", "\ttitle: Baseline", 9, "replace the tab by blanks"),
    "indentation": ("    columns:", "     columns:", 10, "align the keys"),
    "backtick": ("gdp / population,", "`a b` / 2,", 6, "put the whole expression in quotes"),
    "tag": ("Demo\nunits", "!!python/object:os.system Demo\nunits", 2, "remove the tag"),
    "open bracket": ("[urban]", "[urban", 14, "check brackets"),
    "two documents": ("tables:", "---\ntables:", 7, "one document per file"),
    "neither expression nor series": ("expression: gdp / population, ", "", 6, "change one"),
}  # fmt: skip


def problems(text):
    with pytest.raises(InputError) as caught:
        read_study("studies/demo.yaml", text)
    return caught.value.problems


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_line_and_its_remedy(name):
    old, new, line, remedy = MISTAKES[name]
    assert old in STUDY
    found = problems(STUDY.replace(old, new))
    at_line = [problem for problem in found if problem.where.startswith(f"line {line},")]
    assert any(remedy in problem.remedy for problem in at_line), found


def test_a_message_reads_as_a_whole():
    text = STUDY.replace("regressors", "regresors")
    assert [str(problem) for problem in problems(text)] == [
        "studies/demo.yaml: line 13, column 9\n"
        f"  expected: one of {', '.join(Column.model_fields)}\n"
        "  found:    the unknown key `regresors`\n"
        "  to do:    did you mean `regressors`?"
    ]


def test_all_mistakes_are_told_at_once_and_each_once():
    text = STUDY
    for name in ("unknown key", "code without quotes", "word for a number", "name with capitals"):
        old, new, *_ = MISTAKES[name]
        text = text.replace(old, new)
    assert len(problems(text)) == 4


def test_places_are_kept_for_later_checks():
    file = read_study_file("demo.yaml", STUDY)
    place = file.place("tables", "baseline", "columns", 0, "regressors", 0)
    assert (place.line, place.text) == (13, "urban")
    assert file.place("variables", "gdp_pc", "winsorize").line == 6, "what is left out: its parent"


def test_yaml_is_version_1_2():
    text = STUDY.replace("title: Demo", "title: no").replace("[urban]", "[on]")
    study = read_study("demo.yaml", text)
    assert study.title == "no"
    assert study.tables["baseline"].columns[0].regressors == ("on",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "- a list",
        "42",
        "study: &a [*a]",
        "a: " + "[" * 5000,
        "\x07",
        "? [complex]\n: key",
        "<<: {a: 1}",
        "%YAML 1.1\n---\nstudy: yes",
        "a: &a {}\nb: *a\nc: *gone",
        "title: " + "9" * 5000,
        "? \n: b",
        "a: !!int x",
        "a: !!float '..'",
        'a: "\\ud800"',
        "\ufeffa: 1",
    ],
)
def test_strange_texts_are_refused(text):
    assert problems(text)


def test_aliases_of_aliases_are_bounded():
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert any(one.code == "yaml_too_large" for one in problems("\n".join(levels)))


BASE = template_text("demo")
PIECES = (
    *(": ", "- ", "\n", "  ", "\t", "&a ", "*a", "!!set ", ">\n", "|\n", "{", "]", "'", "? "),
    *("null", "1e999", ".nan", "2020-13-45", "\u2028", "0x", "<<: *a\n", "#", "~", "%"),
)


@st.composite
def mutations(draw):
    """A good study file with some of its characters, words and lines exchanged."""
    text = draw(st.sampled_from([BASE, STUDY]))
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(["cut", "insert", "double", "swap", "dedent"]))
        at = draw(st.integers(0, max(len(text) - 1, 0)))
        if kind == "cut":
            text = text[:at] + text[at + draw(st.integers(1, 40)) :]
        elif kind == "insert":
            text = text[:at] + draw(st.sampled_from(PIECES) | st.text(max_size=3)) + text[at:]
        else:
            lines = text.split("\n")
            row = draw(st.integers(0, len(lines) - 1))
            if kind == "double":
                lines.insert(row, lines[row])
            elif kind == "swap":
                lines[row - 1], lines[row] = lines[row], lines[row - 1]
            else:
                lines[row] = lines[row].removeprefix("  ")
            text = "\n".join(lines)
    return text


@settings(max_examples=150, deadline=None)
@given(text=mutations())
def test_no_text_gives_anything_but_a_study_or_input_errors(text):
    found = ()
    try:
        read_study("demo.yaml", text)
    except InputError as error:
        found = error.problems or ("an error without a problem",)
    for problem in found:
        assert problem.expected
        assert problem.found
        assert problem.remedy
        assert "pydantic" not in str(problem).lower()


def studies_in(folder, **files):
    (folder / "studies").mkdir()
    for name, text in files.items():
        (folder / "studies" / name.replace("_", ".")).write_text(text, encoding="utf-8")
    found = read_study_files(Project.at(folder))
    return list(found.sound), found.problems


def test_a_folder_of_studies_is_read_by_name(tmp_path):
    files = {"demo_yaml": STUDY, "notes_txt": "not a study"}
    assert studies_in(tmp_path, **files) == (["demo"], [])


def test_both_endings_are_studies(tmp_path):
    assert studies_in(tmp_path, demo_yml=STUDY) == (["demo"], [])


def test_a_file_has_the_name_of_its_study(tmp_path):
    _, problems = studies_in(tmp_path, other_yaml=STUDY, bad_yaml="study: 1")
    assert any("rename the file to demo.yaml" in one.remedy for one in problems)
    assert any(one.file == "studies/bad.yaml" for one in problems), "both files at once"


def test_a_study_stands_in_one_file(tmp_path):
    _, problems = studies_in(tmp_path, demo_yaml=STUDY, demo_yml=STUDY)
    assert [one.found for one in problems] == ["`demo`, as in studies/demo.yaml"]


def test_files_that_cannot_be_read_say_why(tmp_path):
    (tmp_path / "gbk.yaml").write_bytes("title: 乡村振兴".encode("gb18030"))
    with pytest.raises(InputError, match="save the file as UTF-8"):
        read_study(tmp_path / "gbk.yaml")
    with pytest.raises(InputError, match="nqpf new-study"):
        read_study(tmp_path / "gone.yaml")


@pytest.mark.parametrize("path", sorted(SHIPPED_STUDIES.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_studies_are_read(path):
    assert read_study(path).study == path.stem


def test_reading_a_study_needs_no_engine():
    code = (
        "import sys, nqpf_assets.studies.reader, nqpf_assets.studies.validation;"
        "print([m for m in ('duckdb', 'sqlglot', 'polars', 'numpy', 'dagster') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

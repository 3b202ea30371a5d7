"""Study files: YAML text → `Study`, or every mistake of the file with its line.

Reading is here; words for what the schema refuses are in `model_messages`, checks across the
fields of a study in `validation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.studies.expanded_columns import with_all_columns
from nqpf_assets.studies.formula import Formula
from nqpf_assets.studies.formulas import formulas
from nqpf_assets.studies.groups_of_each import with_groups_of_each
from nqpf_assets.studies.samples_of_groups import with_conditions
from nqpf_assets.studies.spec import Study
from nqpf_assets.user_input.lined_yaml import LinedYaml, Place, read_yaml
from nqpf_assets.user_input.model_messages import validate
from nqpf_assets.user_input.own_files import read_own


@dataclass(frozen=True)
class StudyFile:
    """A study and where everything in its file stands.

    Attributes:
        study: what the file says.
        path: the file, as problems name it.
        document: its data, and the places of its keys and values; columns as `study` has them.
    """

    study: Study
    path: str
    document: LinedYaml

    @cached_property
    def formulas(self) -> tuple[Formula, ...]:
        """All formulas of the study; each is parsed once, whoever asks."""
        return formulas(self.study)

    def place(self, *path: str | int) -> Place:
        """The place of a path (``"tables", "baseline", "columns", 0``) or of what holds it."""
        return self.document.place(path)

    def problem(
        self, path: Sequence[str | int], expected: str, found: str, remedy: str, code: str = "study"
    ) -> Problem:
        """A problem at a path of the file."""
        return replace(self.document.problem(path, expected, found, remedy, code), file=self.path)


def read_study(path: Path | str, text: str | None = None) -> Study:
    """The study in a file, or in `text` under the name of that file.

    Raises:
        InputError: with every problem of the file, each with its line.
    """
    return read_study_file(path, text).study


def read_study_file(path: Path | str, text: str | None = None) -> StudyFile:
    """`read_study`, keeping where things stand for later checks."""
    return study_of(document_of(path, text))


def document_of(path: Path | str, text: str | None = None) -> LinedYaml:
    """The keys and values of a study file, whatever they mean.

    Raises:
        InputError: with why it cannot be read.
    """
    name = str(path)
    document = read_yaml(_text(Path(path)) if text is None else text, name)
    if document.problems:
        raise InputError(document.problems)
    if document.data is None:
        raise InputError(
            [document.problem((), "a study", "an empty file", "`nqpf new-study NAME` writes one")]
        )
    return document


def study_of(document: LinedYaml) -> StudyFile:
    """What a document means, as a study.

    Raises:
        InputError: with every mistake that shows so far, each with its line.
    """
    study, problems = validate(Study, document, topic="studies")
    if study is None:
        raise InputError(problems)
    study, whole = with_all_columns(*with_groups_of_each(study, document))
    study, whole = with_conditions(study, whole)
    return StudyFile(study, document.file, whole)


def _text(path: Path) -> str:
    content, wrong = read_own(path, str(path), code="yaml")
    if wrong is not None:
        remedy = "check the path; `nqpf new-study NAME` writes a new file"
        raise InputError([replace(wrong, expected="a study file", remedy=remedy)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem(
            file=str(path),
            where="",
            expected="a text file in UTF-8",
            found=f"byte {error.start + 1} is not UTF-8",
            remedy="save the file as UTF-8 in your editor",
            code="yaml",
        )
        raise InputError([problem]) from None

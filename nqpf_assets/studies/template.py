"""A new study: a commented file that already runs, and the folders that it needs.

Writes files and nothing more; what the file may say is `spec`'s business.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from nqpf_assets.messages.problems import InputError, Problem, did_you_mean
from nqpf_assets.studies.adopted import Adopted, adopt
from nqpf_assets.studies.equation import DEFAULT
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.schema import COMMITTED, schema_text
from nqpf_assets.user_input.project import SHIPPED_STUDIES, Project

FOLDERS = ("raw", "studies", "catalog")
COLUMNS = 6
"""Spaces before a column of a table."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
RESERVED = frozenset(
    {
        "source",
        "catalog",
        "panel",
        "index",
        "result",
        "audit",
        "main",
        "temp",
        "system",
        "pg_catalog",
    }
    | {"information_schema", "con", "prn", "aux", "nul"}
)
"""Schemas that the warehouse has anyway, and names that cannot be a file on Windows."""


def new_study(name: str, project_dir: Path | str, text: str | None = None) -> list[Path]:
    """Begin a study in a project; gives what was written: folders, the file, its schema.

    Existing folders and files stay as they are.

    Args:
        text: what the file shall say; by default the commented template.

    Raises:
        InputError: when the name cannot be one of a study, or the study is there already.
    """
    path = _free_path(name, Path(project_dir))
    written = []
    for folder in FOLDERS:
        place = Path(project_dir) / folder
        if not place.is_dir():
            place.mkdir(parents=True)
            written.append(place)
    schema = path.with_name(COMMITTED.name)
    if not schema.exists():
        with schema.open("x", encoding="utf-8") as file:  # "x" follows no link that leads nowhere
            file.write(schema_text())
        written.append(schema)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(template_text(name) if text is None else text)
    return [*written, path]


def study_like(name: str, like: str, project: Project) -> Adopted:
    """The text of a new study that begins as another: of the project, or one that ships with the package.

    Raises:
        InputError: there is no such study, or its file is none; the new name cannot be one.
    """
    _free_path(name, project.root)
    shipped = sorted(SHIPPED_STUDIES.glob("*.yaml"))
    known = {path.stem: path for path in (*shipped, *project.own_study_paths())}
    if like in known:
        return adopt(known[like], name)
    raise _refused(
        f"studies/{name}.yaml",
        f"the name of a study: {', '.join(sorted(known))}",
        f"`--like {like}`",
        did_you_mean(like, known) or "name one of these",
    )


def _free_path(name: str, project_dir: Path) -> Path:
    """Where the file of a new study goes.

    Raises:
        InputError: the name cannot be one of a study, or the study is there already.
    """
    path = project_dir / "studies" / f"{name}.yaml"
    if not _NAME.match(name):
        raise _refused(
            f"studies/{name}.yaml",
            "a name of small letters a–z, digits and _, beginning with a letter",
            f"`{name}`",
            _suggestion(name),
        )
    if name in RESERVED:
        raise _refused(
            f"studies/{name}.yaml",
            f"a name other than {', '.join(sorted(RESERVED))}",
            f"`{name}`",
            f"choose another name, e.g. {name}_study: its tables stand in a schema of that name",
        )
    for existing in (path, path.with_suffix(".yml")):
        if existing.exists():
            raise _refused(
                str(existing),
                "a name that is free",
                "a study of this name",
                "edit that file, or choose another name",
            )
    return path


def template_text(name: str) -> str:
    """The commented study file under a name, with an example for each estimator."""
    template = files("nqpf_assets.studies").joinpath("templates", "study.yaml")
    examples = (line for one in ESTIMATORS.values() for line in one.example.splitlines())
    parts = {
        "STUDY_NAME": name,
        "ESTIMATOR_NAMES": ", ".join(other for other in ESTIMATORS if other != DEFAULT),
        "      #ESTIMATOR_EXAMPLES": "\n".join(map(_commented, examples)),
    }
    text = template.read_text(encoding="utf-8")
    for placeholder, part in parts.items():
        text = text.replace(placeholder, part)
    return text


def _commented(line: str) -> str:
    """A line of YAML that is taken by removing its ``#``; comments stay what they are."""
    said = line.lstrip()
    mark = "" if said.startswith("# ") else "#"
    return f"{' ' * (len(line) - len(said) + COLUMNS)}{mark}{said}"


def _suggestion(name: str) -> str:
    near = (
        re.sub(r"[^a-z0-9]+", "_", name.lower().removesuffix(".yaml"))
        .strip("_")
        .lstrip("0123456789_")
    )
    return f"for example `nqpf new-study {near[:63] or 'my_study'}`; the `title` may hold any text"


def _refused(file: str, expected: str, found: str, remedy: str) -> InputError:
    return InputError(
        [
            Problem(
                file=file,
                where="",
                expected=expected,
                found=found,
                remedy=remedy,
                code="study_name",
            )
        ]
    )

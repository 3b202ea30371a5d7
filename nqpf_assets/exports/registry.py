"""All formats by name, ours and those of packages, and what each writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from nqpf_assets.exports.export import Export, lacks
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.plugins.registry import Registry

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.exports.document import Dataset, Document
    from nqpf_assets.exports.study import StudyContent

_MODULES = {"python-docx": "docx", "xlsxwriter": "xlsxwriter"}
"""Packages of the extra, and the module by which each is known to be there."""


def _lacks(export: Export) -> tuple[str, str] | None:
    """What a package's format is missing, or has that is ours."""
    same = [one for one in EXPORTS.own.values() if one.suffix == export.suffix]
    if any({*one.writers} & {*export.writers} for one in same):
        return "a suffix that no other format has", repr(export.suffix)
    return lacks(export)


EXPORTS = Registry(
    Export,
    room="nqpf_assets.exports.formats",
    attribute="EXPORT",
    group="nqpf.exports",
    lacks=_lacks,
)


def formats_of(what: str) -> Mapping[str, Export]:
    """Formats that write rows, or tables, by name."""
    return {name: one for name, one in EXPORTS.all.items() if what in one.writers}


def content_of(export: Export, rows: pl.DataFrame, *, is_exact: bool = False) -> str | bytes:
    """Rows in a format; a text ends with a line break.

    Raises:
        InputError: the package that brings the format cannot write them.
    """
    write = export.write_exact if is_exact and export.write_exact else export.write
    assert write is not None, f"{export.name} was asked for rows"
    return _written(export, write, rows)


def document_of(export: Export, document: Document) -> str | bytes:
    """Printed tables in a format; a text ends with a line break.

    Raises:
        InputError: what the format is made with is not installed, or fails.
    """
    assert export.write_tables is not None, f"{export.name} was asked for printed tables"
    return _written(export, export.write_tables, document)


def dataset_of(export: Export, dataset: Dataset) -> str | bytes:
    """Rows with the words that explain them, which a format of plain rows leaves out.

    Raises:
        InputError: the package that brings the format cannot write them.
    """
    if export.write_dataset is None:
        return content_of(export, dataset.rows)
    return _written(export, export.write_dataset, dataset)


def study_of(export: Export, content: StudyContent) -> str | bytes:
    """A whole study in a format.

    Raises:
        InputError: what the format is made with is not installed, or fails.
    """
    assert export.write_study is not None, f"{export.name} was asked for a study"
    return _written(export, export.write_study, content)


def _written(export: Export, write: Callable[..., str | bytes], what: object) -> str | bytes:
    """What a format makes of something, of the type that it says."""
    require_installed(export)
    with EXPORTS.answerable(export.name):
        content = write(what)
        expected = str if export.is_text else bytes
        if not isinstance(content, expected):
            raise TypeError(
                f"{expected.__name__} is expected, {type(content).__name__} was returned"
            )
    return content if isinstance(content, bytes) or content.endswith("\n") else f"{content}\n"


def require_installed(export: Export) -> None:
    """Refuse a format whose packages are not installed.

    Raises:
        InputError: names them, and the way to have them.
    """
    missing = [name for name in export.needs if find_spec(_MODULES.get(name, name)) is None]
    if missing:
        raise InputError(
            [
                Problem(
                    file=f"format {export.name}",
                    where="",
                    expected=f"the packages that it is made with: {', '.join(export.needs)}",
                    found=f"no {', no '.join(missing)} in this installation",
                    remedy="pip install 'nqpf-assets[export]'; md, tex, html, csv and parquet need "
                    "nothing more",
                    code="not_installed",
                )
            ]
        )

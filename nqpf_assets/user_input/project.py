"""A project folder: where its raw files, studies, catalogue and warehouse are.

The same layout serves this repository and a folder of the user's own. A project without
study files of its own runs the studies that ship with the package.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
SHIPPED_STUDIES = PACKAGE / "studies"
STUDY_SUFFIXES = (".yaml", ".yml")


def sql_root() -> Path:
    """Folder of the SQL files: inside the wheel, or beside the package in a checkout."""
    inside = PACKAGE / "_sql"
    return inside if inside.is_dir() else PACKAGE.parent / "sql"


def docs_root() -> Path:
    """Folder of the documentation: inside the wheel, or beside the package in a checkout."""
    inside = PACKAGE / "_docs"
    return inside if inside.is_dir() else PACKAGE.parent / "docs"


def sample_root() -> Path:
    """Folder of the synthetic raw files: inside the wheel, or beside the package in a checkout."""
    inside = PACKAGE / "_sample"
    return inside if inside.is_dir() else PACKAGE.parent / "raw"


@dataclass(frozen=True)
class Project:
    """The folders of one project; outside of `root` nothing of it is ever written.

    Attributes:
        aside: where to build instead of in the project's own warehouse.
    """

    root: Path
    aside: Path | None = None

    @classmethod
    def at(cls, root: str | os.PathLike[str] | None = None) -> Project:
        """The project at `root`, else at ``$NQPF_PROJECT``, else in the current folder."""
        return cls(Path(root or os.environ.get("NQPF_PROJECT") or ".").resolve())

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def catalog(self) -> Path:
        return self.root / "catalog"

    @property
    def warehouse(self) -> Path:
        return self.aside or self.root / "warehouse"

    @property
    def database(self) -> Path:
        """The published DuckDB file."""
        return self.warehouse / "nqpf.duckdb"

    @property
    def site(self) -> Path:
        """The pages of the publication."""
        return self.warehouse / "site"

    @property
    def dagster_home(self) -> Path:
        return self.aside / ".dagster" if self.aside else self.root / ".dagster"

    def own_study_paths(self) -> tuple[Path, ...]:
        """Study files of the project itself."""
        own = (p for p in (self.root / "studies").glob("*") if p.suffix in STUDY_SUFFIXES)
        return tuple(sorted(own))

    def study_paths(self) -> tuple[Path, ...]:
        """Study files: the project's own, or the shipped ones where it has none."""
        own = self.own_study_paths()
        return tuple(own or sorted(SHIPPED_STUDIES.glob("*.yaml")))

"""Which libraries compute, by the modules that they are imported as, and which releases are installed.

A release is part of what makes a table stale, and is recorded with what it made.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable
from functools import cache
from importlib import metadata

PYTHON = "python"

LIBRARIES = {
    "duckdb": "duckdb",
    "numpy": "numpy",
    "polars": "polars",
    "pyspark": "pyspark",
    "pandas": "pandas",
    "pyarrow": "pyarrow",
    "scipy": "scipy",
    "linearmodels": "linearmodels",
    "statsmodels": "statsmodels",
    "python_calamine": "python-calamine",
    "msoffcrypto": "msoffcrypto-tool",
    "lxml": "lxml",
}
"""Module → package whose release can change a number or a table."""

PARSERS = {
    "pydantic": "pydantic",
    "pydantic_core": "pydantic",
    "ruamel": "ruamel.yaml",
    "yaml": "pyyaml",
    "sqlglot": "sqlglot",
}
"""Those that read YAML and queries: cards are read with raw files, and there they count. What they make of
a study or a query is part of what a step is made from, word by word."""

AROUND = {
    "dagster": "dagster", "dagster_webserver": "dagster-webserver", "starlette": "starlette",
    "sqlalchemy": "sqlalchemy", "rich": "rich", "typer": "typer", "xlsxwriter": "xlsxwriter", "xlwt": "xlwt",
    "docx": "python-docx", "matplotlib": "matplotlib", "jinja2": "jinja2",
    "markupsafe": "markupsafe", "dagster_postgres": "dagster-postgres", "prompt_toolkit": "prompt-toolkit",
    "markdown_it": "markdown-it-py", "mcp": "mcp", "rdata": "rdata", "requests": "requests",
    "urllib3": "urllib3", "pyreadstat": "pyreadstat",
    "obstore": "obstore", "py4j": "py4j",
}  # fmt: skip
"""Those that tell, schedule, write the sample's files, bring files in, or carry results out."""

CARRIES = {
    "linearmodels": ("statsmodels", "formulaic", "pandas", "scipy", "numpy"),
    "statsmodels": ("pandas", "scipy", "numpy"),
    "pandas": ("numpy",),
    "pyspark": ("sqlglot",),
    "scipy": ("numpy",),
}
"""Packages that compute for another one."""

PACKAGES = tuple(
    sorted(
        {*LIBRARIES.values(), *PARSERS.values(), *(one for of in CARRIES.values() for one in of)}
    )
)
"""All whose release can stand in the record of a table."""


@cache
def release_of(package: str) -> str | None:
    """The installed release; None where the package is not there."""
    if package == PYTHON:
        return platform.python_version()
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def releases_of(modules: Iterable[str], *, with_parsers: bool) -> dict[str, str]:
    """Releases of Python and of the packages that these modules belong to, and of those behind them."""
    known = LIBRARIES | (PARSERS if with_parsers else {})
    packages = {known[module] for module in modules if module in known}
    packages |= {carried for one in packages for carried in CARRIES.get(one, ())}
    found = {name: release_of(name) for name in sorted({PYTHON, *packages})}
    return {name: release for name, release in found.items() if release is not None}

"""Where a page stands: the one place that makes addresses, from the root of the site, with `/`."""

from __future__ import annotations

from nqpf_assets.site.page import slug

HOME = "index.html"
FILES = "files/index.html"
CHANGES = "changes.html"
ASK = "ask/index.html"


def study_page(study: str) -> str:
    """What was found, what it rests on, and all tables of a study."""
    return f"{slug(study)}/index.html"


def table_page(study: str, table: str) -> str:
    """A table as the paper prints it."""
    return f"{slug(study)}/tables/{slug(table)}.html"


def column_page(study: str, table: str, position: int) -> str:
    """One column of a regression table."""
    return f"{slug(study)}/columns/{slug(table)}-{position}.html"


def method_page(topic: str) -> str:
    """Formulas and conventions of a method; `topic` is its page of the documentation."""
    return f"methods/{slug(topic.rpartition('/')[2])}.html"


def lineage_page(study: str) -> str:
    """What a study is made of, as one picture."""
    return f"{slug(study)}/lineage.html"


def figures_page(study: str) -> str:
    """All figures of a study."""
    return f"{slug(study)}/figures.html"


def figure_file(study: str, name: str, language: str, content: str) -> str:
    """A figure in one language, named by what it is drawn from as well."""
    return f"{slug(study)}/figures/{slug(name)}.{language}.{content}.svg"


def term_anchor(kind: str, term: str) -> str:
    """A term on the page of its column; ``kind`` is the table that its number stands in."""
    return f"{kind}-{slug(term)}"


def variable_page(study: str, name: str, part: int = 0) -> str:
    """A variable, indicator or index, with what each of its values is made of."""
    return f"{slug(study)}/variables/{slug(name)}{_part(part)}.html"


def series_page(study: str, name: str, part: int = 0) -> str:
    """A series of the sources, with the cell of each of its values."""
    return f"{slug(study)}/series/{slug(name)}{_part(part)}.html"


def row_anchor(unit: str, period: int) -> str:
    """A unit in a year on the page of a variable or series."""
    return f"{slug(unit)}-{period}"


def _part(part: int) -> str:
    return f"--{part + 1}" if part else ""

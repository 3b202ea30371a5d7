"""All pages of a publication, one after the other: nothing is kept in memory but what one page shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.exports.about import about_publication
from nqpf_assets.exports.published_tables import known_tables
from nqpf_assets.questions.manual.pages import pages
from nqpf_assets.site.addresses import ASK, CHANGES, HOME, method_page, study_page, table_page
from nqpf_assets.site.ask_page import Asking
from nqpf_assets.site.change_pages import ChangePage
from nqpf_assets.site.figure_pages import FormerFigures, StudyFigures
from nqpf_assets.site.grids import Grids
from nqpf_assets.site.lineage_page import Lineage
from nqpf_assets.site.method_pages import method_pages, methods_used, topics_of
from nqpf_assets.site.page import Page, drawn
from nqpf_assets.site.places import pages_of_files
from nqpf_assets.site.raw_files import file_pages
from nqpf_assets.site.study_pages import StudyPage
from nqpf_assets.site.table_pages import TablePages
from nqpf_assets.site.value_pages import ValuePages
from nqpf_assets.site.values import Values

if TYPE_CHECKING:
    from nqpf_assets.publications.difference import Difference
    from nqpf_assets.warehouse.connection import Connection

ASSETS = ("site.css", "site.js", "ask.js")


def site_pages(
    connection: Connection,
    root: Path,
    former: FormerFigures | None = None,
    changes: Difference | None = None,
    asking: Asking | None = None,
) -> Iterator[Page]:
    """Every file of the site.

    Args:
        connection: the published file, read-only.
        root: folder of the project, in which raw files lie.
        former: figures of the former site, and whether others are drawn; none are by default.
        changes: since the publication before; None leaves their page out.
        asking: what answers questions in a browser; None leaves their page out.
    """
    titles = known_tables(connection)
    about = about_publication(connection)
    names = _studies(connection)
    studies = [PublishedStudy(connection, name) for name in names]
    methods, told = methods_used(studies), _told_by_checks(connection)
    common = {
        "about_publication": about,
        "studies": names,
        "home": HOME,
        "changes": CHANGES if changes else "",
        "ask": ASK if asking else "",
    }
    index: list[tuple[str, str, str]] = []
    used: set[str] = set()
    files = pages_of_files(studies[0]) if studies else {}
    is_synthetic = {}
    for study in studies:
        status = _statuses(study)
        used |= set(status)
        is_synthetic[study.name] = "synthetic" in status.values()
    for study in studies:
        own = {name: title for name, title in titles.items() if name.startswith(f"{study.name}.")}
        about_study = common | {"study": study.name, "is_synthetic": is_synthetic[study.name]}
        about_study |= {
            "methods": methods[study.name],
            "checks_told": [one for one in told if one[0].startswith(f"{study.name}.")],
        }
        figures = StudyFigures(study, former or FormerFigures())
        yield from _of_study(study, own, files, about_study, figures)
        index += _searchable(study, own)
        index += [(f"{study.name}: {title.zh}", title.en, page) for title, page in figures.listed]
    anywhere = common | {"study": "", "is_synthetic": any(is_synthetic.values())}
    if studies:
        yield from file_pages(studies[0], root, files, used, **anywhere)
    yield from method_pages(methods, anywhere)
    index += [(pages()[one].title, "", method_page(one)) for one in topics_of(methods)]
    if changes is not None:
        page = ChangePage(changes, {study.name: Values(study) for study in studies})
        yield page.page(anywhere)
    if asking is not None:
        yield from asking.pages(anywhere)
    yield drawn(
        "home.html",
        HOME,
        cards=[
            {
                "name": study.name,
                "page": study_page(study.name),
                "is_synthetic": is_synthetic[study.name],
                "n_units": len(study.units),
                "periods": study.periods,
                "n_tables": sum(name.startswith(f"{study.name}.") for name in titles),
            }
            for study in studies
        ],
        checks_told=[one for one in told if one[0].partition(".")[0] not in names],
        **anywhere,
    )
    words = json.dumps(index, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    yield Page("assets/search.js", f"const SEARCH = {words};\n".encode())
    for name in ASSETS:
        yield Page(f"assets/{name}", Path(__file__).with_name("assets").joinpath(name).read_bytes())


def _studies(connection: Connection) -> list[str]:
    rows = connection.execute(
        "SELECT table_schema FROM information_schema.tables"
        " WHERE table_name = 'model_sample' AND table_schema <> 'result' ORDER BY 1"
    ).fetchall()
    return [name for (name,) in rows]


def _told_by_checks(connection: Connection) -> list[tuple[str, str, str]]:
    """What it is about, what was expected and what was found, of what was published with."""
    known = connection.execute(
        "SELECT 1 FROM information_schema.tables"
        " WHERE table_schema = 'audit' AND table_name = 'check_finding'"
    ).fetchall()
    if not known:
        return []
    return connection.execute(
        "SELECT about, expected, found FROM audit.check_finding ORDER BY ALL"
    ).fetchall()


def _statuses(study: PublishedStudy) -> dict[str, str]:
    """File that the study reads → what kind of data it holds."""
    rows = study.rows(
        "SELECT file_id, data_status FROM source.file WHERE file_id IN"
        " (SELECT file_id FROM {study}.reported_cell UNION SELECT file_id FROM {study}.growth_cell)"
        " ORDER BY file_id"
    )
    return {row["file_id"]: row["data_status"] for row in rows}


def _of_study(
    study: PublishedStudy,
    titles: dict[str, str],
    files: dict[str, Any],
    about: dict[str, Any],
    figures: StudyFigures,
) -> Iterator[Page]:
    values = Values(study)
    tables = {name.partition(".")[2] for name in titles}
    links = {name: table_page(study.name, name) for name in tables} | {
        name: values.page("variable", name) for name in values.formulas
    }
    yield from figures.pages(links, about)
    about = about | {"figures_of": figures.by_subject}
    yield StudyPage(values, titles, about, figures.few).page()
    yield Lineage(values, titles).page(about)
    yield from TablePages(values, titles, files, about).all()
    if not values.are_shown:
        return
    pages = ValuePages(Grids(values, files), about)
    yield from pages.variables()
    yield from pages.series()


def _searchable(study: PublishedStudy, titles: dict[str, str]) -> list[tuple[str, str, str]]:
    """What can be searched for: name, words, page."""
    values = Values(study)
    return [
        *(
            (name, title, table_page(study.name, name.partition(".")[2]))
            for name, title in titles.items()
        ),
        *(
            (f"{study.name}.{name}", row["title"] or "", values.page("variable", name))
            for name, row in values.formulas.items()
        ),
        *(
            (f"{study.name}: {name}", row["title"] or "", values.page("series", name))
            for name, row in study.series.items()
        ),
    ]

"""The site beside the published file kept as what is published: written where it shows another publication.

Pages are no part of a publication: what keeps them from being written is told, and costs no number.
"""

from __future__ import annotations

from dataclasses import replace

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.publications.publish import Publication
from nqpf_assets.site.write import put_in_place, shows, take_former_away
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import load_settings


def keep_site(project: Project, publication: Publication | None) -> tuple[Problem, ...]:
    """Write the pages of what is published where they are not there; what was in the way, as a warning.

    Nothing is written where `nqpf.yaml` says ``site: false``, and of what is built aside.
    """
    if publication is None or project.aside is not None:
        return ()
    wanted = load_settings(project).site
    if not wanted:
        return ()
    if shows(project.site, name_of(publication)):
        take_former_away(project.site)
        return ()
    # Not above: a refresh that finds nothing new needs no pages.
    from nqpf_assets.figures.boundaries import boundaries_of
    from nqpf_assets.site.ask_page import asking
    from nqpf_assets.site.build import site_pages
    from nqpf_assets.site.change_pages import since_the_one_before
    from nqpf_assets.site.figure_pages import FormerFigures, can_draw
    from nqpf_assets.warehouse.duckdb_file import open_closed

    told: list[Problem] = []
    asked, boundaries = None, None
    try:
        asked = asking(project.database, project.site)
    except InputError as error:  # too large now: its page is left out
        told += (replace(one, severity="warning") for one in error.problems)
    try:
        boundaries = boundaries_of(project)
    except InputError as error:  # maps are of tiles
        told += (replace(one, severity="warning") for one in error.problems)
    draws = wanted == "figures" and can_draw()
    try:
        with open_closed(project.database) as connection:
            former = FormerFigures(project.site, draws, boundaries)
            changes = since_the_one_before(project, publication.number)
            pages = site_pages(connection, project.root, former, changes, asked)
            put_in_place(project.site, pages, name_of(publication))
    except InputError as error:
        return tuple(map(_not_written, (one.found for one in error.problems)))
    except (
        Exception
    ) as error:  # whatever it is, what is published stays so, and the next refresh goes on
        return (_not_written(f"{type(error).__name__}: {error}".splitlines()[0]),)
    return (*told, _no_figures()) if wanted == "figures" and not draws else tuple(told)


def name_of(publication: Publication) -> str:
    """How a site names the publication that it shows."""
    return f"publication {publication.number}, {publication.fingerprint}"


def _not_written(found: str) -> Problem:
    return Problem(
        file="warehouse/site",
        where="",
        expected="pages of the publication",
        found=f"not written: {found}",
        remedy="nothing is lost; `nqpf site` writes them, `site: false` in nqpf.yaml wants none",
        code="site",
        severity="warning",
    )


def _no_figures() -> Problem:
    return Problem(
        file="nqpf.yaml",
        where="site",
        expected="the package that figures are drawn with: matplotlib",
        found="none in this installation; the pages have no new figures",
        remedy="pip install 'nqpf-assets[figures]', or say `site: true`",
        code="not_installed",
        severity="warning",
    )

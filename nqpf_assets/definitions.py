"""Assembly only: studies and steps become Dagster definitions. No logic, and no work at import."""

from __future__ import annotations

import dagster as dg

from nqpf_assets.user_input.project import Project


def build_defs(project: Project) -> dg.Definitions:
    """The definitions of one project.

    Raises:
        InputError: its study files or its catalogue are wrong.
    """
    from nqpf_assets.warehouse.threads import one_for_linear_algebra

    one_for_linear_algebra()
    from nqpf_assets.defs.assemble import assemble
    from nqpf_assets.projects.opened import open_project

    return assemble(open_project(project))


@dg.definitions
def defs() -> dg.Definitions:
    """The project in the current folder, or in `NQPF_PROJECT`."""
    return build_defs(Project.at())

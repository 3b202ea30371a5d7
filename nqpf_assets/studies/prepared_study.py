"""A study with what was made for its columns beside its own variables and indices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from nqpf_assets.messages.problems import InputError
from nqpf_assets.studies.prepared_columns import Prepared
from nqpf_assets.studies.spec import Study
from nqpf_assets.user_input.lined_yaml import LinedYaml


def with_entries(
    study: Study, document: LinedYaml, beside: Iterable[Prepared]
) -> tuple[Study, LinedYaml]:
    """The study and its document with what was made for columns; what several ask for is there once.

    Raises:
        InputError: two columns make different things of one name.
    """
    found: dict[str, dict[str, Any]] = {
        "variables": dict(study.variables),
        "indices": dict(study.indices),
    }
    places, problems = dict(document.places), []
    for one in beside:
        for kind, there in found.items():
            for name, entry in getattr(one.entries, kind).items():
                if there.setdefault(name, entry) != entry:
                    problems.append(
                        replace(document, places=one.places).problem(
                            (kind, name),
                            "preparations that are told apart by their names",
                            f"another `{name}` than that of a column above",
                            "define it under `variables` or `indices`, and name it in `replace`",
                            "name_clash",
                        )
                    )
        places = {**one.places, **places}
    if problems:
        raise InputError(problems)
    if len(places) == len(document.places):
        return study, document
    data = {**document.data}
    for kind, there in found.items():
        made = {name: entry for name, entry in there.items() if name not in getattr(study, kind)}
        if made:
            shown = {
                name: one.model_dump(mode="json", exclude_unset=True) for name, one in made.items()
            }
            data[kind] = {**(data.get(kind) or {}), **shown}
    return study.model_copy(update=found), replace(document, data=data, places=places)

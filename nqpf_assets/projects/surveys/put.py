"""Series of a survey written into `raw/` as a table with its card, whole or not at all."""

from __future__ import annotations

import datetime as dt
import glob
import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.projects.added_files import Candidate, folder_of, put
from nqpf_assets.projects.surveys.aggregated import Aggregated
from nqpf_assets.projects.surveys.declared import Survey
from nqpf_assets.projects.surveys.respondents import Respondents
from nqpf_assets.sources.card_text import CardLines
from nqpf_assets.user_input.project import Project


@dataclass(frozen=True)
class Placed:
    """Where series of a rule stand.

    Attributes:
        path: their file.
        is_new: it was written now.
        others: where it was there already, files of the rule with other series, one of which may be newer.
    """

    path: Path
    is_new: bool = True
    others: tuple[Path, ...] = ()


def put_series(
    project: Project, rule: Path, survey: Survey, file: Respondents, found: Aggregated, vintage: str
) -> Placed:
    """Write the series, if they do not stand in a vintage already.

    Raises:
        InputError: other series of this rule stand in the vintage already.
        OSError: the disk refused.
    """
    written = io.BytesIO()
    found.rows.with_columns(pl.col("value").round_sig_figs(12)).write_csv(written)
    content = written.getvalue()
    folder = project.raw / folder_of(survey.publisher) / vintage
    target = folder / f"{rule.stem}.csv"
    of_rule = [
        one for one in sorted(folder.parent.glob(f"*/{glob.escape(target.name)}")) if one.is_file()
    ]
    same = [one for one in of_rule if one.read_bytes() == content]
    if same:
        others = tuple(one for one in of_rule if one not in same)
        return Placed(target if target in same else same[0], is_new=False, others=others)
    if os.path.lexists(target):
        shown = target.relative_to(project.root).as_posix()
        remedy = "name another with --vintage, or delete this file and its card"
        problem = Problem(shown, "", "a vintage without this survey", "other series of it", remedy)
        raise InputError([problem])
    sha256 = hashlib.sha256(content).hexdigest()
    card = _card(survey, file, found, rule, sha256)
    return Placed(put(Candidate(target, content, sha256, card=card), folder))


def _card(survey: Survey, file: Respondents, found: Aggregated, rule: Path, sha256: str) -> str:
    design = [
        f"{key} {name}"
        for key in ("weight", "strata", "clusters")
        if (name := getattr(survey, key))
    ]
    notes = [
        f"Made from {counted(file.frame.height, 'respondents')} of {Path(survey.file).name} "
        f"(SHA-256 {hashlib.sha256(file.content).hexdigest()}) by {rule.name}",
        f"design: {', '.join(design) or 'respondents alike, drawn one by one'}",
        f"left out: cells with fewer than {counted(survey.minimum, 'respondents')} "
        f"({found.n_suppressed})",
        *found.notes,
    ]
    known: dict[str, Any] = {
        "publisher": survey.publisher,
        "title": survey.title,
        "status": survey.status,
        "accessed": dt.datetime.now(dt.UTC).date(),
        "sha256": sha256,
        "columns": {
            "region": "region", "period": "year", "series": "series", "value": "value", "unit": "unit",
        },
        "notes": "; ".join(notes),
    }  # fmt: skip
    return CardLines(known, {}, ()).text

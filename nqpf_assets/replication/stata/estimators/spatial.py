"""Spatial panels, which are left to the script in R."""

from __future__ import annotations

from nqpf_assets.replication.r.estimators.spatial import FORMS
from nqpf_assets.replication.stata.command import Commands, NotInStata
from nqpf_assets.replication.stata.names import StataNames
from nqpf_assets.studies.spec import CompleteColumn


def spatial(_column: CompleteColumn, _names: StataNames) -> Commands:
    return NotInStata("spatial models: the script in R reads their weights")


CALLS = dict.fromkeys(FORMS, spatial)

"""The row of `source.file`: what is kept of a file beside its cells, from its card and its reading."""

from __future__ import annotations

from nqpf_assets.catalog.vintages import day_of, order_of
from nqpf_assets.sources.cache import FileContent
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.raw_files import RawFile


def file_id(sha256: str) -> str:
    """The short name of a content."""
    return sha256[:12]


def file_row(
    file: RawFile, sha256: str, card: OriginCard, vintage: str, found: FileContent
) -> dict[str, object]:
    """The row of `source.file` for a file, without ``also_at``."""
    from_card = ("publisher", "title", "edition", "published", "accessed", "next_edition")
    return {
        "file_id": file_id(sha256),
        "path": file.shown,
        "sha256": sha256,
        "data_status": card.status,
        "format": found.format,
        "vintage": vintage,
        "vintage_day": day_of(card.published, card.accessed, vintage),
        "vintage_order": order_of(card.published, card.accessed, vintage),
        "n_cells": found.n_cells,
        "n_cells_seen": found.account.seen,
        "n_cells_read": found.account.read,
        "n_cells_ignored": found.account.n_ignored,
        "cells_ignored": found.account.words,
        "n_series": len(found.labels("series_id")),
        "notes": "\n".join(filter(None, (card.notes, *found.notes))) or None,
        **{key: getattr(card, key) for key in (*from_card, "licence", "citation", "url")},
    }

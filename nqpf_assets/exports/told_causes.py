"""What moved the coefficients of a column, in words: cells by series, file and why they are others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nqpf_assets.exports.told_numbers import share_words
from nqpf_assets.messages.counted import counted
from nqpf_assets.publications.difference import Difference

BECAUSE = {
    "added": "added",
    "replaced": "replaced",
    "removed": "removed",
    "choice": "which the study takes otherwise",
    "filling": "filled otherwise",
    "aggregation": "put together otherwise",
    "correction": "corrected otherwise",
    "study": "of a study that only one publication has",
}
"""Why cells are others → words behind their file."""


def why(found: Difference, because: str, path: str | None) -> str:
    """Why cells of a file are others, as far as both publications tell."""
    if because != "reading":
        return BECAUSE[because]
    card = f"{path}.card.yaml"
    cards = [name for name in found.inputs.values if name == card or _is_of_folder(name, path)]
    if cards:
        return f"whose card was {found.inputs.words(cards[0])}"
    return "which is read otherwise since: see catalogue, code and versions"


def _is_of_folder(name: str, path: str | None) -> bool:
    """Whether a card stands in a folder above the file."""
    folder, _, file = name.rpartition("/")
    return file == "card.yaml" and path is not None and path.startswith(f"{folder}/")


def cause_words(found: Difference, cause: Mapping[str, Any]) -> str:
    """``moved by 32 cells of gdp (raw/…, added), the most 天津 2021 by -10.0%``, and how they enter."""
    share = cause["largest_share"]
    most = "" if share is None else f", the most {cause['largest_at']} by {share_words(share)}"
    file = cause["path"] or "no file"
    return (
        f"moved by {counted(cause['n_cells'], 'cells', ',')} of {cause['series_id']}"
        f" ({file}, {why(found, cause['because'], cause['path'])}){most}{_role(cause)}"
    )


def _role(cause: Mapping[str, Any]) -> str:
    """How cells act that no row of the sample reads; nothing where rows read all of them."""
    if not cause["is_known"]:
        return "; how they enter was not kept by the release that published them"
    n_left = cause["n_cells"] - cause["n_in_sample"]
    if not n_left:
        return ""
    ways = [
        (
            cause["n_filled_from"],
            "are read through cells that are filled or put together from them",
        ),
        (cause["n_scale"], f"only scale {cause['scaled']}"),
        (
            cause["n_threshold_side"],
            "only say which side a row is on, or that a variable is left out",
        ),
    ]
    rest = n_left - sum(n for n, _ in ways)
    ways.append((rest, f"can only set the bounds of {cause['bounds']}"))
    said = [(n, words) for n, words in ways if n]
    if len(said) == 1 and not cause["n_in_sample"]:
        return f"; its rows read none of them: they {said[0][1]}"
    return "; of these " + ", ".join(f"{n:,} {words}" for n, words in said)

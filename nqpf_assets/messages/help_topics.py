"""Which page of the documentation explains a problem, as `nqpf help` calls it.

Told by what the problem is where one page explains all of its kind, else by the file that is wrong. A test
holds that every kind of problem is spoken of here, and that every page and section that is named is there.
"""

from __future__ import annotations

from pathlib import PurePath

from nqpf_assets.messages.problems import Problem

FORMATS, FACTS = "formats", "formats facts-and-notes"
CARDS, REGIONS, SERIES = "cards", "catalog regions", "catalog series"
AGREE, BACKUP = "cards card-and-file-must-agree", "server backup"
SLIPS = "cards slips-of-a-copyist"
PACKED, BOUNDARIES = "hostile_input limits", "figures maps-with-boundaries"

BY_CODE: dict[str, str] = {
    **dict.fromkeys(
        ("absent_series", "units", "unknown_study", "study", "study_name", "from_level"), "studies"
    ),
    "absent_year": "studies what-expressions-mean",
    **dict.fromkeys(("expression", "empty_row", "panel_table", "column"), "studies"),
    **dict.fromkeys(("index", "incomplete_index"), "methods/indices"),
    **dict.fromkeys(("no_study", "no_raw"), "tutorial"),
    **dict.fromkeys(
        ("account", "damaged", "archive", "history"), "publications when-something-goes-wrong"
    ),
    **dict.fromkeys(("no_publication", "earlier_release", "published", "shares"), "publications"),
    "lock": "publications the-same-results-elsewhere",
    **dict.fromkeys(("alert", "serve", "not_flushed", "port"), "server"),
    "backup": BACKUP,
    "no_edition": "cards when-the-next-edition-is-due",
    **dict.fromkeys(("card", "card_without_file", "missing_card", "missing_vintage"), CARDS),
    **dict.fromkeys(("changed_content", "file_name", "missing_series", "missing_unit"), CARDS),
    **dict.fromkeys(("disagrees_status", "disagrees_unit", "disagrees_published"), AGREE),
    **dict.fromkeys(("other_labels", "other_title", "other_year"), AGREE),
    **dict.fromkeys(("other_province", "other_sheet", "other_table", "unit_conflict"), AGREE),
    **dict.fromkeys(("doubtful_unit", "words_in_brackets"), AGREE),
    **dict.fromkeys(("series_name", "unknown_series", "odd_name", "two_names"), SERIES),
    **dict.fromkeys(("slip", "slip_not_there", "slip_unneeded"), SLIPS),
    "unknown_unit": "catalog units",
    **dict.fromkeys(("regions", "unknown_region", "ambiguous_region", "early_region"), REGIONS),
    **dict.fromkeys(("repeated_region", "missing_region", "ended_region", "idle_names"), REGIONS),
    **dict.fromkeys(("total_of_what_region", "two_names_region"), REGIONS),
    "catalogue": "catalog",
    **dict.fromkeys(
        (
            *("own_neighbour", "repeated_pair", "repeated_unit"),
            *("weights_file", "weights_islands", "weights_name", "weights_order"),
        ),
        "cards spatial-weights-of-your-own",
    ),
    "fetch": "fetch",
    "out_of_memory": "commands",
    "two_values": "methods/vintages",
    **dict.fromkeys(("same_content", "arriving", "path", "link"), "refreshing"),
    **dict.fromkeys(("correction", "correction_outdated", "correction_unmatched"), "corrections"),
    **dict.fromkeys(("ambiguous_column", "missing_columns"), "formats a-table-of-your-own"),
    **dict.fromkeys(
        ("unexplained_mark", "merged_value", "repeated_cell", "decimal_comma"), "formats numbers"
    ),
    **dict.fromkeys(
        (
            *(
                "bad_period",
                "below_notes",
                "numbers_above",
                "damaged_file",
                "empty",
                "encoding",
                "hidden_cells",
                "web_page",
            ),
            *(
                "hidden_sheet",
                "lost_cells",
                "no_cells",
                "no_header",
                "no_label",
                "no_sheet",
                "no_year",
            ),
            *("not_annual", "open_end", "quotes", "repeated_header", "row_width", "second_header"),
            *("several_sheets", "truncated", "unknown_format"),
        ),
        FORMATS,
    ),
    **dict.fromkeys(("too_large", "xml_entities", "yaml_too_large", "password", "no_file"), PACKED),
    "plugin": "plugins",
    "format": "results",
    **dict.fromkeys(("not_installed", "output", "side_by_side", "style"), "results"),
    **dict.fromkeys(("unknown_figure", "no_chinese_font"), "figures"),
    "boundaries": BOUNDARIES,
    "site": "site",
    "engine": "spark",
    "storage": "storage",
    "explain": "explain",
    "manuscript": "proof",
    "package": "package",
    "program": "crosscheck",
    **dict.fromkeys(("unknown_table", "unknown_query"), "asking"),
}
"""Kind of problem → the topic that explains all of its kind, and its section."""

ANYWHERE = frozenset({"input", "value", "yaml", "missing_key", "unknown_key", "unknown_topic"})
"""Kinds that the file alone tells apart."""

_FILES = {
    "nqpf.yaml": "settings",
    "corrections.yaml": "corrections",
    "sources.yaml": "fetch",
    "boundaries.yaml": BOUNDARIES,
    "nqpf.lock": "publications the-same-results-elsewhere",
}
_FOLDERS = {"studies": "studies", "catalog": "catalog", "raw": FORMATS}


def topic_of(problem: Problem) -> str:
    """What to ask `nqpf help` for; empty where no page explains it."""
    return problem.topic or _of_file(problem) or BY_CODE.get(problem.code) or _of_check(problem)


def _of_file(problem: Problem) -> str:
    """The page of the file, where the kind of problem says less than the file does."""
    path = PurePath(problem.file.replace("\\", "/"))
    if problem.code not in ANYWHERE and problem.code in BY_CODE:
        return ""
    if path.name in _FILES:
        return _FILES[path.name]
    if path.name.endswith("card.yaml"):
        return CARDS
    return next((_FOLDERS[part] for part in reversed(path.parts[:-1]) if part in _FOLDERS), "")


def _of_check(problem: Problem) -> str:
    """The list of checks, or what holds a publication back."""
    if problem.where.startswith("check "):
        return "checks"
    return "publications what-holds-a-refresh-back" if problem.file.startswith("check ") else ""

"""What a reader of YAML complains of, in words for people who write it by hand."""

from __future__ import annotations

from typing import Any

MISTAKES = (
    (r"'\t'", "blanks for indentation", "a tab", "replace the tab by blanks"),
    (
        "'`'",
        "a quoted expression",
        "a value that begins with a backtick",
        "put the whole expression in quotes: '`name` / 2'",
    ),
    ("'%'", "a quoted text", "a value that begins with %", "put the value in quotes: '%'"),
    ("'@'", "a quoted text", "a value that begins with @", "put the value in quotes"),
    (
        "mapping values are not allowed",
        "one `key: value` on a line, indented like its neighbours",
        "a second colon on the line, or a line indented further than its block",
        "put a text with a colon in it in quotes; align the keys of a block",
    ),
    (
        "expected <block end>",
        "keys or `- ` items that begin at the same column",
        "a line with another indentation",
        "align the line with the block it belongs to",
    ),
    (
        "could not find expected ':'",
        "`key: value`",
        "a line without a colon",
        "write `key: value`; put a text of several lines in quotes or after `|`",
    ),
    (
        "undefined alias",
        "a text in quotes, or an alias with its anchor",
        "an alias (*name) without an anchor (&name)",
        "put a value that begins with * in quotes",
    ),
    (
        "expected ',' or '}'",
        "`, ` between the entries of {…}, and } behind the last",
        "an entry that does not end",
        "check brackets, write {key: value, key: value}; put a text with , : or a bracket in it in quotes",
    ),
    (
        "expected ',' or ']'",
        "`, ` between the entries of […], and ] behind the last",
        "an entry that does not end",
        "check brackets, write [a, b]; put a text with , : or a bracket in it in quotes",
    ),
    ("unexpected end of stream", "a closing quote", "the end of the file", "close the quote"),
    (
        "another document",
        "one document",
        "a second document after ---",
        "keep one document per file",
    ),
)
"""What the reader's message holds → what was expected, what was found, what to do."""


def syntax_words(error: Any) -> tuple[str, str, str]:
    """What was expected, what was found and what to do about an error of the reader's."""
    said = str(error.problem or error.context)
    for sign, expected, found, remedy in MISTAKES:
        if sign in said:
            return expected, found, remedy
    context = f" ({error.context})" if error.context else ""
    return "readable YAML", f"{said}{context}", "check brackets, quotes and indentation"

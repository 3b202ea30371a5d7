"""Manuscripts in LaTeX: tabular environments, and paragraphs without commands.

Files that are read in with `\\input` are followed inside the manuscript's folder. What is not undone here
stands as it is written; a cell that cannot be read is then told as another text, never taken for right.
"""

from __future__ import annotations

import re
from pathlib import Path

from nqpf_assets.exports.formats.tex import SIGNS
from nqpf_assets.proofs.manuscripts.manuscript import (
    FoundTable,
    Manuscript,
    Paragraph,
    rectangular,
)
from nqpf_assets.user_input.own_files import leads_outside, read_own

DEEP = 5
"""Files read in within each other."""
_INPUT = re.compile(r"\\(?:input|include)\s*\{([^}]+)\}")
_COMMENT = re.compile(r"(?<!\\)%.*")
_TABULAR = re.compile(r"\\begin\{(tabular[xy*]?|longtable|tabu)\}(.*?)\\end\{\1\}", re.DOTALL)
_FLOAT = re.compile(r"\\begin\{(table\*?|sidewaystable|threeparttable|longtable)\}")
_RULES = re.compile(
    r"\\(?:toprule|midrule|bottomrule|hline|cmidrule|cline|addlinespace|specialrule|endhead|endfirsthead"
    r"|endfoot|endlastfoot)(?:\s*\[[^\]]*\])?(?:\([^)]*\))?(?:\{[^}]*\})*"
)
_KEPT = {sign: chr(0xE000 + place) for place, sign in enumerate("\\{}$~%&_#")}
"""Signs that mean something to LaTeX, while its own are taken away."""
_SIGN_OF = {command: _KEPT.get(sign, sign) for sign, command in SIGNS.items()}
_COMMANDS = re.compile("|".join(re.escape(one) for one in sorted(_SIGN_OF, key=len, reverse=True)))
_WRAPPED = re.compile(
    r"\\(?:text(?:bf|it|rm|sf|sc|tt|superscript|subscript|normal)|emph|mathbf|mathrm|mathit|underline|sym|num"
    r"|makecell|footnotesize|small)\s*\{([^{}]*)\}"
)
_SILENT = re.compile(
    r"\\(?:begin|end|label|ref|cite\w*|vspace|hspace|setlength|caption)\s*(?:\[[^\]]*\])?\{[^}]*\}(?:\{[^}]*\})?"
)
_ADDRESS = re.compile(
    r"\\(?:href|nqpflink|hyperlink|hyperref)\s*(?:\[[^\]]*\]|\{[^{}]*\})(?=\s*\{)"
)
"""Where a link leads, which no reader sees; what he sees stands in the braces behind it."""
_DEFINITION = re.compile(r"^\s*\\(?:provide|new|renew)command.*$", re.MULTILINE)
_STARS = re.compile(r"\$?\^\{?\s*((?:\*|\\ast|\\star)+)\s*\}?\$?")


def read_tex(text: str, folder: Path) -> Manuscript:
    """The manuscript of a text in LaTeX.

    Args:
        folder: in which it stands.
    """
    whole = _together(text, folder, DEEP)
    found, end = Manuscript(), 0
    places = list(_TABULAR.finditer(whole))
    for place, one in enumerate(places):
        _paragraphs(found, whole, end, one.start())
        end = one.end()
        until = places[place + 1].start() if place + 1 < len(places) else len(whole)
        line = whole.count("\n", 0, one.start()) + 1
        begin = max((each.start() for each in _FLOAT.finditer(whole, 0, one.start())), default=0)
        before = whole[begin : one.start()]
        marks = re.findall(r"\\label\{([^}]*)\}|% table (\S+)", before + whole[end : end + 400])
        below = [_plain(part) for part in _parts(whole[end:until])]
        caption = _braced(before, "caption") or _braced(whole[end:until], "caption")
        found.tables.append(
            FoundTable(
                f"line {line}",
                _plain(caption),
                rectangular(_rows(one[2])),
                tuple(words for words in below if words),
                tuple(label or name for label, name in marks),
            )
        )
    _paragraphs(found, whole, end, len(whole))
    return found


def _together(text: str, folder: Path, deep: int) -> str:
    """The text with the files that it reads in, comments apart that say nothing of a table."""
    kept = "\n".join(
        line if line.startswith("% table ") else _COMMENT.sub("", line)
        for line in text.splitlines()
    )

    def read_in(found: re.Match[str]) -> str:
        name = found[1].strip()
        for path in (folder / name, folder / f"{name}.tex"):
            if deep and path.is_file() and not leads_outside(path, folder):
                content, problem = read_own(path, name, within=folder)
                if problem is None:
                    return _together(content.decode("utf-8", "replace"), folder, deep - 1)
        return found[0]

    return _INPUT.sub(read_in, kept)


def _parts(text: str) -> list[str]:
    return re.split(r"\n\s*\n|\\item\b|\\par\b", text)


def _paragraphs(found: Manuscript, whole: str, first: int, last: int) -> None:
    at = first
    for part in re.split(r"(\n\s*\n)", whole[first:last]):
        words = _plain(part)
        if words:
            lead = len(part) - len(part.lstrip())
            line = whole.count("\n", 0, at + lead) + 1
            found.paragraphs.append(Paragraph(f"line {line}", words))
        at += len(part)


def _rows(body: str) -> list[list[str]]:
    """Cells of a tabular, whose first argument says what its columns are."""
    known = _RULES.sub(" ", _without_arguments(body))
    rows = []
    for line in re.split(r"\\\\(?:\s*\[[^\]]*\])?|\\tabularnewline", known):
        cells: list[str] = []
        for cell in re.split(r"(?<!\\)&", line):
            span = re.match(r"\s*\\multicolumn\s*\{(\d+)\}\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", cell)
            words = cell[span.end() :] if span else cell
            cells += [_plain(words)] * (min(int(span[1]), 100) if span else 1)
        rows.append(cells)
    return rows


def _without_arguments(body: str) -> str:
    """What stands behind the arguments of `\\begin{tabular}`."""
    at = 0
    while found := re.match(r"\s*(\[[^\]]*\])", body[at:]):
        at += found.end()
    while at < len(body) and body[at:].lstrip()[:1] == "{":
        at += len(body[at:]) - len(body[at:].lstrip())
        at = _closing(body, at) + 1
    return body[at:]


def _closing(text: str, at: int) -> int:
    """The place of the brace that closes the one at a place."""
    depth = 0
    for place in range(at, len(text)):
        if text[place] in "{}" and text[place - 1 : place] != "\\":
            depth += 1 if text[place] == "{" else -1
            if depth == 0:
                return place
    return len(text) - 1


def _braced(text: str, command: str) -> str:
    """The argument of the last such command; nothing where there is none."""
    found = [*re.finditer(rf"\\{command}(?:\[[^\]]*\])?\s*\{{", text)]
    if not found:
        return ""
    start = found[-1].end() - 1
    return text[start + 1 : _closing(text, start)]


def _plain(text: str) -> str:
    """What a reader sees."""
    known = re.sub(r"% table \S+", " ", _DEFINITION.sub(" ", text))
    known = _ADDRESS.sub(r"\\emph", known)
    known = _STARS.sub(lambda one: "*" * len(re.findall(r"\*|ast|star", one[1])), known)
    known = re.sub(r"-\{\}-", "--", known)
    known = _COMMANDS.sub(lambda one: _SIGN_OF[one[0]], known)
    for _ in range(5):  # commands within each other
        known, changed = _WRAPPED.subn(r"\1", known)
        if not changed:
            break
    known = _SILENT.sub(" ", known)
    known = re.sub(r"\\[a-zA-Z]+\*?(?:\[[^\]]*\])?|[{}$~]", " ", known)
    for sign, kept in _KEPT.items():
        known = known.replace(kept, sign)
    return " ".join(known.split())

"""How what Stata, R, EViews or Excel write in a formula is written here.

Only a formula that is refused is looked up, so that no name of a series can be taken for another language's.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_NAME = r"[^\W\d]\w*"
_SHIFTS = {"L": "lag", "F": "lead"}
_UNARY = {"D": "diff"}


def _operators(found: re.Match[str]) -> str:
    """Stata's time-series operators, the last nearest to the name: ``L2D.x`` is ``lag(diff(x), 2)``."""
    text = found["name"]
    for letter, digits in reversed(re.findall(r"([LFDS])(\d*)", found["operators"].upper())):
        n = int(digits or 1)
        if n == 0:
            continue
        if letter in _UNARY:
            for _ in range(min(n, 5)):
                text = f"{_UNARY[letter]}({text})"
        else:
            function = _SHIFTS.get(letter, "diff")
            text = f"{function}({text})" if n == 1 else f"{function}({text}, {n})"
    return f"write {text}"


def _lags(found: re.Match[str]) -> str:
    first, last = sorted((int(found["first"]), int(found["last"])))
    shown = [
        found["name"] if n == 0 else f"lag({found['name']}, {n})"
        for n in range(first, last + 1)[:4]
    ]
    return f"declare a variable for each: {', '.join(shown)}"


def _shifted(found: re.Match[str]) -> str:
    function = "lag" if found["sign"] in "-−" else "lead"
    n = int(found["n"])
    return f"write {function}({found['name']}, {n})" if n else f"write {found['name']}"


def _missing(found: re.Match[str]) -> str:
    """Stata's missing value, which is larger than all numbers there."""
    told = f"is_missing({found['name']})"
    return f"write {told}" if found["sign"] in ("=", "==", ">", ">=") else f"write not {told}"


_FORMULAS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (rf"(?<!\w)(?P<operators>(?:[LFDSlfds]\d*)+)\.(?P<name>{_NAME})", _operators),
    (rf"[Ll]\((?P<first>\d+)[/ ](?P<last>\d+)\)\.(?P<name>{_NAME})", _lags),
    (
        rf"(?P<a>{_NAME})\s*##?\s*(?:[ci]\.)?(?P<b>{_NAME})",
        lambda found: f"write the product: {found['a']} * {found['b']}",
    ),
    (
        rf"c\.(?P<a>{_NAME})\s*##?\s*(?:c\.)?(?P<b>{_NAME})",
        lambda found: f"write the product: {found['a']} * {found['b']}",
    ),
    (
        rf"i(?:b\d+)?\.(?P<name>{_NAME})",
        lambda _: "dummies of all years or units are `effects: [unit, period]` of a column; one of a year is "
        "is_period(2015), one of a group is_group(grouping, group)",
    ),
    (rf"[co]\.(?P<name>{_NAME})", lambda found: f"write {found['name']}"),
    (
        rf"(?P<name>{_NAME})\s*\[\s*_n\s*(?P<sign>[-+])\s*(?P<n>\d+)\s*\]",
        _shifted,
    ),
    (
        rf"(?P<name>{_NAME})\s*\(\s*t?\s*(?P<sign>[-+])\s*(?P<n>\d+)\s*\)",
        _shifted,
    ),
    (rf"lag\(\s*(?P<name>{_NAME})\s*,\s*(?P<sign>\+?)-(?P<n>\d+)\s*\)",
     lambda found: f"write lead({found['name']}, {found['n']})"),
    (rf"lead\(\s*(?P<name>{_NAME})\s*,\s*-(?P<n>\d+)\s*\)",
     lambda found: f"write lag({found['name']}, {found['n']})"),
    (rf"(?P<name>{_NAME})\s*(?P<sign>[!~=<>]=?)\s*\.(?!\w)", _missing),
    (r"\be\s*\^", lambda _: "write exp(x)"),
    (r"\b(?:np|numpy|math|pl|pd)\.\w+", lambda _: "write the function alone: log(x), exp(x), sqrt(x)"),
    (r"^\s*=", lambda _: "leave the = at the beginning out"),
    (r"\bif\b(?!\s*\()\s*", lambda _: "write if(condition, x, y), with y where the condition does not hold"),
    (r"<>|~=", lambda _: "write != for not equal"),
    (r"=>|=<", lambda found: f"write {found[0][::-1]}"),
    (r"&&?|\bAND\b", lambda _: "write and"),
    (r"\|\|?|\bOR\b", lambda _: "write or"),
    (r"[!~](?!=)|\bNOT\b", lambda _: "write not"),
    # At the sign itself: what stands behind the = of an option is another mistake.
    (r"(?=(?<![=<>!])=(?!=))", lambda _: "write == to compare"),
    (r"\d,\d{3}(?!\d)", lambda found: f"write {found[0].replace(',', '')}, without a separator"),
    (r"[²³]", lambda found: f"write ** for a power: x**{'2' if found[0] == '²' else '3'}"),
    (r"·", lambda _: "write *"),
    (r"//|\\", lambda _: "write / for a quotient"),
    (rf"\b(?:lag|lead|log|exp|sqrt|diff|growth|standardize)\s+(?:{_NAME})",
     lambda found: "write {}({})".format(*found[0].split())),
)  # fmt: skip
"""What is written elsewhere → how it is written here; the first that covers the mistake counts."""

_CALLS = {
    "log(x)": ("ln", "loge", "logn"),
    "log(x) / log(10)": ("log10", "lg"),
    "log(x) / log(2)": ("log2",),
    "log(x + sqrt(x**2 + 1))": ("asinh", "ihs", "arcsinh"),
    "x**2": ("sq", "square", "pow", "power"),
    "diff(x), the change from the year before": ("d", "delta", "difference", "change"),
    "growth(x), the change relative to the year before": (
        "pct_change", "gr", "growth_rate", "rate", "pch",
    ),
    "lag(x)": ("l", "l1", "lagged", "shift"),
    "lead(x)": ("f", "f1", "forward"),
    "x + y": ("sum", "total", "rowtotal", "rowsum"),
    "(x + y) / 2; a mean of the years (x + lag(x)) / 2": ("rowmean", "rollmean"),
    "mean(x), over all rows, `by=period` or `by=unit`": ("avg", "average", "egen_mean", "bar"),
    "median(x)": ("med", "p50"),
    "quantile(x, 0.25)": ("pctile", "percentile", "quartile", "perc"),
    "rank(x)": ("rank_avg", "order"),
    "cut(x, 4)": ("xtile", "ntile", "qcut"),
    "residual(y, x1, x2)": ("resid", "residuals", "uhat", "predict", "regress", "reg", "lm"),
    "fitted(y, x1, x2)": ("xb", "yhat", "fit"),
    "standardize(x)": ("std", "zscore", "z", "scale", "standardise", "sd"),
    "an index of one indicator, which is scaled to 0–1": ("normalize", "normalise", "minmax", "rescale"),
    "`winsorize: {share: 0.01}` beside the expression": (
        "winsor", "winsor2", "winsorize", "winsorise", "clip",
    ),
    "the rule of filling under `interpolation`": ("ipolate", "interpolate", "mipolate"),
    "if(condition, x, y)": ("cond", "ifelse", "if_else", "iif", "where", "case", "case_when"),
    "is_missing(x)": ("missing", "mi", "isna", "isnan", "is_na", "isblank", "isnull"),
    "coalesce(x, y)": ("fillna", "ifnull", "nvl", "iferror", "replace_na"),
    "x == 1 or x == 2": ("inlist",),
    "x >= 1 and x <= 2": ("inrange", "between"),
}  # fmt: skip
_OTHER_NAMES = {name: here for here, names in _CALLS.items() for name in names}


def said_elsewhere(text: str, column: int | None) -> str | None:
    """How to write here what another language writes at this place of a formula; None of anything else.

    Args:
        column: of the mistake, from 1.
    """
    at = (column or 1) - 1
    for pattern, words in _FORMULAS:
        for found in re.finditer(pattern, text):
            if found.start() <= at <= found.end():
                return words(found)
    return None


def function_elsewhere(name: str) -> str | None:
    """How to write here what a function of another language gives; None of an unknown one."""
    lower = name.lower()
    here = _OTHER_NAMES.get(lower)
    return (
        f"write {here}"
        if here and not here.startswith(("an ", "the ", "`"))
        else here and f"use {here}"
    )
